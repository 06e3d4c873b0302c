"""What an inspection is at one moment: its framework, calendar, dates and owners, read once for all apps on the floors
above.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, Generic, TypeVar

from django.db.models import FilteredRelation, Q, QuerySet, Value
from django.utils import timezone

from database.prepared import Prepared, PreparedTogether
from frameworks import Framework, Plan, Step
from inspections.duty import Owner
from inspections.models import ClosureDay, Inspection, Ownership, StoredSetDate
from inspections.schedule import DatedStep, Schedule
from inspections.set_dates import SetDate, dates_with
from inspections.working_days import WorkingCalendar


def _closures_and_set_dates(closures: QuerySet, set_dates: QuerySet) -> QuerySet:
    """Everything that moves dates, in one query: council or inspection, then a closure day or a `SetDate`."""
    days = closures.order_by().values_list(
        "council_id", "kind", Value(""), "date", "date", "reason", Value(""), "added_at", "pk"
    )
    return days.union(
        set_dates.filter(undone_at=None)
        .order_by()
        .values_list("inspection_id", "kind", "key", "first", "last", "reason", "set_by__full_name", "set_at", "pk"),
        all=True,
    )


def _closures_and_set_dates_of(council: int, inspection: int) -> QuerySet:
    return _closures_and_set_dates(
        ClosureDay.objects.filter(council=council), StoredSetDate.objects.filter(inspection=inspection)
    )


def _ownerships(inspection: int) -> QuerySet:
    """The owners of each item, with the present holder of each post."""
    return (
        Ownership.objects.filter(inspection=inspection)
        .annotate(holding=FilteredRelation("post__holdings", condition=Q(post__holdings__ended_on=None)))
        .order_by()
        .values_list(
            "item",
            "position",
            "pk",
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


_CLOSURES_AND_SET_DATES = Prepared(_closures_and_set_dates_of, takes=(int, int))
_OWNERSHIPS = Prepared(_ownerships)
_DATES_AND_OWNERS = PreparedTogether(
    _closures_and_set_dates_of, lambda council, inspection: _ownerships(inspection), takes=(int, int)
)


@dataclass(frozen=True)
class Snapshot:
    """Everything that the apps above need to know about one inspection, at one moment, to say what is owed.

    now       the moment (aware); today is its date in Europe/London
    calendar  working days of the council
    schedule  the dates that follow from the notification, with moved steps and actual dates; None before it
    set_dates the dates that were set for this inspection instead of the computed ones
    owners    item ("document:1") -> its owners in order; items without owners are not in it
    """

    inspection: Inspection
    framework: Framework
    plan: Plan | None
    calendar: WorkingCalendar
    schedule: Schedule | None
    owners: Mapping[str, tuple[Owner, ...]]
    now: datetime
    set_dates: tuple[SetDate, ...] = ()

    @cached_property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @property
    def day(self) -> int | None:
        """The number of today's working day of the inspection, or of the last one before today; None before
        notification.
        """
        if self.schedule is None or self.today < self.schedule.notified:
            return None
        return self.calendar.between(self.schedule.notified, self.today) + 1

    @cached_property
    def if_called_today(self) -> Schedule:
        """The dates that would follow if the call came today (or on the next working day, if today is not one)."""
        return dates_of(self.framework, self.plan, self.calendar.next_working(self.today), self.calendar)

    def owners_of(self, item: str) -> tuple[Owner, ...]:
        return self.owners.get(item, ())

    def dated(self, step: Step) -> DatedStep | None:
        """The step with its dates; None before notification."""
        return self.schedule.step(step.key) if self.schedule is not None else None

    def step_for(self, duty: str) -> Step | None:
        """The step whose deadline the framework turns into this kind of duty ("documents", "focus-groups" ...)."""
        return next((step for step in self.framework.steps if step.duty == duty), None)


T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class _Exactly(Generic[T]):
    """A framework or plan as part of a key: equal only to the same object, which a file was read into."""

    read: T

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Exactly) and self.read is other.read

    def __hash__(self) -> int:
        return id(self.read)


def dates_of(
    framework: Framework,
    plan: Plan | None,
    notified: date,
    calendar: WorkingCalendar,
    set_dates: tuple[SetDate, ...] = (),
) -> Schedule:
    """The schedule, which depends only on these five and is computed once for all pages that need it."""
    return _worked_out(_Exactly(framework), _Exactly(plan), notified, tuple(calendar.closures.items()), set_dates)


@lru_cache(maxsize=256)
def _worked_out(
    framework: _Exactly[Framework],
    plan: _Exactly[Plan | None],
    notified: date,
    closures: tuple[tuple[date, str], ...],
    set_dates: tuple[SetDate, ...],
) -> Schedule:
    return dates_with(framework.read, notified, WorkingCalendar(dict(closures)), set_dates, plan.read)


def calendar_of(inspection: Inspection) -> WorkingCalendar:
    """The council's working days: its own closure days and those of the plan."""
    return calendar_and_set_dates(inspection)[0]


def calendar_and_set_dates(inspection: Inspection) -> tuple[WorkingCalendar, tuple[SetDate, ...]]:
    """The council's working days, and the dates that were set for the inspection."""
    return _calendar_and_set_dates(inspection, _CLOSURES_AND_SET_DATES(inspection.council_id, inspection.pk))


def _calendar_and_set_dates(
    inspection: Inspection, rows: Iterable[tuple[Any, ...]]
) -> tuple[WorkingCalendar, tuple[SetDate, ...]]:
    days, set_dates = _by_whose(rows)
    return calendar_with(inspection, days.get(inspection.council_id, ())), set_dates.get(inspection.pk, ())


def set_dates_by_inspection(inspections: Iterable[Inspection]) -> dict[int, tuple[SetDate, ...]]:
    """The dates that were set for each of several inspections, by its id."""
    set_dates = StoredSetDate.objects.filter(inspection__in=[row.pk for row in inspections])
    return _by_whose(_closures_and_set_dates(ClosureDay.objects.none(), set_dates))[1]


def _by_whose(
    rows: Iterable[tuple[Any, ...]],
) -> tuple[dict[int, list[ClosureDay]], dict[int, tuple[SetDate, ...]]]:
    """Closure days by council and set dates by inspection, each in the same order every time.

    `rows` are those of `_closures_and_set_dates`.
    """
    days: dict[int, list[ClosureDay]] = {}
    set_dates: dict[int, tuple[SetDate, ...]] = {}
    for whose, *fields in sorted(rows, key=lambda row: row[-1]):
        if fields[0] in StoredSetDate.Kind.values:
            set_dates[whose] = (*set_dates.get(whose, ()), SetDate(*fields))
        else:
            kind, _, day, _, reason, *_ = fields
            days.setdefault(whose, []).append(ClosureDay(council_id=whose, kind=kind, date=day, reason=reason))
    return days, set_dates


def calendar_with(inspection: Inspection, days: Iterable[ClosureDay]) -> WorkingCalendar:
    """The working days of the inspection's council if these were its closure days besides those of the plan.

    A closure on the day of the notification does not count: the call came, so it is day 1.
    """
    plan = inspection.plan
    closures = {each.date: f"Council closed: {each.reason}" for each in plan.closures} if plan else {}
    closures |= {row.date: row.why for row in days}
    if inspection.notified_on is not None:
        closures.pop(inspection.notified_on, None)
    return WorkingCalendar(closures)


def owners_of(inspection: Inspection) -> dict[str, tuple[Owner, ...]]:
    """The owners of each item of the inspection, with the present holder of each post."""
    return _owners(_OWNERSHIPS(inspection.pk))


def _owners(rows: Iterable[tuple[Any, ...]]) -> dict[str, tuple[Owner, ...]]:
    """The owners of each item, in their order."""
    made: dict[int, Owner] = {}
    owners: dict[str, tuple[Owner, ...]] = {}
    for item, _, _, is_held, post, name, organisation, *holder in sorted(rows, key=itemgetter(0, 1, 2)):
        owner = made.get(post)
        if owner is None:
            owner = made[post] = Owner(post, name, organisation, *(holder if is_held else ()))
        owners[item] = (*owners.get(item, ()), owner)
    return owners


def snapshots(inspections: Iterable[Inspection], *, now: datetime) -> list[Snapshot]:
    """Snapshots of several inspections at `now` (aware), without their owners."""
    rows = list(inspections)
    found = _closures_and_set_dates(
        ClosureDay.objects.filter(council__in={row.council_id for row in rows}),
        StoredSetDate.objects.filter(inspection__in={row.pk for row in rows}),
    )
    days, set_dates = _by_whose(found)
    return [
        _snapshot(row, calendar_with(row, days.get(row.council_id, ())), set_dates.get(row.pk, ()), {}, now)
        for row in rows
    ]


def snapshot_of(inspection: Inspection, *, now: datetime) -> Snapshot:
    """A snapshot of the inspection at `now` (aware)."""
    dates, ownerships = _DATES_AND_OWNERS(inspection.council_id, inspection.pk)
    calendar, set_dates = _calendar_and_set_dates(inspection, dates)
    return _snapshot(inspection, calendar, set_dates, _owners(ownerships), now)


def _snapshot(
    inspection: Inspection,
    calendar: WorkingCalendar,
    set_dates: tuple[SetDate, ...],
    owners: Mapping[str, tuple[Owner, ...]],
    now: datetime,
) -> Snapshot:
    framework, plan = inspection.framework, inspection.plan
    notified = inspection.notified_on
    return Snapshot(
        inspection=inspection,
        framework=framework,
        plan=plan,
        calendar=calendar,
        schedule=dates_of(framework, plan, notified, calendar, set_dates) if notified else None,
        owners=owners,
        now=now,
        set_dates=set_dates,
    )
