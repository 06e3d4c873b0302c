from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.management import call_command

from accounts.models import Role
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_person, make_post
from timetable.actions import record_step

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection():
    council = make_council()
    found = make_inspection(council, notified=date(2011, 4, 18))
    post = make_post(council, "Strategic Lead, Testing", holder=make_person(council, Role.OWNER))
    make_ownership(found, "document:1", post)
    return found


def _duties(capsys, *arguments: str) -> list[dict]:
    call_command("duties", *arguments, "--format", "json")
    return json.loads(capsys.readouterr().out)


def test_duties_are_one_per_document_group_and_step_recorded_by_hand(inspection, capsys) -> None:
    duties = _duties(capsys, inspection.slug, "--on", "2011-04-19")
    kinds = [duty["kind"] for duty in duties]
    words = ("record", "send-documents", "case-lists", "case-selection", "hand-over-audits")
    by_hand = [step for step in inspection.framework.steps if step.deadline and step.duty in words]
    assert (kinds.count("document"), kinds.count("focus-group"), kinds.count("step")) == (13, 37, len(by_hand))
    first = next(duty for duty in duties if duty["key"] == "document:1")
    assert first["owners"] == ["Strategic Lead, Testing"]
    assert (first["due_day"], first["due"]) == (2, "2011-04-19T17:00:00+01:00")
    assert (first["done"], first["late"]) == (False, True)
    assert len(first["missing"]) > 0


def test_duties_are_late_by_the_end_of_the_day_asked_about(inspection, capsys) -> None:
    before = _duties(capsys, inspection.slug, "--on", "2011-04-18")
    assert [duty["key"] for duty in before if duty["late"]] == []
    on_day_two = _duties(capsys, inspection.slug, "--on", "2011-04-19")
    late = {duty["key"] for duty in on_day_two if duty["late"]}
    send = next(step.key for step in inspection.framework.steps if step.duty == "send-documents")
    assert late == {f"document:{number}" for number in range(1, 14)} | {f"step:{send}"}


def test_duties_as_text_are_for_people(inspection, capsys) -> None:
    call_command("duties", inspection.slug, "--on", "2011-04-19")
    lines = capsys.readouterr().out.splitlines()
    document, send = inspection.framework.document("1"), inspection.framework.step("send-documents")
    assert lines[0] == f"late   19 April 2011 at 5pm       {document.title} (Strategic Lead, Testing)"
    assert f"late   19 April 2011 at 5pm       {send.title} (DCS office)" in lines


def test_a_recorded_step_is_done(inspection, capsys) -> None:
    step = next(step for step in inspection.framework.steps if step.duty == "record")
    record_step(inspection=inspection, step_key=step.key, by=None, now=at("2011-04-20 10:00"))
    duty = next(d for d in _duties(capsys, inspection.slug) if d["key"] == f"step:{step.key}")
    assert (duty["done"], duty["late"], duty["missing"], duty["role"]) == (True, False, [], "dcs-office")


def test_before_notification_nothing_has_a_date(capsys) -> None:
    inspection = make_inspection(make_council())
    duties = _duties(capsys, inspection.slug)
    assert {duty["due"] for duty in duties} == {None}
    assert {duty["late"] for duty in duties} == {False}


def test_an_unknown_inspection_is_refused_by_name(inspection, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("duties", "no-such")
    assert ended.value.code == 1
    assert "no-such" in capsys.readouterr().err
