"""The demonstration's selected cases and audits on several of its days."""

from __future__ import annotations

from collections import Counter

import pytest

from accounts.models import User
from audits.exports import documents
from audits.models import Audit, AuditExport, AuditFile, FollowUp, Moderation, SelectedCase
from audits.state import audits_state
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from outbox.models import Message
from readiness import demonstration
from tests.factories.people import at
from tests.readiness.demonstrating import WEDNESDAY, clock, light

__all__ = ["clock", "light"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain(monkeypatch) -> None:
    monkeypatch.setattr(documents, "render_template", lambda name, context, **given: b"%PDF")


def filled(day: int, now=WEDNESDAY):
    demonstration.fill(day=day, now=now)
    inspection = Inspection.objects.get(slug="demonstration")
    return audits_state(snapshot_of(inspection, now=now))


def counted(state, selection: str) -> dict[str, int]:
    return dict(Counter(case.state for case in state.of(selection).cases))


def test_before_the_cases_are_named_there_are_none(clock) -> None:
    assert filled(4).cases == ()


def test_on_day_eight_some_audits_are_in_and_two_people_write_them(clock) -> None:
    state = filled(8)
    found = counted(state, "initial")
    assert (sum(found.values()), found["submitted"] > 0, found["to do"] > 0) == (8, True, True)
    assert {case.auditor.name for case in state.cases if case.auditor} == {"Audrey Sample", "Amir Sample"}
    assert [(case.has_concern, case.has_open_concern) for case in state.cases if case.has_concern] == [(True, False)]
    assert state.of("additional").cases == ()
    assert [case.number for case in state.cases if case.agreed_at] == [1]
    moderated = Moderation.objects.get()
    assert (moderated.first_grade, moderated.agreed_grade) == ("good", "adequate")
    assert FollowUp.objects.count() == 2


def test_on_the_evening_of_day_ten_one_audit_is_late(clock) -> None:
    now = at("2011-05-18 18:00")
    clock.move_to(now)
    assert [case.number for case in filled(10, now).cases if case.is_late(now)] == [7]


def test_after_day_eleven_the_first_are_handed_over_and_some_more_are_named(clock) -> None:
    state = filled(13)
    assert counted(state, "initial") == {"handed over": 8}
    assert (len(state.of("additional").cases), state.of("initial").not_handed_over) == (4, ())
    export = AuditExport.objects.get()
    assert (export.state, export.cases, export.lacking) == ("ready", [1, 2, 3, 4, 5, 6, 7, 8], [])


def test_it_is_the_same_when_it_is_made_again_and_leaves_nothing_over(clock) -> None:
    def facts():
        cases = SelectedCase.objects.order_by("number").values_list(
            "number", "child__identifier", "audit__submitted_at"
        )
        return (
            list(cases),
            Audit.objects.count(),
            AuditFile.objects.count(),
            Message.objects.count(),
            User.objects.count(),
        )

    filled(13)
    first = facts()
    filled(13)
    assert facts() == first
