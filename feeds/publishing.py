"""What a feed publishes now: its events with what the ledger says about each, and removed events as cancelled.

The ledger is written only when a feed is fetched and something has changed since the last fetch: only what was fetched
has been published. Changes that came and went in between are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from accounts.access import viewer_of
from feeds.calendar_events import LONDON, CalendarEvent, calendar_events
from feeds.models import Feed, PublishedEvent
from inspections.models import Inspection

# How many inspections a feed covers: the latest notified ones, and as many that are being prepared.
MOST_INSPECTIONS = 6
# How long a removed event is published as cancelled. A calendar program not opened in that time keeps the event.
CANCELLED_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class OutgoingEvent:
    """One event as it is sent out."""

    calendar_event: CalendarEvent
    sequence: int
    changed_at: datetime
    is_cancelled: bool


def inspections_of(feed: Feed) -> list[Inspection]:
    """The inspections that the feed covers, latest first.

    Inspections being prepared are included: some of their deadlines do not depend on the call.
    """
    rows = Inspection.objects.filter(council=feed.council)
    notified = rows.filter(notified_on__isnull=False).order_by("-notified_on", "-pk")[:MOST_INSPECTIONS]
    prepared = rows.filter(notified_on=None, withdrawn_at=None).order_by("-opened_at", "-pk")[:MOST_INSPECTIONS]
    wanted = Q(pk__in=notified.values("pk")) | Q(pk__in=prepared.values("pk"))
    latest = F("notified_on").desc(nulls_last=True)
    return list(Inspection.objects.filter(wanted).select_related("council").order_by(latest, "-opened_at", "-pk"))


def lines_of(feed: Feed, inspections: Sequence[Inspection], *, now: datetime) -> list[OutgoingEvent]:
    """What the feed says now; anything new is noted in the ledger."""
    current = calendar_events(feed.kind, viewer_of(feed.user, feed.council), inspections, now=now)
    told = _told(feed, inspections)
    if _news(current, told):
        current, told = catch_up(feed, now=now)
    return _lines(current, told, now)


@transaction.atomic
def catch_up(feed: Feed, *, now: datetime) -> tuple[list[CalendarEvent], list[PublishedEvent]]:
    """Notes in the ledger what the feed is about to publish; two fetches at once wait for each other.

    Everything is read again under the lock, since what was read before it may be older than what the other fetch
    published.
    """
    feed = Feed.objects.select_for_update(of=("self",)).select_related("user", "council").get(pk=feed.pk)
    inspections = inspections_of(feed)
    current = calendar_events(feed.kind, viewer_of(feed.user, feed.council), inspections, now=now)
    rows = {(row.inspection_id, row.key): row for row in _told(feed, inspections)}
    new, changed = [], []
    for each in current:
        row = rows.get((each.inspection.pk, each.key))
        if row is None:
            new.append(_row(feed, each, now))
        elif row.digest != each.digest or row.cancelled_at is not None:
            row.digest, row.said, row.cancelled_at = each.digest, each.said, None
            changed.append(_moved_on(row, now))
    present = {(each.inspection.pk, each.key) for each in current}
    for place, row in rows.items():
        if place not in present and row.cancelled_at is None:
            row.cancelled_at = now
            changed.append(_moved_on(row, now))
    PublishedEvent.objects.bulk_create(new)
    PublishedEvent.objects.bulk_update(changed, ["digest", "said", "sequence", "changed_at", "cancelled_at"])
    return current, [*rows.values(), *new]


def _told(feed: Feed, inspections: Iterable[Inspection]) -> list[PublishedEvent]:
    known = {inspection.pk: inspection for inspection in inspections}
    rows = list(PublishedEvent.objects.filter(feed=feed, inspection__in=list(known)).order_by("pk"))
    for row in rows:
        row.inspection = known[row.inspection_id]
    return rows


def _row(feed: Feed, each: CalendarEvent, now: datetime) -> PublishedEvent:
    return PublishedEvent(
        feed=feed, inspection=each.inspection, key=each.key, digest=each.digest, said=each.said, changed_at=now
    )


def _moved_on(row: PublishedEvent, now: datetime) -> PublishedEvent:
    row.sequence, row.changed_at = row.sequence + 1, now
    return row


def _news(current: Iterable[CalendarEvent], told: Iterable[PublishedEvent]) -> bool:
    """Whether anything is new, changed or gone."""
    last = {(row.inspection_id, row.key): row.digest for row in told if row.cancelled_at is None}
    return {(each.inspection.pk, each.key): each.digest for each in current} != last


def _lines(current: Iterable[CalendarEvent], told: Iterable[PublishedEvent], now: datetime) -> list[OutgoingEvent]:
    rows = {(row.inspection_id, row.key): row for row in told}
    lines = []
    for each in current:
        row = rows[each.inspection.pk, each.key]
        lines.append(OutgoingEvent(each, row.sequence, row.changed_at, is_cancelled=False))
    gone = (row for row in rows.values() if row.cancelled_at is not None and row.cancelled_at > now - CANCELLED_FOR)
    lines += [OutgoingEvent(_calendar_event(row), row.sequence, row.changed_at, is_cancelled=True) for row in gone]
    return lines


def _calendar_event(row: PublishedEvent) -> CalendarEvent:
    """The last published event of something that is gone."""
    summary, start, end = row.said["summary"], _when(row.said["start"]), _when(row.said["end"])
    return CalendarEvent(row.inspection, row.key, f"Cancelled: {summary}", start, end)


def _when(text: str) -> datetime | date:
    if len(text) == len("2011-04-18"):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(LONDON)
