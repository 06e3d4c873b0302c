"""If the call came today: the dates that would follow, what would be met already, what would be late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspections.duty import Duty, in_order
from inspections.schedule import Schedule
from inspections.standing import Standing
from timetable.duties import all_duties, if_called_today


@dataclass(frozen=True)
class Forecast:
    """The inspection as if it were notified on `dates.notified`.

    documents     the duties to send core documents, done or not
    ready         how many of them are met already
    unready       how many have an owner but are not met
    unowned       how many are not met and have nobody who could meet them: no owner named, or every post vacant
    missing       every duty of the council that is not met, in order of the day on which it would be due
    """

    dates: Schedule
    documents: tuple[Duty, ...]
    ready: int
    unready: int
    unowned: int
    missing: tuple[Duty, ...]
    met: tuple[Duty, ...]

    @property
    def could_send(self) -> bool:
        return bool(self.documents) and self.ready == len(self.documents)


def forecast(standing: Standing, duties: Sequence[Duty] | None = None) -> Forecast:
    """What would follow if the call came today, or on the next working day if today is none.

    `duties`, where given, are those of the standing as if called today.
    """
    supposed = if_called_today(standing)
    owed = all_duties(supposed) if duties is None else duties
    documents = tuple(duty for duty in owed if duty.kind == "document")
    open_documents = [duty for duty in documents if not duty.done]
    unowned = sum(duty.is_unowned or duty.is_vacant for duty in open_documents)
    # What a person records by hand can only be done once there is a notification; it is no gap before it.
    prepared = [duty for duty in owed if duty.kind != "step"]
    return Forecast(
        dates=standing.if_called_today,
        documents=documents,
        ready=len(documents) - len(open_documents),
        unready=len(open_documents) - unowned,
        unowned=unowned,
        missing=tuple(in_order(duty for duty in prepared if not duty.done)),
        met=tuple(duty for duty in prepared if duty.done),
    )
