"""The demonstration on its fourth day: its contents, and that a wrong day changes nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from documents.models import File, Version
from documents.state import SENT
from documents.state import states as document_states
from evidencepack.actions import request_pack
from evidencepack.models import Pack
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from tests.readiness.demonstrating import WEDNESDAY, clock, light

__all__ = ["clock", "light"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(scope="module")
def filled(light, django_db_setup, django_db_blocker) -> Iterator[dict[str, Any]]:
    """The demonstration on its fourth day, filled in once for all tests here, and what the command said."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(WEDNESDAY, tick=False), redirect_stdout(io.StringIO()) as said:
            call_command("demo", "--day", "4", "--format", "json")
        yield json.loads(said.getvalue())
        transaction.set_rollback(True)


@pytest.fixture
def answer(filled, db) -> dict[str, Any]:
    """What the command has said; what a test does is taken back with its transaction."""
    return filled


@pytest.fixture
def inspection(answer) -> Inspection:
    return Inspection.objects.get(slug=answer["inspection"])


def test_everybody_signs_in_with_the_password_that_is_printed(answer) -> None:
    for person in answer["people"]:
        response = Client().post(
            reverse("accounts:sign-in"), {"username": person["email"], "password": answer["password"]}
        )
        assert response.status_code == 302, person["email"]
        roles = Membership.objects.filter(user__email=person["email"]).values_list("role", flat=True)
        assert set(roles) == set(person["roles"])


@pytest.mark.parametrize("day", ["99", "41", "0", "-1"])
def test_a_day_that_is_none_is_refused_and_nothing_changes(answer, inspection, capsys, day) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("demo", "--day", day)
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip() == f"Day {day} is no day of this framework: it has the days 1 to 40."
    assert User.objects.get(email="owner@example.org").check_password(answer["password"])
    assert snapshot_of(inspection, now=WEDNESDAY).day == 4


def test_its_evidence_has_a_history(inspection) -> None:
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


def test_its_pack_was_sent_on_the_day_and_a_supplement_can_be_made(answer) -> None:
    pack = Pack.objects.get()
    assert [row["name"] for row in pack.damaged] == ["Cut short on its way.pdf"]
    assert [sending.sent_at.date() for sending in pack.sendings.all()] == [date(2011, 5, 16)]
    snapshot = snapshot_of(pack.inspection, now=WEDNESDAY)
    states = {state.document.number: state.state for state in document_states(snapshot).values()}
    assert [number for number, state in states.items() if state == SENT] == [2, 3, 4, 9, 11]
    supplement, is_new = request_pack(inspection=pack.inspection, by=None, now=WEDNESDAY, supplement=True)
    assert (supplement.supplements, is_new) == (pack, True)
