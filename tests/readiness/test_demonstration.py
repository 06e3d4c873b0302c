"""The demonstration: what the command promises to scripts, and that it resets itself and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Council, Event, Holding, Membership, Post, Role, User
from documents.models import File, Version
from documents.state import SENT
from documents.state import states as document_states
from evidencepack import front
from evidencepack.actions import request_pack
from evidencepack.models import Pack
from focusgroups.models import Attendee
from focusgroups.state import states as group_states
from inspections.actions import open_inspection
from inspections.models import Inspection, Ownership
from inspections.snapshot import snapshot_of
from readiness import demonstration
from tests.factories.crowd import crowd
from tests.factories.documents import pdf_bytes
from tests.factories.people import NOW, PASSWORD, at, make_council, make_person, make_post
from timetable.models import ReadinessDay, StepRecord

pytestmark = pytest.mark.django_db

Demo = Callable[..., dict[str, Any]]
WEDNESDAY = at("2011-05-18 11:00")


@pytest.fixture(autouse=True)
def light(settings, tmp_path, monkeypatch) -> None:
    """Papers without WeasyPrint: what they look like is not what is tested here."""
    settings.UPLOADS_DIR = tmp_path / "uploads"
    settings.PACKS_DIR = tmp_path / "packs"
    for drawn_by in (demonstration, front):
        monkeypatch.setattr(drawn_by, "render", lambda html, **given: pdf_bytes(words=html))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(WEDNESDAY, tick=False) as traveller:
        yield traveller


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


def test_json_is_what_scripts_rely_on(demo) -> None:
    answer = demo()
    assert set(answer) == {"inspection", "day", "people", "password"}
    assert (answer["inspection"], answer["day"]) == ("demonstration", None)
    assert [set(person) for person in answer["people"]] == [{"email", "roles"}] * 8
    assert sorted(role for person in answer["people"] for role in person["roles"]) == sorted(Role.values)
    assert all(person["email"].endswith("@example.org") for person in answer["people"])


def test_everybody_signs_in_with_the_password_that_is_printed(demo) -> None:
    answer = demo()
    for person in answer["people"]:
        response = Client().post(
            reverse("accounts:sign-in"), {"username": person["email"], "password": answer["password"]}
        )
        assert response.status_code == 302, person["email"]
        roles = Membership.objects.filter(user__email=person["email"]).values_list("role", flat=True)
        assert set(roles) == set(person["roles"])


def test_text_says_who_signs_in_and_how(clock, capsys) -> None:
    call_command("demo", "--day", "4")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "The demonstration is filled in; its inspection is on day 4."
    assert lines[1] == "Sign in as one of these, all with the same password:"
    assert len(lines) == 2 + 8 + 1
    assert lines[-1].startswith("  password: ")


@pytest.mark.parametrize(
    ("moment", "day", "notified"),
    [
        ("2011-05-18 11:00", 1, "2011-05-18"),
        ("2011-05-18 07:00", 1, "2011-05-18"),
        ("2011-05-18 11:00", 4, "2011-05-13"),
        ("2011-05-18 11:00", 19, "2011-04-18"),
        ("2011-06-17 23:30", 40, "2011-04-18"),
        # On a day that does not count, the working day before it is the one.
        ("2011-05-21 11:00", 21, "2011-04-18"),
        ("2011-04-25 09:00", 4, "2011-04-18"),
        ("2011-12-27 12:00", 1, "2011-12-23"),
    ],
)
def test_day_puts_today_on_that_day(demo, clock, moment, day, notified) -> None:
    clock.move_to(at(moment))
    answer = demo("--day", str(day))
    inspection = Inspection.objects.get(slug=answer["inspection"])
    assert (answer["day"], _day(), inspection.notified_on.isoformat()) == (day, day, notified)


@pytest.mark.parametrize("day", ["99", "41", "0", "-1"])
def test_a_day_that_is_none_is_refused_and_nothing_changes(demo, capsys, day) -> None:
    before = demo("--day", "4")["password"]
    with pytest.raises(SystemExit) as ended:
        call_command("demo", "--day", day)
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip() == f"Day {day} is no day of this framework: it has the days 1 to 40."
    assert User.objects.get(email="owner@example.org").check_password(before)
    assert _day() == 4


def test_a_day_that_is_no_number_is_wrong_usage(clock, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("demo", "--day", "four")
    assert ended.value.code == 2
    assert Council.objects.count() == 0


def test_it_is_part_way_ready(demo) -> None:
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
        "survey-letter",
        "case-list",
    ]


def test_its_evidence_has_a_history(demo) -> None:
    demo("--day", "4")
    inspection = Inspection.objects.get(slug="demonstration")
    former = Inspection.objects.get(slug="demonstration-rehearsal")
    assert (former.is_rehearsal, former.is_withdrawn) == (True, True)
    brought = File.objects.filter(inspection=inspection, carried_from__inspection=former)
    assert brought.count() == File.objects.filter(inspection=former).count() == 1
    versions = Version.objects.filter(file__inspection=inspection)
    assert versions.filter(note__startswith="Moved from document 12").count() == 1
    assert list(versions.exclude(remark="").order_by("original_name").values_list("original_name", flat=True)) == [
        "Cut short on its way.pdf",
        "Performance figures.xlsm",
    ]


def test_its_pack_was_sent_on_the_day_and_a_supplement_can_be_made(demo) -> None:
    demo("--day", "4")
    pack = Pack.objects.get()
    assert [row["name"] for row in pack.damaged] == ["Cut short on its way.pdf"]
    assert [sending.sent_at.date() for sending in pack.sendings.all()] == [date(2011, 5, 16)]
    snapshot = snapshot_of(pack.inspection, now=WEDNESDAY)
    states = {state.document.number: state.state for state in document_states(snapshot).values()}
    assert [number for number, state in states.items() if state == SENT] == [2, 3, 4, 9, 11]
    supplement, is_new = request_pack(inspection=pack.inspection, by=None, now=WEDNESDAY, supplement=True)
    assert (supplement.supplements, is_new) == (pack, True)


@pytest.mark.parametrize("options", [(), ("--day", "1")])
def test_no_pack_was_sent_before_its_day(demo, options) -> None:
    demo(*options)
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


def test_running_it_again_touches_no_other_council(demo) -> None:
    council = make_council("Realshire")
    person = make_person(council, Role.COORDINATOR, email="real@example.org")
    inspection = open_inspection(
        council=council, title="Real", framework_key="slac-2009", plan_key="oxfordshire", by=person, now=NOW
    )
    crowd(inspection, 2)
    real = _rows(council)
    demo("--day", "4")
    assert _rows(council) == real
    demo()
    assert _rows(council) == real
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def _rows(council) -> dict[str, list]:
    """Everything that a council has, row by row."""
    return {
        "council": list(Council.objects.filter(pk=council.pk).values()),
        "people": list(User.objects.filter(memberships__council=council).order_by("pk").values()),
        "roles": list(Membership.objects.filter(council=council).order_by("pk").values()),
        "posts": list(Post.objects.filter(council=council).order_by("pk").values()),
        "holdings": list(Holding.objects.filter(post__council=council).order_by("pk").values()),
        "inspections": list(Inspection.objects.filter(council=council).order_by("pk").values()),
        "owners": list(Ownership.objects.filter(inspection__council=council).order_by("pk").values()),
        "files": list(Version.objects.filter(file__inspection__council=council).order_by("pk").values()),
        "attendees": list(Attendee.objects.filter(inspection__council=council).order_by("pk").values()),
        "events": list(Event.objects.filter(council=council).order_by("pk").values()),
    }


def test_somebody_of_the_demonstration_in_another_council_stays_there(demo) -> None:
    demo()
    council = make_council("Realshire")
    owner = User.objects.get(email="owner@example.org")
    Membership.objects.create(council=council, user=owner, role=Role.OWNER)
    post = make_post(council, "Head of Testing", holder=owner)
    demo()
    assert Holding.objects.get(post=post).user == owner
    assert set(Membership.objects.filter(user=owner).values_list("council__name", "role")) == {
        ("Realshire", "owner"),
        ("Fictionshire (demonstration)", "owner"),
    }


def test_somebody_whom_another_councils_record_names_does_not_stop_it(demo) -> None:
    demo()
    council = make_council("Realshire")
    lead = User.objects.get(email="coordinator@example.org")
    open_inspection(council=council, title="Real", framework_key="slac-2009", by=lead, now=NOW)
    demo()
    assert Inspection.objects.get(title="Real").opened_by.email == "coordinator@example.org"


def test_a_real_person_who_was_let_into_the_demonstration_is_not_taken_away(demo) -> None:
    demo()
    visitor = make_person(Council.objects.get(), Role.MEMBER, email="visitor@council.example.com")
    demo()
    assert User.objects.filter(pk=visitor.pk).exists()
    assert not Membership.objects.filter(user=visitor).exists()


def test_nothing_in_it_is_yet_to_come(demo) -> None:
    demo("--day", "10")
    moments = [
        *Event.objects.values_list("at", flat=True),
        *Version.objects.values_list("uploaded_at", flat=True),
        *StepRecord.objects.values_list("done_at", flat=True),
        *Attendee.objects.values_list("added_at", flat=True),
    ]
    assert max(moments) <= WEDNESDAY
    assert not Version.objects.filter(as_at__gt=date(2011, 5, 18)).exists()
