"""How an inspection stands at one moment: its framework, calendar, dates and owners, read once for all apps above."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache

from django.db.models import FilteredRelation, Q
from django.utils import timezone

from accounts.prepared import Prepared, columns, instance
from frameworks import Framework, Plan, Step
from inspections.duty import Owner
from inspections.models import ClosureDay, Inspection, Ownership
from inspections.schedule import DatedStep, Schedule, schedule
from inspections.working_days import WorkingCalendar

_CLOSURES = Prepared(
    lambda council: ClosureDay.objects.filter(council=council).order_by().values_list(*columns(ClosureDay))
)
_OWNERSHIPS = Prepared(
    lambda inspection: (
        Ownership.objects.filter(inspection=inspection)
        .annotate(holding=FilteredRelation("post__holdings", condition=Q(post__holdings__ended_on=None)))
        .order_by("item", "position", "pk")
        .values_list(
            "item",
            "holding__user__is_active",
            "post_id",
            "post__name",
            "post__organisation",
            "holding__user_id",
            "holding__user__full_name",
            "holding__user__email",
            "holding__user__telephone",
        )
    )
)


@dataclass(frozen=True)
class Standing:
    """Everything that a domain app needs to say what is owed, for one inspection at one moment.

    now       the moment (aware); today is its date in Europe/London
    calendar  working days of the council
    schedule  the dates that follow from the notification; None before it
    owners    item ("document:1") -> its owners in order; an item without owners is not in it
    """

    inspection: Inspection
    framework: Framework
    plan: Plan | None
    calendar: WorkingCalendar
    schedule: Schedule | None
    owners: Mapping[str, tuple[Owner, ...]]
    now: datetime

    @cached_property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @property
    def day(self) -> int | None:
        """Today's working day of the inspection, or the last one that counted; None before notification."""
        if self.schedule is None or self.today < self.schedule.notified:
            return None
        return self.calendar.between(self.schedule.notified, self.today) + 1

    @cached_property
    def if_called_today(self) -> Schedule:
        """The dates that would follow if the call came today (or on the next working day, if today is none)."""
        return _dates(self.framework, self.calendar.next_working(self.today), self.calendar)

    def owners_of(self, item: str) -> tuple[Owner, ...]:
        return self.owners.get(item, ())

    def dated(self, step: Step) -> DatedStep | None:
        """The step on its dates; None before notification."""
        return self.schedule.step(step.key) if self.schedule is not None else None

    def step_for(self, duty: str) -> Step | None:
        """The step whose deadline the framework turns into this kind of duty ("documents", "focus-groups" ...)."""
        return next((step for step in self.framework.steps if step.duty == duty), None)


@dataclass(frozen=True, slots=True, eq=False)
class _Exactly:
    """A framework as part of a key: equal to nothing but the very object that its file was read into."""

    framework: Framework

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Exactly) and self.framework is other.framework

    def __hash__(self) -> int:
        return id(self.framework)


def _dates(framework: Framework, notified: date, calendar: WorkingCalendar) -> Schedule:
    """`schedule`, which follows from these three alone, worked out once for the pages that ask for it again."""
    return _worked_out(_Exactly(framework), notified, tuple(calendar.closures.items()))


@lru_cache(maxsize=256)
def _worked_out(which: _Exactly, notified: date, closures: tuple[tuple[date, str], ...]) -> Schedule:
    return schedule(which.framework, notified, WorkingCalendar(dict(closures)))


def calendar_of(inspection: Inspection) -> WorkingCalendar:
    """The council's working days: its own closure days over those of the plan (one query)."""
    return calendar_with(inspection, [instance(ClosureDay, row) for row in _CLOSURES(inspection.council_id)])


def calendar_with(inspection: Inspection, days: Iterable[ClosureDay]) -> WorkingCalendar:
    """The working days of the inspection's council if these were its closure days besides those of the plan.

    A closure of the day on which the inspection was notified does not count: the call came, so day 1 it is.
    """
    plan = inspection.plan
    closures = {day: f"Council closed: {reason}" for day, reason in plan.closures} if plan else {}
    closures |= {row.date: row.why for row in days}
    if inspection.notified_on is not None:
        closures.pop(inspection.notified_on, None)
    return WorkingCalendar(closures)


def owners_of(inspection: Inspection) -> dict[str, tuple[Owner, ...]]:
    """Who owns what in the inspection, with the present holder of each post (one query)."""
    made: dict[int, Owner] = {}
    owners: dict[str, tuple[Owner, ...]] = {}
    for item, is_held, post, name, organisation, *holder in _OWNERSHIPS(inspection.pk):
        owner = made.get(post)
        if owner is None:
            owner = made[post] = Owner(post, name, organisation, *(holder if is_held else ()))
        owners[item] = (*owners.get(item, ()), owner)
    return owners


def standings(inspections: Iterable[Inspection], *, now: datetime) -> list[Standing]:
    """How several inspections stand at `now` (aware), without their owners, in two queries whatever their number."""
    rows = list(inspections)
    days: dict[int, list[ClosureDay]] = {}
    for day in ClosureDay.objects.filter(council__in={row.council_id for row in rows}):
        days.setdefault(day.council_id, []).append(day)
    return [_standing(row, calendar_with(row, days.get(row.council_id, [])), {}, now) for row in rows]


def standing_of(inspection: Inspection, *, now: datetime) -> Standing:
    """How the inspection stands at `now` (aware), in two queries whatever its size."""
    return _standing(inspection, calendar_of(inspection), owners_of(inspection), now)


def _standing(
    inspection: Inspection, calendar: WorkingCalendar, owners: Mapping[str, tuple[Owner, ...]], now: datetime
) -> Standing:
    framework = inspection.framework
    dates = _dates(framework, inspection.notified_on, calendar) if inspection.notified_on else None
    return Standing(
        inspection=inspection,
        framework=framework,
        plan=inspection.plan,
        calendar=calendar,
        schedule=dates,
        owners=owners,
        now=now,
    )
