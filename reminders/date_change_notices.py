"""Who was told about a change of dates: the changes on record joined with the ledger of emails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from frameworks import Framework
from inspections.date_history import DateChange
from inspections.models import Inspection
from outbox.models import WAITING
from reminders.models import AT_REMINDER_TIMES, Reminder
from timetable.duties import kind_for


@dataclass(frozen=True, slots=True)
class Notice:
    """One person's first email that mentions the new dates."""

    name: str
    at: datetime
    state: str
    subject: str

    @property
    def shown_state(self) -> str:
        """`sent`, `waiting` or `failed`; mail that is being sent counts as waiting."""
        return "waiting" if self.state in WAITING else self.state


@dataclass(frozen=True, slots=True)
class ChangeWithNotices:
    """A change with the people who were told about it, earliest first.

    `deadlines` are the council's deadlines that it moved. `stands` says whether at least one of them has not been moved
    again by a later change.
    """

    change: DateChange
    notices: tuple[Notice, ...]
    deadlines: frozenset[str]
    stands: bool

    @property
    def concerns_anybody(self) -> bool:
        """Whether there is something to tell: a deadline moved, or the call came."""
        return bool(self.deadlines) or self.change.is_first


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the ledger: who was told about which duty, with which due date, in which email."""

    at: datetime
    person: int
    name: str
    duty: str
    due: date | None
    state: str
    subject: str


def with_notices(
    inspection: Inspection, framework: Framework, changes: Sequence[DateChange]
) -> list[ChangeWithNotices]:
    """The changes, latest first as given, each with who was told about it.

    A person was told about a moved deadline by the first email with its new date after the change, and before the next
    change of the same step.
    """
    lines = _lines(inspection, min((change.at for change in changes), default=None))
    found = []
    later: dict[str, datetime] = {}
    for change in changes:
        deadlines = _deadlines(framework, change)
        notices = _notices(change, lines, {key: _Wanted(framework, key, change, later.get(key)) for key in deadlines})
        stands = any(key not in later for key in deadlines)
        found.append(ChangeWithNotices(change, notices, frozenset(deadlines), stands))
        # Changes before this one in time were over when it came.
        later |= {moved.key: change.at for moved in change.moved}
        if change.is_first or change.verb == "notification corrected":
            later |= {step.key: change.at for step in framework.steps}
    return found


def _lines(inspection: Inspection, since: datetime | None) -> list[_Line]:
    if since is None:
        return []
    rows = Reminder.objects.filter(inspection=inspection, audience__in=AT_REMINDER_TIMES, created_at__gte=since)
    fields = (
        "created_at",
        "person_id",
        "person__full_name",
        "duty_key",
        "due",
        "message__state",
        "message__subject",
    )
    return [
        _Line(at, person, name, duty, timezone.localdate(due) if due else None, state, subject)
        for at, person, name, duty, due, state, subject in rows.order_by("created_at", "pk").values_list(*fields)
    ]


def _deadlines(framework: Framework, change: DateChange) -> list[str]:
    """The keys of the council's deadlines that moved; for the notification, all of them."""
    if change.is_first:
        return [step.key for step in framework.steps if step.deadline]
    ours = {step.key for step in framework.steps if step.deadline}
    return [moved.key for moved in change.moved if moved.key in ours]


class _Wanted:
    """Which rows of the ledger are about one moved deadline."""

    def __init__(self, framework: Framework, key: str, change: DateChange, until: datetime | None) -> None:
        self.step = framework.step(key)
        self.kind = kind_for(self.step)
        self.after = next((moved.after for moved in change.moved if moved.key == key), None)
        self.is_any_day = change.is_first
        self.since, self.until = change.at, until

    def __contains__(self, line: _Line) -> bool:
        if line.at < self.since or (self.until is not None and line.at >= self.until):
            return False
        if self.kind is None or not self.kind.is_for(self.step, line.duty):
            return False
        return self.is_any_day or line.due == self.after


def _notices(change: DateChange, lines: Iterable[_Line], wanted: dict[str, _Wanted]) -> tuple[Notice, ...]:
    found: dict[int, Notice] = {}
    for line in lines:
        if line.person not in found and any(line in each for each in wanted.values()):
            found[line.person] = Notice(line.name, line.at, line.state, line.subject)
    return tuple(found.values())
