"""A feed read by a parser that did not write it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import vobject
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from feeds.actions import make_feed
from feeds.models import Feed, FeedKind
from feeds.secret import token_of
from inspections.actions import correct_notification
from tests.factories.documents import complete
from tests.factories.people import NOW, at, make_council, make_inspection, make_ownership, make_person, make_post

pytestmark = pytest.mark.django_db

MORNING = at("2011-04-18 10:00")
TITLE = "Inspection; with, signs \\ and – " + "words that are folded " * 6


@pytest.fixture
def feed(time_machine) -> Feed:
    time_machine.move_to(MORNING)
    council = make_council()
    inspection = make_inspection(council, notified=date(2011, 4, 18), title=TITLE.strip())
    person = make_person(council, Role.COORDINATOR, Role.OWNER)
    for key in ("1", "3"):
        make_ownership(inspection, f"document:{key}", make_post(council, f"Owner of {key}", person))
    complete(inspection, "3", now=MORNING)
    make_feed(council=council, user=person, kind=FeedKind.WORK, now=NOW)
    return Feed.objects.get()


def calendar(feed: Feed) -> Any:
    """What the other parser makes of the feed; it refuses what breaks the standard."""
    feed.refresh_from_db()
    response = Client().get(reverse("feeds:feed", args=[feed.pk, token_of(feed)]))
    text = response.content.decode()
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    read = vobject.readOne(text)
    read.validate(raiseException=True)
    return read


def events(feed: Feed) -> dict[str, tuple[str, datetime, timedelta, int, str]]:
    """uid -> title, end, its distance from UTC, number of changes and status."""
    return {
        event.uid.value: (
            event.summary.value,
            event.dtend.value.replace(tzinfo=None),
            event.dtend.value.utcoffset(),
            int(event.sequence.value),
            event.status.value,
        )
        for event in calendar(feed).vevent_list
    }


def test_deadlines_are_in_londons_time_under_their_whole_titles(feed) -> None:
    framework = feed.council.inspections.get().framework
    titles = {key: framework.document(key).title for key in ("1", "3")}
    found = sorted(events(feed).values())
    five, summer = datetime(2011, 4, 19, 17), timedelta(hours=1)
    assert found == [
        (f"Done: {titles['3']}", five, summer, 0, "CONFIRMED"),
        (f"Due: {titles['1']}", five, summer, 0, "CONFIRMED"),
    ]
    assert all(TITLE.strip() in event.description.value for event in calendar(feed).vevent_list)


def test_a_corrected_notification_moves_the_same_events(feed, time_machine) -> None:
    before = events(feed)
    time_machine.shift(timedelta(hours=1))
    correct_notification(
        inspection=feed.council.inspections.get(),
        notified_on=date(2011, 4, 15),
        reason="Misread",
        by=feed.user,
        now=MORNING + timedelta(hours=1),
    )
    after = events(feed)
    assert after.keys() == before.keys()
    assert {row[1:4] for row in after.values()} == {(datetime(2011, 4, 18, 17), timedelta(hours=1), 1)}
