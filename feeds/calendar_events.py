"""The contents of a feed: one event for each duty or step that has a date.

It holds nothing that people typed except the inspection's title: no reasons, notes, or names of people or files, since
any of these may mention a child. Calendars are copied to phones and read over people's shoulders.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.access import Viewer
from accounts.models import Role
from feeds.models import FeedKind
from govuk.addresses import address_of
from inspections.duty import Duty
from inspections.models import Inspection
from inspections.schedule import DatedStep
from inspections.snapshot import Snapshot, snapshot_of
from timetable.duties import all_duties, other_duties

LONDON = ZoneInfo("Europe/London")
# A deadline is a moment, but calendars draw periods: this long, ending at the deadline.
LENGTH = timedelta(minutes=30)
OFFICE = frozenset({Role.DCS_OFFICE})


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event of a calendar. `key` identifies it within its inspection; the `end` of a whole day is the day after."""

    inspection: Inspection
    key: str
    summary: str
    start: datetime | date
    end: datetime | date
    description: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()

    @property
    def said(self) -> dict[str, str]:
        """What the ledger stores about it."""
        return {"summary": self.summary, "start": self.start.isoformat(), "end": self.end.isoformat()}

    @property
    def digest(self) -> str:
        """A hash that stays the same as long as nothing in the event changes."""
        parts = [*self.said.values(), self.description, self.url, *self.categories]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def calendar_events(
    kind: str, viewer: Viewer, inspections: Iterable[Inspection], *, now: datetime
) -> list[CalendarEvent]:
    """All events of a person's feed about these inspections."""
    found: list[CalendarEvent] = []
    posts, roles = (frozenset[int](), OFFICE) if kind == FeedKind.OFFICE else (viewer.posts, viewer.roles)
    for inspection in inspections:
        snapshot = snapshot_of(inspection, now=now)
        if snapshot.inspection.is_withdrawn:
            continue
        found += _timetable(snapshot) if kind == FeedKind.TIMETABLE else _work(snapshot, viewer, posts, roles)
    return found


def _work(snapshot: Snapshot, viewer: Viewer, posts: Set[int], roles: Set[Role]) -> Iterator[CalendarEvent]:
    # Before the notification only things that do not depend on it have a date.
    for duty in all_duties(snapshot) if snapshot.schedule else other_duties(snapshot):
        if duty.due is not None and duty.is_of(viewer.user.pk, posts, roles):
            yield _duty(duty, duty.due, snapshot.inspection, viewer)


def _duty(duty: Duty, due: datetime, inspection: Inspection, viewer: Viewer) -> CalendarEvent:
    posts = [owner.name for owner in duty.owners if owner.post in viewer.posts]
    whose = f"Owed by: {'; '.join(posts)}." if posts else f"Owed by: {duty.role.label}." if duty.role else ""
    day = f"Day {duty.due_day} of {inspection.title}." if duty.due_day else f"{inspection.title}."
    state = "It is done." if duty.done else "Its page says what is missing."
    return CalendarEvent(
        inspection=inspection,
        key=duty.key,
        summary=f"{_rehearsal(inspection)}{'Done' if duty.done else 'Due'}: {duty.safe_title}",
        **_ending_at(due),
        description=" ".join(filter(None, (day, whose, state))),
        # If the title must not be shown, the address must not show it either.
        url=_absolute(duty.url if duty.kind.title_is_safe else address_of("timetable:my-work", inspection.slug)),
        categories=_categories(inspection, "Done" if duty.done else "Deadline"),
    )


def _timetable(snapshot: Snapshot) -> Iterator[CalendarEvent]:
    for dated in snapshot.schedule.steps if snapshot.schedule else ():
        if dated.first is None or dated.last is None:
            continue
        if dated.due is None or dated.first != dated.last:
            yield _step(dated, dated.first, dated.last, snapshot.inspection)
        if dated.due is not None:
            yield _deadline(dated, dated.due, snapshot.inspection)


def _step(dated: DatedStep, first: date, last: date, inspection: Inspection) -> CalendarEvent:
    return CalendarEvent(
        inspection=inspection,
        key=f"step:{dated.step.key}",
        summary=f"{_rehearsal(inspection)}{dated.step.title}",
        start=first,
        end=last + timedelta(days=1),
        description=_about(dated, inspection),
        url=_timetable_page(inspection),
        categories=_categories(inspection, "Timetable"),
    )


def _deadline(dated: DatedStep, due: datetime, inspection: Inspection) -> CalendarEvent:
    return CalendarEvent(
        inspection=inspection,
        key=f"deadline:{dated.step.key}",
        summary=f"{_rehearsal(inspection)}Due: {dated.step.title}",
        **_ending_at(due),
        description=_about(dated, inspection),
        url=_timetable_page(inspection),
        categories=_categories(inspection, "Deadline"),
    )


def _ending_at(due: datetime) -> dict[str, datetime]:
    local = due.astimezone(LONDON)
    return {"start": local - LENGTH, "end": local}


def _about(dated: DatedStep, inspection: Inspection) -> str:
    """The description: numbered days, and who acts. It does not explain dates, because reasons are people's words."""
    first, last = dated.first_day, dated.last_day
    days = "" if first is None or last is None else f"Day {first}" if first == last else f"Days {first} to {last}"
    where = f"{days} of {inspection.title}." if days else f"{inspection.title}."
    moved = " This date was set for the inspection." if dated.moved else ""
    party = f"{dated.step.party[:1].upper()}{dated.step.party[1:]}"
    return f"{where} {party}.{moved} The timetable says how each date came about."


def _rehearsal(inspection: Inspection) -> str:
    return "Rehearsal: " if inspection.is_rehearsal else ""


def _categories(inspection: Inspection, kind: str) -> tuple[str, ...]:
    return ("Rehearsal" if inspection.is_rehearsal else "Inspection", kind)


def _timetable_page(inspection: Inspection) -> str:
    return _absolute(address_of("timetable:days", inspection.slug))


def _absolute(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"
