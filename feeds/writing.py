"""A feed as an iCalendar file (RFC 5545) that Outlook and Apple's and Google's calendars accept.

The icalendar library escapes and folds lines. The time zone is written here, because the library puts the change in
March an hour late.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vDuration, vRecur

from feeds.calendar_events import CalendarEvent
from feeds.models import Feed, FeedKind
from feeds.publishing import OutgoingEvent

PRODUCT = "-//Ready for inspection//Calendar feed//EN"
REFRESH = timedelta(hours=1)
# The base of permanent identifiers. With another one every calendar program would show everything twice.
_NAMESPACE = uuid.UUID("6f0c1d51-6a4b-4d35-8d0e-5f6f1a7f2b11")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def calendar_file_of(feed: Feed, lines: Iterable[OutgoingEvent]) -> bytes:
    """The file. The same events make the same bytes."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name = _plain(f"{'What I owe' if feed.kind == FeedKind.WORK else FeedKind(feed.kind).label} – {feed.council.name}")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Europe/London")
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    calendar.add_component(_london())
    for line in lines:
        calendar.add_component(_event(feed, line))
    return calendar.to_ical()


def uid_of(feed: Feed, calendar_event: CalendarEvent) -> str:
    """The identifier of a duty or step, which never changes, even if the feed gets another address."""
    inspection = calendar_event.inspection
    named = f"{inspection.pk}/{inspection.opened_at.astimezone(UTC).isoformat()}/{feed.kind}/{calendar_event.key}"
    return str(uuid.uuid5(_NAMESPACE, named))


def _event(feed: Feed, line: OutgoingEvent) -> Event:
    said, event = line.calendar_event, Event()
    event.add("uid", uid_of(feed, said))
    # METHOD:PUBLISH would have DTSTAMP say when the file was made; with the last change, two fetches have the same
    # bytes.
    event.add("dtstamp", line.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", line.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", line.sequence)
    event.add("summary", _plain(said.summary))
    event.add("dtstart", said.start)
    event.add("dtend", said.end)
    event.add("status", "CANCELLED" if line.is_cancelled else "CONFIRMED")
    # A deadline or a day of the timetable is not an appointment, so the person's time is shown as free.
    event.add("transp", "TRANSPARENT")
    if not isinstance(said.start, datetime):
        event.add("x-microsoft-cdo-alldayevent", "TRUE")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    if said.description:
        event.add("description", _plain(said.description))
    if said.url:
        event.add("url", said.url)
    if said.categories:
        event.add("categories", list(said.categories))
    return event


def _london() -> Timezone:
    """Europe/London since 1996, by its rule: the last Sundays of March and October at 01:00 UTC."""
    zone = Timezone()
    zone.add("tzid", "Europe/London")
    for part, name, month, hour, before, after in (
        (TimezoneDaylight(), "BST", 3, 1, 0, 1),
        (TimezoneStandard(), "GMT", 10, 2, 1, 0),
    ):
        # The local time at which it begins, on the clock that is about to end.
        part.add("dtstart", datetime(1996, month, 31 if month == 3 else 27, hour))  # noqa: DTZ001
        part.add("rrule", vRecur(FREQ="YEARLY", BYMONTH=month, BYDAY="-1SU"))
        part.add("tzname", name)
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        zone.add_component(part)
    return zone


def _plain(text: str) -> str:
    """The text without control characters, which calendar files must not have."""
    return _CONTROL.sub(" ", text).strip()
