"""What moves when a date changes: two schedules of one inspection, compared."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date

from inspections.models import ClosureDay, Inspection
from inspections.schedule import DatedStep, Schedule
from inspections.set_dates import dates_with
from inspections.snapshot import calendar_and_set_dates, calendar_with, set_dates_by_inspection


@dataclass(frozen=True, slots=True)
class Move:
    """One step whose last day moves from `before` to `after` (None if it has no date), with its first days."""

    step: str
    title: str
    deadline: bool
    before: date | None
    after: date | None
    first_before: date | None = None
    first_after: date | None = None

    def on_record(self) -> list[str | None]:
        """Title, from, to and key, as the record stores them; if only its first day moved, from and to are
        first days.
        """
        before, after = self.before, self.after
        if before == after:
            before, after = self.first_before, self.first_after
        return [self.title, _iso(before), _iso(after), self.step]


@dataclass(frozen=True, slots=True)
class Moves:
    """The steps of one inspection that move, in the framework's order."""

    inspection: Inspection
    steps: tuple[Move, ...]

    @property
    def deadlines(self) -> tuple[Move, ...]:
        return tuple(move for move in self.steps if move.deadline)


def moves_between(before: Schedule, after: Schedule) -> tuple[Move, ...]:
    """The steps whose dates differ between two schedules of one framework, in the framework's order."""
    later = {dated.step.key: dated for dated in after.steps}
    return tuple(
        _move(dated, later[dated.step.key])
        for dated in before.steps
        if (dated.first, dated.last) != (later[dated.step.key].first, later[dated.step.key].last)
    )


def _move(was: DatedStep, becomes: DatedStep) -> Move:
    step = was.step
    return Move(step.key, step.title, step.deadline, was.last, becomes.last, was.first, becomes.first)


def if_notified_on(inspection: Inspection, notified_on: date) -> Schedule:
    """The dates that would follow from a notification on this day, with all set dates. Raises NotAWorkingDay."""
    supposed = copy(inspection)
    if notified_on != inspection.notified_on:
        # The present day of notification always counts, even if it is closed; any other has to be a working day.
        supposed.notified_on = None
    return dates_with(inspection.framework, notified_on, *calendar_and_set_dates(supposed), inspection.plan)


def live_inspections(council_id: int) -> list[Inspection]:
    """The council's inspections that have dates: notified and not withdrawn."""
    return list(Inspection.objects.filter(council_id=council_id, notified_on__isnull=False, withdrawn_at=None))


def moved_by_closures(
    inspections: Iterable[Inspection], before: Iterable[ClosureDay], after: Iterable[ClosureDay]
) -> list[Moves]:
    """What moves in the open inspections of one council when its closure days change from `before` to `after`."""
    before, after, inspections = list(before), list(after), list(inspections)
    set_dates = set_dates_by_inspection(inspections)
    moved = []
    for inspection in inspections:
        if inspection.notified_on is None:
            continue
        old, new = (
            dates_with(
                inspection.framework,
                inspection.notified_on,
                calendar_with(inspection, days),
                set_dates.get(inspection.pk, ()),
                inspection.plan,
            )
            for days in (before, after)
        )
        if steps := moves_between(old, new):
            moved.append(Moves(inspection, steps))
    return moved


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
