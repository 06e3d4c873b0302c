"""The calendar file: with any title, and fetched several times at once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from accounts.models import Council, Role
from feeds.actions import make_feed
from feeds.calendar_events import CalendarEvent
from feeds.models import Feed, FeedKind, PublishedEvent
from feeds.publishing import OutgoingEvent, inspections_of, lines_of
from feeds.writing import calendar_file_of
from inspections.models import Inspection
from tests.factories.people import NOW, at, make_council, make_inspection, make_ownership, make_person, make_post
from tests.processes import ENOUGH

LETTERS = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(list(",;:\\\"'^\n\r\t€🦆"))
ODD = st.text(LETTERS, max_size=200)


def _unfolded(body: bytes) -> list[str]:
    """The lines as RFC 5545 has them unfolded, read without the library that folded them."""
    return body.replace(b"\r\n ", b"").decode().split("\r\n")


@given(summary=ODD, title=ODD)
def test_odd_titles_are_folded_and_escaped_so_that_they_come_back(summary: str, title: str) -> None:
    inspection = Inspection(pk=1, title=title, opened_at=NOW)
    said = CalendarEvent(
        inspection, "document:1", f"Due: {summary}", at("2011-04-19 16:30"), at("2011-04-19 17:00"), title
    )
    feed = Feed(pk=1, kind=FeedKind.WORK, council=Council(name=title))
    body = calendar_file_of(feed, [OutgoingEvent(said, 3, NOW, is_cancelled=False)])
    lines = body.split(b"\r\n")
    assert (b"\n" in body.replace(b"\r\n", b""), b"\r" in body.replace(b"\r\n", b"")) == (False, False)
    assert max(map(len, lines)) <= 75
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    wanted = " ".join(f"Due: {summary}".replace("\r", " ").replace("\n", " ").replace("\t", " ").split())
    if not re.search(r"\\[nN]", summary):  # the library takes a backslash before an n for a new line
        assert " ".join(str(event["summary"]).split()) == wanted
    (plain,) = [line.removeprefix("SUMMARY:") for line in _unfolded(body) if line.startswith("SUMMARY:")]
    unescaped = plain.replace("\\\\", "\0").replace("\\,", ",").replace("\\;", ";").replace("\0", "\\")
    assert " ".join(unescaped.split()) == wanted


@pytest.mark.django_db(transaction=True)
def test_two_fetches_at_once_tell_the_same_once() -> None:
    council = make_council()
    olive = make_person(council, Role.OWNER)
    inspection = make_inspection(council, notified=date(2011, 4, 18))
    make_ownership(inspection, "document:1", make_post(council, holder=olive))
    make_feed(council=council, user=olive, kind=FeedKind.WORK, now=NOW)
    feed, now = Feed.objects.select_related("user", "council").get(), at("2011-04-18 10:00")
    for day, sequence in ((18, 0), (19, 1)):
        Inspection.objects.update(notified_on=date(2011, 4, day), version=day)
        ready = Barrier(3)

        def fetched(_: int, ready: Barrier = ready) -> list[int]:
            try:
                ready.wait(ENOUGH)
                return [line.sequence for line in lines_of(feed, inspections_of(feed), now=now)]
            finally:
                connection.close()

        with ThreadPoolExecutor(3) as pool:
            assert list(pool.map(fetched, range(3))) == [[sequence]] * 3
        assert list(PublishedEvent.objects.values_list("key", "sequence")) == [("document:1", sequence)]
