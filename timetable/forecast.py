"""If the call came today: the dates that would follow, what would be done already, what would be late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from inspections.duty import Duty, in_order, nouns_of
from inspections.schedule import Schedule
from inspections.snapshot import Snapshot
from timetable.duties import all_duties, if_called_today


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not done today, and what that would mean if the call came.

    It is not known when it will be done, and this does not guess. It does know how long people would have, and how late
    it would be when the next phase begins if nothing more were done.

    left     working days from today to the day on which it would be due
    late_by  working days from that day to the one on which the next phase begins
    begins   that phase, in the framework's words; empty for the last day of the timetable

    A duty with a date of its own, or none, has no such figures: the call does not change it.
    """

    duty: Duty
    left: int
    late_by: int
    begins: str


@dataclass(frozen=True)
class Forecast:
    """The inspection as if it were notified on `dates.notified`.

    needed        what must be ready when the call comes, done or not: the core documents
    ready         how many of them are done already
    unready       how many have an owner but are not done
    unowned       how many are not done and have nobody to do them: no owner named, or every post vacant
    missing       every duty of the council that is not done, in order of the day on which it would be due
    gaps          the same, each with how long people would have and how late it would be
    """

    dates: Schedule
    needed: tuple[Duty, ...]
    ready: int
    unready: int
    unowned: int
    missing: tuple[Duty, ...]
    gaps: tuple[Gap, ...]
    met: tuple[Duty, ...]

    @property
    def could_send(self) -> bool:
        return bool(self.needed) and self.ready == len(self.needed)

    @property
    def nouns(self) -> str:
        """What is needed, in the plural: "documents"."""
        return nouns_of(self.needed)


def forecast(snapshot: Snapshot, duties: Sequence[Duty] | None = None) -> Forecast:
    """What would follow if the call came today, or on the next working day if today is not one.

    `duties`, if given, are those of the snapshot if the call came today.
    """
    supposed = if_called_today(snapshot)
    owed = all_duties(supposed) if duties is None else duties
    needed = tuple(duty for duty in owed if duty.kind.at_call)
    open_ones = [duty for duty in needed if not duty.done]
    unowned = sum(duty.is_unowned or duty.is_vacant for duty in open_ones)
    # Duties that can only be done after the notification are not gaps before it.
    prepared = [duty for duty in owed if duty.kind.before_call]
    missing = tuple(in_order(duty for duty in prepared if not duty.done))
    begins = _beginnings(supposed)
    return Forecast(
        dates=snapshot.if_called_today,
        needed=needed,
        ready=len(needed) - len(open_ones),
        unready=len(open_ones) - unowned,
        unowned=unowned,
        missing=missing,
        gaps=tuple(_gap(duty, snapshot, begins) for duty in missing),
        met=tuple(duty for duty in prepared if duty.done),
    )


def _beginnings(supposed: Snapshot) -> list[tuple[date, str]]:
    """The day on which each phase would begin, in order; the last entry is the last day, which begins no phase."""
    assert supposed.schedule is not None  # It is treated as called today.
    first: dict[str, date] = {}
    for dated in supposed.schedule.steps:
        if dated.first is not None:
            first[dated.step.phase] = min(dated.first, first.get(dated.step.phase, dated.first))
    found = [(day, supposed.framework.phase(key).title) for key, day in first.items()]
    return [*sorted(found), (supposed.schedule.days[-1].date, "")]


def _gap(duty: Duty, snapshot: Snapshot, begins: Sequence[tuple[date, str]]) -> Gap:
    if duty.due is None or not duty.hangs_on_call:
        return Gap(duty, 0, 0, "")
    due, calendar = localdate(duty.due), snapshot.calendar
    day, title = next(((day, title) for day, title in begins if day > due), begins[-1])
    return Gap(duty, calendar.between(snapshot.today, due), max(0, calendar.between(due, day)), title)
