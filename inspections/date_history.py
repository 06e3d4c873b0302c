"""Every change of an inspection's dates, read from the record: when, by whom, why, and what moved with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Event
from inspections.activity import NOBODY
from inspections.models import Inspection

#: The record's verb -> the heading on a page. Verbs that are not here have moved no date.
CHANGES = {
    "notification recorded": "Notification recorded",
    "notification corrected": "Notification corrected",
    "dates moved": "Days that do not count changed",
    "step moved": "Step moved",
    "move undone": "Move undone",
    "actual date recorded": "Actual date recorded",
    "actual date taken back": "Actual date taken back",
    "inspection withdrawn": "Inspection withdrawn",
    "withdrawal taken back": "Inspection reinstated",
}
RECORDED = "notification recorded"
BECAUSE = {"closure day added": "Day that does not count added", "closure day removed": "Day counts again"}


@dataclass(frozen=True, slots=True)
class MovedDate:
    """One step that moved; `key` is empty on records that did not store it."""

    title: str
    before: date | None
    after: date | None
    key: str


@dataclass(frozen=True, slots=True)
class DateChange:
    """One change of the dates, and what moved with it in the framework's order. `verb` is the record's word for it."""

    pk: int
    at: datetime
    by: str
    verb: str
    subject: str
    reason: str
    because: str
    moved: tuple[MovedDate, ...]

    @property
    def what(self) -> str:
        """The heading on a page."""
        return BECAUSE.get(self.because, CHANGES[self.verb])

    @property
    def is_first(self) -> bool:
        """Whether it is the notification, before which there were no dates that could move."""
        return self.verb == RECORDED


def events_of_dates(inspection: Inspection) -> QuerySet[Event]:
    """The records of what changed the dates, latest first."""
    events = Event.objects.filter(council_id=inspection.council_id, inspection=inspection.slug, verb__in=list(CHANGES))
    return events.select_related("by").order_by("-at", "-pk")


def change_of(event: Event) -> DateChange:
    """The change that a record describes. What an older record does not say is left out."""
    detail: Mapping[str, Any] = event.detail if isinstance(event.detail, Mapping) else {}
    moved = detail.get("moved")
    return DateChange(
        pk=event.pk,
        at=event.at,
        by=event.by.full_name if event.by else NOBODY,
        verb=event.verb,
        subject=event.subject,
        reason=str(detail.get("reason") or ""),
        because=str(detail.get("because") or ""),
        moved=tuple(_moved(each) for each in moved if len(each) in (3, 4)) if isinstance(moved, list) else (),
    )


def _moved(row: list[Any]) -> MovedDate:
    title, before, after, *key = row
    return MovedDate(str(title), _day(before), _day(after), str(key[0]) if key else "")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
