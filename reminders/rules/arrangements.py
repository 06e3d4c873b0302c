"""What reminders of an inspection depend on: the local plan's data, or what its council has set instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Role
from accounts.permissions import Permission, roles_with
from frameworks import Plan, WorkingHours
from reminders.models import CouncilSettings
from reminders.rules.reminder_times import MONDAY, USUAL_DAYS, USUAL_HOURS


@dataclass(frozen=True, slots=True)
class Arrangement:
    """When reminders go and who gets them.

    days          working days before a deadline on which there is a reminder time, most first
    late_roles    told each day what is late, besides those who owe it (domain: "the coordinator and the DCS office")
    weekly_roles  get the weekly summary and agenda, on `weekly_day` (0 is Monday)
    reply_to      where answers go; empty for the people of the DCS office
    since         when it was set on the page; None if it is the plan's
    """

    hours: WorkingHours = USUAL_HOURS
    days: tuple[int, ...] = USUAL_DAYS
    late_roles: tuple[Role, ...] = roles_with(Permission.BE_TOLD_WHAT_IS_LATE)
    weekly_roles: tuple[Role, ...] = roles_with(Permission.GET_WEEKLY_SUMMARY)
    weekly_day: int = MONDAY
    reply_to: str = ""
    since: datetime | None = None

    @property
    def is_own(self) -> bool:
        """Whether the council has set it instead of the plan's."""
        return self.since is not None


def arrangement(plan: Plan | None, row: CouncilSettings | None) -> Arrangement:
    """The council's own arrangement if it has one, else the plan's, else the usual one."""
    reply_to = row.reply_to if row else ""
    if row is not None and row.is_own:
        assert row.opens is not None  # All three or none: a constraint ensures it.
        assert row.closes is not None
        assert row.weekly_day is not None
        return Arrangement(
            hours=WorkingHours(row.opens, row.closes),
            days=tuple(sorted(row.days or (), reverse=True)),
            late_roles=tuple(Role(role) for role in row.late_roles or ()),
            weekly_roles=tuple(Role(role) for role in row.weekly_roles or ()),
            weekly_day=row.weekly_day,
            reply_to=reply_to,
            since=row.changed_at,
        )
    if plan is None:
        return Arrangement(reply_to=reply_to)
    return Arrangement(
        hours=plan.working_hours,
        days=plan.reminder_points,
        late_roles=tuple(Role(role) for role in plan.late_recipients),
        weekly_roles=tuple(Role(role) for role in plan.weekly_recipients),
        weekly_day=plan.weekly_day,
        reply_to=reply_to,
    )
