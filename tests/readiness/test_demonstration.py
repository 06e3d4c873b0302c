"""The demonstration: what the command promises to scripts, and that it changes nothing but the demonstration."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Council, Event, Holding, Membership, Post, Role, User
from cases.models import Child
from cases.state import cases_state
from documents.models import File, Version
from documents.state import states as document_states
from evidencepack.models import Pack
from focusgroups.models import Attendee
from focusgroups.state import states as group_states
from inspections.actions import open_inspection
from inspections.models import Inspection, Ownership
from inspections.snapshot import snapshot_of
from readiness.demonstration import COUNCIL
from tests.factories.crowd import crowd
from tests.factories.people import NOW, PASSWORD, at, make_council, make_person, make_post
from tests.readiness.demonstrating import WEDNESDAY, clock, light
from timetable.models import ReadinessDay, StepRecord

__all__ = ["clock", "light"]

pytestmark = pytest.mark.django_db

Demo = Callable[..., dict[str, Any]]


@pytest.fixture
def demo(clock, capsys) -> Demo:
    """Runs the command and gives the one JSON document that it prints."""

    def run(*options: str) -> dict[str, Any]:
        call_command("demo", *options, "--format", "json")
        said = capsys.readouterr()
        assert said.err == ""
        return json.loads(said.out)

    return run


def _day() -> int | None:
    inspection = Inspection.objects.get(slug="demonstration")
    return snapshot_of(inspection, now=timezone.now()).day


@pytest.mark.database
def test_json_is_what_scripts_rely_on(demo) -> None:
    answer = demo()
    assert set(answer) == {"inspection", "day", "people", "password"}
    assert (answer["inspection"], answer["day"]) == ("demonstration", None)
    assert [set(person) for person in answer["people"]] == [{"email", "roles"}] * len(Role)
    assert sorted(role for person in answer["people"] for role in person["roles"]) == sorted(Role.values)
    assert all(person["email"].endswith("@example.org") for person in answer["people"])


def test_text_says_who_signs_in_and_how(clock, capsys) -> None:
    call_command("demo", "--day", "4")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "The demonstration is filled in; its inspection is on day 4."
    assert lines[1] == "Sign in as one of these, all with the same password:"
    assert len(lines) == 2 + len(Role) + 1
    assert lines[-1].startswith("  password: ")


@pytest.mark.parametrize(
    ("moment", "day", "notified"),
    [
        ("2011-05-18 07:00", 1, "2011-05-18"),
        ("2011-05-18 11:00", 19, "2011-04-18"),
        ("2011-06-17 23:30", 40, "2011-04-18"),
        # On a day that does not count, the working day before it is the one.
        ("2011-04-25 09:00", 4, "2011-04-18"),
    ],
)
def test_day_puts_today_on_that_day(demo, clock, moment, day, notified) -> None:
    clock.move_to(at(moment))
    answer = demo("--day", str(day))
    inspection = Inspection.objects.get(slug=answer["inspection"])
    assert (answer["day"], _day(), inspection.notified_on.isoformat()) == (day, day, notified)


def test_a_day_that_is_no_number_is_wrong_usage(clock, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("demo", "--day", "four")
    assert ended.value.code == 2
    assert Council.objects.count() == 0


def test_it_is_part_way_ready_and_nothing_in_it_is_yet_to_come(demo) -> None:
    demo("--day", "10")
    snapshot = snapshot_of(Inspection.objects.get(slug="demonstration"), now=WEDNESDAY)
    documents = {state.state for state in document_states(snapshot).values()}
    assert documents >= {"approved", "submitted", "returned", "partial", "missing"}
    assert any(state.is_stale for state in document_states(snapshot).values())
    groups = [state.state for state in group_states(snapshot).values()]
    assert set(groups) == {"ready", "partial", "to do", "tbc"}
    evenings = ReadinessDay.objects.filter(inspection=snapshot.inspection).order_by("day")
    assert (evenings.first().groups_ready, evenings.last().groups_ready) == (0, groups.count("ready"))
    assert any(owner.is_vacant for owners in snapshot.owners.values() for owner in owners)
    assert list(StepRecord.objects.order_by("done_at").values_list("step", flat=True)) == [
        "send-documents",
    ]
    moments = [
        *Event.objects.values_list("at", flat=True),
        *Version.objects.values_list("uploaded_at", flat=True),
        *StepRecord.objects.values_list("done_at", flat=True),
        *Attendee.objects.values_list("added_at", flat=True),
    ]
    assert max(moments) <= WEDNESDAY
    assert not Version.objects.filter(as_at__gt=date(2011, 5, 18)).exists()


def test_no_pack_was_sent_before_its_day(demo) -> None:
    demo("--day", "1")
    assert Pack.objects.count() == 0


def _counts() -> dict[str, int]:
    models = (Council, User, Membership, Post, Holding, Inspection, Ownership, File, Version, Attendee, StepRecord)
    return {model.__name__: model.objects.count() for model in (*models, Event)}


def test_running_it_again_resets_it_and_leaves_nothing_over(demo) -> None:
    first = demo("--day", "4")
    before = _counts()
    second = demo("--day", "4")
    assert _counts() == before
    assert [person["email"] for person in second["people"]] == [person["email"] for person in first["people"]]
    assert second["password"] != first["password"]


def test_running_it_again_touches_nothing_else(demo) -> None:
    """Another council, people of the demonstration there, and a real person who was let into the demonstration."""
    demo("--day", "4")
    council = make_council("Realshire")
    person = make_person(council, Role.COORDINATOR, email="real@example.org")
    inspection = open_inspection(
        council=council, title="Real", framework_key="slac-2009", plan_key="oxfordshire", by=person, now=NOW
    )
    crowd(inspection, 2)
    owner = User.objects.get(email="owner@example.org")
    Membership.objects.create(council=council, user=owner, role=Role.OWNER)
    post = make_post(council, "Head of Testing", holder=owner)
    lead = User.objects.get(email="coordinator@example.org")
    open_inspection(council=council, title="Another", framework_key="slac-2009", by=lead, now=NOW)
    visitor = make_person(Council.objects.get(slug=COUNCIL), Role.MEMBER, email="visitor@council.example.com")
    real = _rows(council)
    demo()
    assert _rows(council) == real
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert Holding.objects.get(post=post).user == owner
    assert set(Membership.objects.filter(user=owner).values_list("council__name", "role")) == {
        ("Realshire", "owner"),
        ("Fictionshire (demonstration)", "owner"),
    }
    assert Inspection.objects.get(title="Another").opened_by.email == "coordinator@example.org"
    assert User.objects.filter(pk=visitor.pk).exists()
    assert not Membership.objects.filter(user=visitor).exists()


def _rows(council) -> dict[str, list]:
    """Everything that a council has, row by row, apart from people of the demonstration, who get new passwords."""
    people = User.objects.filter(memberships__council=council).exclude(email="owner@example.org").order_by("pk")
    return {
        "council": list(Council.objects.filter(pk=council.pk).values()),
        "people": list(people.values()),
        "roles": list(Membership.objects.filter(council=council).order_by("pk").values()),
        "posts": list(Post.objects.filter(council=council).order_by("pk").values()),
        "holdings": list(Holding.objects.filter(post__council=council).order_by("pk").values()),
        "inspections": list(Inspection.objects.filter(council=council).order_by("pk").values()),
        "owners": list(Ownership.objects.filter(inspection__council=council).order_by("pk").values()),
        "files": list(Version.objects.filter(file__inspection__council=council).order_by("pk").values()),
        "attendees": list(Attendee.objects.filter(inspection__council=council).order_by("pk").values()),
        "events": list(Event.objects.filter(council=council).order_by("pk").values()),
    }


def test_its_case_lists_have_children_and_a_history(demo) -> None:
    demo("--day", "3")
    inspection = Inspection.objects.get(slug="demonstration")
    state = cases_state(snapshot_of(inspection, now=WEDNESDAY))
    assert [each.last.number for each in state.lists if each.last] == [2] * 4
    assert 60 <= sum(each.last.count for each in state.lists if each.last) <= 200
    assert state.contradictions > 0
    assert set(Child.objects.filter(rows__until__number=2).values_list("inspection", flat=True)) == {inspection.pk}
    demo("--day", "3")
    assert Child.objects.count() == Child.objects.filter(inspection__slug="demonstration").count()
