"""An inspection read for its reminders: its dates, its council's arrangement, and the people to write to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from accounts.models import Membership, Role
from inspections.duty import Duty
from inspections.snapshot import Snapshot
from reminders.models import CouncilSettings
from reminders.records.told_index import ToldIndex
from reminders.rules.arrangements import Arrangement, arrangement
from reminders.rules.people import People, Person
from reminders.rules.planning import PlanningContext
from reminders.rules.reminder_times import ReminderRule, in_hours, notified_moment
from timetable.duties import all_duties, other_duties


@dataclass(frozen=True)
class Reading:
    """An inspection at one moment, with its council's arrangement of reminders and its people."""

    snapshot: Snapshot
    arrangement: Arrangement
    people: People

    @cached_property
    def rule(self) -> ReminderRule:
        """The rule for the inspection's reminder times."""
        inspection, hours = self.snapshot.inspection, self.arrangement.hours
        moment, recorded = None, inspection.notification_recorded_at
        if inspection.notified_on is not None and recorded is not None:
            moment = notified_moment(inspection.notified_on, recorded, self.snapshot.now, hours)
        return ReminderRule(moment, self.snapshot.calendar, hours, self.arrangement.days)

    @property
    def is_notified(self) -> bool:
        return self.rule.notified is not None

    @property
    def is_over(self) -> bool:
        """Whether reminders have ended."""
        schedule = self.snapshot.schedule
        if self.snapshot.inspection.is_withdrawn:
            return True
        if schedule is None or not self.is_notified:
            return False
        return self.rule.is_over(schedule.days[-1].date, self.snapshot.now)

    @property
    def is_open(self) -> bool:
        """Whether it is within working hours."""
        return in_hours(self.snapshot.now, self.snapshot.calendar, self.arrangement.hours)

    def planning_context(self, told_index: ToldIndex) -> PlanningContext:
        """What the rules need besides the duties."""
        return PlanningContext(self.rule, self.arrangement, self.people, told_index, self.snapshot.now, self.is_open)

    def at(self, moment: datetime) -> Reading:
        """The same at another time, if nothing is done until then."""
        return replace(self, snapshot=replace(self.snapshot, now=moment))

    def duties(self) -> list[Duty]:
        """Everything owed; before the notification without dates, even if the record has a later one."""
        return list(self._duties)

    def reminded_of(self) -> list[Duty]:
        """What people are reminded of: before the notification only what does not depend on it."""
        return self.duties() if self.is_notified else other_duties(self._snapshot)

    @cached_property
    def _duties(self) -> list[Duty]:
        return all_duties(self._snapshot)

    @property
    def _snapshot(self) -> Snapshot:
        return self.snapshot if self.is_notified else replace(self.snapshot, schedule=None)


def arrangement_of(snapshot: Snapshot) -> Arrangement:
    """The arrangement that applies to the inspection."""
    row = CouncilSettings.objects.filter(council_id=snapshot.inspection.council_id).first()
    return arrangement(snapshot.plan, row)


def reading_of(snapshot: Snapshot) -> Reading:
    """The inspection with its arrangement and people."""
    return Reading(snapshot, arrangement_of(snapshot), people_of(snapshot.inspection.council_id))


def people_of(council_id: int) -> People:
    """The people in each role in the council."""
    return people_by_council([council_id])[council_id]


def people_by_council(councils: Collection[int]) -> dict[int, People]:
    """The people in each role in each of the councils."""
    return people_in(members_of(councils), councils)


def members_of(councils: Collection[int]) -> QuerySet[Membership, tuple[Any, ...]]:
    """Everybody who is active in the councils, once for each role."""
    rows = Membership.objects.filter(council__in=councils, user__is_active=True)
    return rows.values_list("council_id", "role", "user_id", "user__full_name", "user__email", "user__summary_hour")


def people_in(members: Iterable[tuple[Any, ...]], councils: Collection[int]) -> dict[int, People]:
    """The people in each role in each of the councils, from rows of `members_of`."""
    by_role: dict[int, dict[Role, list[Person]]] = {council: defaultdict(list) for council in councils}
    for council, role, pk, name, email, hour in members:
        by_role[council][Role(role)].append(Person(pk, name, email, hour))
    return {council: People(found) for council, found in by_role.items()}
