"""If the call came today: the dates that would follow, what would be met already, what would be late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from inspections.duty import Duty, in_order
from inspections.schedule import Schedule
from inspections.standing import Standing
from timetable.duties import all_duties, if_called_today


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not met today, and what that would mean if the call came.

    When it will be met is not known and not guessed. What is known is how long people would have, and how late it would
    be by the day on which the next phase begins if nothing more were done.

    left     working days from today to the day on which it would be due
    late_by  working days from that day to the one on which the next phase begins
    begins   that phase, as the framework calls it; empty where it would be the last day of the timetable
    """

    duty: Duty
    left: int
    late_by: int
    begins: str


@dataclass(frozen=True)
class Forecast:
    """The inspection as if it were notified on `dates.notified`.

    documents     the duties to send core documents, done or not
    ready         how many of them are met already
    unready       how many have an owner but are not met
    unowned       how many are not met and have nobody who could meet them: no owner named, or every post vacant
    missing       every duty of the council that is not met, in order of the day on which it would be due
    gaps          the same, each with how long people would have and how late it would be
    """

    dates: Schedule
    documents: tuple[Duty, ...]
    ready: int
    unready: int
    unowned: int
    missing: tuple[Duty, ...]
    gaps: tuple[Gap, ...]
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
    missing = tuple(in_order(duty for duty in prepared if not duty.done))
    begins = _beginnings(supposed)
    return Forecast(
        dates=standing.if_called_today,
        documents=documents,
        ready=len(documents) - len(open_documents),
        unready=len(open_documents) - unowned,
        unowned=unowned,
        missing=missing,
        gaps=tuple(_gap(duty, standing, begins) for duty in missing if duty.due is not None),
        met=tuple(duty for duty in prepared if duty.done),
    )


def _beginnings(supposed: Standing) -> list[tuple[date, str]]:
    """On which day each phase would begin, in order; last comes the last day, which begins none."""
    assert supposed.schedule is not None  # it is as if called today
    first: dict[str, date] = {}
    for dated in supposed.schedule.steps:
        if dated.first is not None:
            first[dated.step.phase] = min(dated.first, first.get(dated.step.phase, dated.first))
    found = [(day, supposed.framework.phase(key).title) for key, day in first.items()]
    return [*sorted(found), (supposed.schedule.days[-1].date, "")]


def _gap(duty: Duty, standing: Standing, begins: Sequence[tuple[date, str]]) -> Gap:
    assert duty.due is not None  # asked of those alone that would have a date
    due, calendar = localdate(duty.due), standing.calendar
    day, title = next(((day, title) for day, title in begins if day > due), begins[-1])
    return Gap(duty, calendar.between(standing.today, due), max(0, calendar.between(due, day)), title)
