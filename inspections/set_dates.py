"""Dates that were set for one inspection instead of the computed ones, in the form that its schedule needs. No
queries.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from frameworks import NOTIFIED, Framework, Plan
from govuk.dates import long_date
from inspections.models import StoredSetDate
from inspections.schedule import Schedule, schedule
from inspections.working_days import WorkingCalendar

MOVED, ACTUAL = StoredSetDate.Kind.MOVED.value, StoredSetDate.Kind.ACTUAL.value
# Who set a date if no person did: a script, or somebody at the console.
NOBODY = "the software"


class SetDate(NamedTuple):
    """One set date: a step moved to `first` to `last`, or an anchor whose actual date is `first`.

    `pk` is that of its row, 0 while it is only proposed; `by` is a name, None if no person set it.
    """

    kind: str
    key: str
    first: date
    last: date
    reason: str
    by: str | None
    at: datetime
    pk: int = 0

    @property
    def said(self) -> str:
        """Who set it, when and why: "by Ada Sample on 20 April 2011: the lead inspector asked for it"."""
        who = f"by {self.by or NOBODY} on {long_date(self.at)}"
        return f"{who}: {self.reason}" if self.reason else who


def dates_with(
    framework: Framework,
    notified: date,
    calendar: WorkingCalendar,
    set_dates: Iterable[SetDate],
    plan: Plan | None = None,
) -> Schedule:
    """`schedule` with the dates that are set. Dates for steps that the framework no longer has are ignored."""
    steps = {step.key for step in framework.steps}
    anchors = {anchor.key for anchor in framework.anchors} - {NOTIFIED}
    known = [set_date for set_date in set_dates if set_date.key in (steps if set_date.kind == MOVED else anchors)]
    moved = [set_date for set_date in known if set_date.kind == MOVED]
    actual = [set_date for set_date in known if set_date.kind == ACTUAL]
    return schedule(
        framework,
        notified,
        calendar,
        plan,
        actual={set_date.key: set_date.first for set_date in actual},
        moved={set_date.key: (set_date.first, set_date.last) for set_date in moved},
        why_actual={set_date.key: set_date.said for set_date in actual},
        why_moved={set_date.key: set_date.said for set_date in moved},
    )


def without(set_dates: Iterable[SetDate], kind: str, key: str) -> tuple[SetDate, ...]:
    """The set dates without this one, whatever it is set to."""
    return tuple(set_date for set_date in set_dates if (set_date.kind, set_date.key) != (kind, key))
