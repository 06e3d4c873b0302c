from __future__ import annotations

from typing import Any

from accounts.models import Role
from feeds.actions import make_feed
from feeds.models import Feed, FeedKind
from feeds.secret import token_of
from tests.access.rows import EVERYBODY, Row, World, of_council
from tests.factories.people import NOW

WORKERS = EVERYBODY - {Role.BOARD, Role.ADMINISTRATOR, Role.DATA_PROTECTION}
OFFICE = frozenset({Role.DCS_OFFICE})
READERS = WORKERS - {Role.CASE_OFFICER, Role.AUDITOR}


def prepare(world: World) -> None:
    person = world.people[Role.OWNER]
    make_feed(council=world.council, user=person, kind=FeedKind.WORK, now=NOW)
    world.things["feed"] = Feed.objects.get(user=person)


def _address(world: World) -> dict[str, Any]:
    feed = world.things["feed"]
    return {"pk": feed.pk, "token": token_of(feed)}


def _work(world: World) -> dict[str, Any]:
    return {**of_council(world), "kind": FeedKind.WORK.value}


def _timetable(world: World) -> dict[str, Any]:
    return {**of_council(world), "kind": FeedKind.TIMETABLE.value}


def _office(world: World) -> dict[str, Any]:
    return {**of_council(world), "kind": FeedKind.OFFICE.value}


ROWS = [
    # Whoever has the address, signed in or not, as whatever.
    Row("feeds:feed", "GET", EVERYBODY, _address, public=True),
    Row("feeds:own", "GET", WORKERS, of_council),
    *(
        Row(f"feeds:{name}", method, roles, kwargs, variant=variant)
        for roles, kwargs, variant in (
            (WORKERS, _work, "of my work"),
            (OFFICE, _office, "of the office"),
            (READERS, _timetable, "of the timetable"),
        )
        for name, method in (
            ("make", "POST"),
            ("renew", "GET"),
            ("renew", "POST"),
            ("end", "GET"),
            ("end", "POST"),
        )
    ),
]
