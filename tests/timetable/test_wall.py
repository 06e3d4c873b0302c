"""The wall: what it shows, what it leaves out, and that it is sent again only when it changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Role
from inspections.actions import withdraw
from tests import reading
from tests.factories.contact import ask, meet
from tests.factories.crowd import crowd
from tests.factories.people import at, make_inspection, make_person
from tests.reading import by_class, sign_in
from tests.timetable.worked import duty, owner, stands, worked_example
from timetable.actions import record_step
from timetable.countdown import countdown
from timetable.wall import wall

MOMENT = at("2011-04-21 09:00")


@pytest.fixture
def clock(transactional_db) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def inspection(clock):
    return worked_example()


@pytest.fixture
def office(inspection):
    return make_person(inspection.council, Role.DCS_OFFICE, name="Dina Sample", email="dina@example.org")


def _address(inspection, name: str = "wall") -> str:
    return reverse(f"timetable:{name}", args=[inspection.slug])


def test_wall_says_where_we_are_what_comes_and_what_is_late(inspection, office) -> None:
    page = sign_in(office).get(_address(inspection))
    assert reading.heading(page) == "Day 4 of 40"
    assert reading.texts(page, by_class("wall__date")) == ["Thursday 21 April 2011 · Before fieldwork"]
    assert reading.texts(page, by_class("wall__next") + "/p") == [
        "Next deadline: 5pm today",
        "8 hours",
        "List of current cases, including any analysis, to the lead inspector",
    ]
    assert reading.texts(page, "//h2") == ["Today", "Late: 17"]
    assert reading.texts(page, by_class("wall__column") + "[1]//li") == [
        "To do List of current cases, including any analysis, to the lead inspector"
    ]
    assert len(reading.texts(page, by_class("wall__column") + "[2]//li")) == 4
    assert reading.texts(page, by_class("wall__rest")) == ["and 13 more"]


def test_wall_has_no_way_to_reach_anybody(inspection, office) -> None:
    meet(inspection, by=office, now=MOMENT)
    crowd(inspection, 2)
    text = sign_in(office).get(_address(inspection)).content.decode()
    assert [found for found in ("@", "tel:", "01632", "figures of last month") if found in text] == []


def test_wall_names_few_and_says_how_many_more(inspection) -> None:
    held = [owner(f"Post {number}", post=number, holder=f"Person {number}") for number in range(1, 4)]
    owners = [owner("Vacant post", post=4, holder=None), *held]
    duties = [
        duty("document:1", *owners, due=MOMENT - timedelta(days=2)),
        duty("document:2", owner(holder=None), due=MOMENT - timedelta(hours=1)),
    ]
    found = wall(countdown(stands(inspection, "2011-04-21 09:00"), duties))
    assert [line.small_print for line in found.late] == [
        "Person 1, Person 2 and 2 more · since 19 April",
        "Head of Testing (vacant) · since 8am today",
    ]


@pytest.mark.parametrize(("state", "heading"), [("withdrawn", "Withdrawn"), ("to come", "Not notified yet")])
def test_wall_of_an_inspection_that_does_not_run(inspection, office, state, heading) -> None:
    if state == "withdrawn":
        withdraw(inspection=inspection, reason="Deferred", by=None, now=MOMENT)
    else:
        inspection = make_inspection(inspection.council)
    page = sign_in(office).get(_address(inspection))
    assert reading.heading(page) == heading
    assert reading.texts(page, "//h2") == []


def test_part_is_sent_again_only_when_it_changed(inspection, office, clock) -> None:
    client, address = sign_in(office), _address(inspection, "wall-part")
    first = client.get(address)
    tag = first.headers["ETag"]
    same = client.get(address, headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    assert same.headers["Cache-Control"] == "private, no-store"
    record_step(inspection=inspection, step_key="send-documents", by=office, now=MOMENT)
    changed = client.get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert "Late: 16" in reading.texts(changed, "//h2")
    clock.shift(60)
    assert client.get(address, headers={"If-None-Match": changed.headers["ETag"]}).status_code == 200


def test_part_turns_the_day_at_midnight(inspection, office, clock) -> None:
    clock.move_to(at("2011-04-26 23:59"))
    client = sign_in(office)
    assert reading.heading(client.get(_address(inspection, "wall-part"))) == "Day 5 of 40"
    clock.move_to(at("2011-04-27 00:00"))
    assert reading.heading(client.get(_address(inspection, "wall-part"))) == "Day 6 of 40"


def test_request_due_today_is_on_the_wall(inspection, office) -> None:
    ask(inspection, due=at("2011-04-21 12:00"), now=MOMENT)
    page = sign_in(office).get(_address(inspection))
    assert "To do Inspectors’ request 1: figures or a listby midday · Dina Sample" in reading.texts(page, "//li")
