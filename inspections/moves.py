"""What moves when a date changes: two schedules of one inspection, laid side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from inspections.models import ClosureDay, Inspection
from inspections.schedule import Schedule, schedule
from inspections.standing import calendar_of, calendar_with


@dataclass(frozen=True, slots=True)
class Move:
    """One step whose last day moves from `before` to `after` (None where it has no date)."""

    step: str
    title: str
    deadline: bool
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class Moves:
    """The steps of one inspection that move, in the framework's order."""

    inspection: Inspection
    steps: tuple[Move, ...]

    @property
    def deadlines(self) -> tuple[Move, ...]:
        return tuple(move for move in self.steps if move.deadline)


def moves_between(before: Schedule, after: Schedule) -> tuple[Move, ...]:
    """The steps whose last day differs between two schedules of one framework, in the framework's order."""
    later = {dated.step.key: dated for dated in after.steps}
    return tuple(
        Move(dated.step.key, dated.step.title, dated.step.deadline, dated.last, later[dated.step.key].last)
        for dated in before.steps
        if dated.last != later[dated.step.key].last
    )


def if_notified_on(inspection: Inspection, notified_on: date) -> Schedule:
    """The dates that would follow from a notification on this day. Raises NotAWorkingDay."""
    return schedule(inspection.framework, notified_on, calendar_of(inspection))


def live_inspections(council_id: int) -> list[Inspection]:
    """The council's inspections that have dates: notified and not withdrawn."""
    return list(Inspection.objects.filter(council_id=council_id, notified_on__isnull=False, withdrawn_at=None))


def moved_by_closures(
    inspections: Iterable[Inspection], before: Iterable[ClosureDay], after: Iterable[ClosureDay]
) -> list[Moves]:
    """What moves on live inspections of one council when its closure days change from `before` to `after`."""
    before, after = list(before), list(after)
    moved = []
    for inspection in inspections:
        if inspection.notified_on is None:
            continue
        old, new = (
            schedule(inspection.framework, inspection.notified_on, calendar_with(inspection, days))
            for days in (before, after)
        )
        if steps := moves_between(old, new):
            moved.append(Moves(inspection, steps))
    return moved
