"""A second grade is given once, without the first, and both agree on one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Event, Role
from audits.models import Answer, Assignment, Audit, Contribution, Moderation, OwnCase, SelectedCase
from audits.moderating import actions
from audits.moderating.state import moderated
from refusals import Refused
from tests.factories.moderated import (
    Part,
    afresh,
    give,
    make_auditor,
    moderated_case,
    moderation,
    submitted_case,
)
from tests.factories.people import NOW, make_council, make_inspection, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def inspection():
    return make_inspection(make_council())


@pytest.fixture
def moderator(inspection):
    return make_auditor(inspection, name="Moira Second")


def grade(case: SelectedCase, by, key: str = "adequate", **facts: Any) -> Moderation:
    return actions.grade_as_moderator(audit=case.audit, grade=key, comments="Why", by=by, now=NOW, **facts)


def agree(case: SelectedCase, key: str, why: str = "", by=None, now=NOW) -> Moderation:
    return actions.agree_grade(audit=case.audit, grade=key, why=why, by=by, now=now)


def test_moderator_grades_a_submitted_audit_and_the_first_grade_is_frozen(inspection, moderator) -> None:
    auditor = make_auditor(inspection)
    case = submitted_case(inspection, grade="good", auditor=auditor, moderator=moderator)
    grade(case, moderator)
    Answer.objects.filter(audit=case.audit, question="grade").update(text="inadequate")
    row = moderation(case)
    facts = (row.moderator, row.grade, row.comments, row.graded_at, row.first_grade, row.first_auditor)
    assert facts == (moderator, "adequate", "Why", NOW, "good", auditor)
    seen = moderated(case.audit, inspection)
    assert (seen.first, seen.second, seen.current, seen.is_same) == ("Good", "Adequate", "Inadequate", False)


def test_record_names_neither_case_nor_grade(inspection, moderator) -> None:
    case = moderated_case(inspection, "good", "adequate", moderator=moderator)
    agree(case, "good", "The visits were on time.")
    verbs = ["audit moderated", "audit grade agreed"]
    rows = Event.objects.filter(inspection=inspection.slug, verb__in=verbs).order_by("pk")
    assert [(row.verb, row.subject, row.detail) for row in rows] == [(verb, "Audits of cases", {}) for verb in verbs]


def test_grade_cannot_be_given_twice_or_changed(inspection, moderator) -> None:
    case = moderated_case(inspection, "good", "adequate", moderator=moderator)
    with pytest.raises(Refused, match="graded by a moderator already"):
        grade(case, moderator, "good")
    assert moderation(case).grade == "adequate"


def test_next_moderator_cannot_grade_it_again(inspection, moderator) -> None:
    case = moderated_case(inspection, "good", "adequate", moderator=moderator)
    Assignment.objects.filter(audit=case.audit, user=moderator).update(ended_at=NOW)
    other = make_auditor(inspection)
    give(case, other, Part.MODERATOR)
    with pytest.raises(Refused, match="graded by a moderator already"):
        grade(case, other)


def test_audit_that_is_not_submitted_is_refused(inspection, moderator) -> None:
    case = submitted_case(inspection, moderator=moderator)
    Audit.objects.update(submitted_at=None)
    with pytest.raises(Refused, match="not submitted yet"):
        grade(case, moderator)


@pytest.mark.parametrize("part", ["none", "ended", Part.AUDITOR, Part.CONTRIBUTOR])
def test_only_the_present_moderator_may_grade(inspection, moderator, part) -> None:
    case = submitted_case(inspection, auditor=moderator if part == Part.AUDITOR else None)
    if part == "ended":
        give(case, moderator, Part.MODERATOR)
        Assignment.objects.filter(user=moderator).update(ended_at=NOW)
    if part == Part.CONTRIBUTOR:
        give(case, moderator, part)
    with pytest.raises(Refused, match="You do not moderate this audit at present"):
        grade(case, moderator)


@pytest.mark.parametrize("part", [Part.AUDITOR, Part.CONTRIBUTOR])
def test_whoever_wrote_or_contributed_before_may_not_grade(inspection, moderator, part) -> None:
    case = submitted_case(inspection)
    Assignment.objects.filter(part=part).update(ended_at=NOW)
    former = give(case, moderator, part)
    if part == Part.CONTRIBUTOR:
        Contribution.objects.create(assignment=former, text="We visited.", saved_at=NOW)
    Assignment.objects.filter(pk=former.pk).update(ended_at=NOW)
    give(case, moderator, Part.MODERATOR)
    with pytest.raises(Refused, match="wrote this audit or contributed to it"):
        grade(case, moderator)


def test_whoever_saved_an_answer_may_not_grade(inspection, moderator) -> None:
    case = submitted_case(inspection, moderator=moderator)
    Answer.objects.filter(audit=case.audit, question="strengths").update(saved_by=moderator)
    with pytest.raises(Refused, match="wrote this audit or contributed to it"):
        grade(case, moderator)


def test_nobody_moderates_their_own_case(inspection, moderator) -> None:
    case = submitted_case(inspection, moderator=moderator)
    OwnCase.objects.create(audit=case.audit, user=moderator, declared_at=NOW)
    with pytest.raises(Refused, match="your own case"):
        grade(case, moderator)


@pytest.mark.parametrize("key", ["", "excellent", "Good", "\x00"])
def test_unknown_grade_is_refused_at_its_field(inspection, moderator, key) -> None:
    case = submitted_case(inspection, moderator=moderator)
    with pytest.raises(Refused) as refused:
        grade(case, moderator, key)
    assert (refused.value.field, Moderation.objects.count()) == ("grade", 0)


def test_audit_without_a_grade_cannot_be_moderated(inspection, moderator) -> None:
    case = submitted_case(inspection, moderator=moderator)
    Answer.objects.filter(question="grade").delete()
    with pytest.raises(Refused, match="no grade yet"):
        grade(case, moderator)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"removed_at": NOW}, "taken out"), ({"audit__erased_at": NOW}, "erased"), ({"withdrawn": NOW}, "withdrawn")],
    ids=["taken out", "erased", "withdrawn"],
)
def test_nothing_is_graded_or_agreed_any_more(inspection, moderator, change, words) -> None:
    case = submitted_case(inspection, moderator=moderator)
    graded = moderated_case(inspection, "good", "good", moderator=moderator)
    if "withdrawn" in change:
        type(inspection).objects.update(withdrawn_at=NOW, withdrawn_reason="Deferred")
    elif "removed_at" in change:
        SelectedCase.objects.update(removed_at=NOW)
    else:
        Audit.objects.update(erased_at=NOW)
    with pytest.raises(Refused, match=words):
        grade(case, moderator)
    with pytest.raises(Refused, match=words):
        agree(graded, "good")


@pytest.mark.parametrize(
    ("first", "second", "agreed", "needs_why"),
    [
        ("good", "good", "good", False),
        ("good", "good", "adequate", True),
        ("good", "adequate", "good", True),
        ("good", "adequate", "adequate", True),
        ("good", "inadequate", "adequate", True),
    ],
)
def test_reason_is_needed_unless_all_three_are_the_same(inspection, first, second, agreed, needs_why) -> None:
    case = moderated_case(inspection, first, second)
    if needs_why:
        with pytest.raises(Refused) as refused:
            agree(case, agreed, " \n ")
        assert refused.value.field == "why"
    agree(case, agreed, "We read the file again." if needs_why else "")
    row = moderation(case)
    assert (row.agreed_grade, row.agreed_at) == (agreed, NOW)


def test_agreed_grade_can_be_recorded_anew_and_the_same_changes_nothing(inspection) -> None:
    case, officer = moderated_case(inspection, "good", "adequate"), make_person(inspection.council, Role.CASE_OFFICER)
    agree(case, "good", "Why", by=officer)
    agree(case, "good", "Why", now=NOW + timedelta(days=1))
    assert (moderation(case).agreed_at, moderation(case).agreed_by) == (NOW, officer)
    agree(case, "adequate", "The plan was late.", now=NOW + timedelta(days=2))
    assert (moderation(case).agreed_grade, moderation(case).agreed_by) == ("adequate", None)


def test_no_grade_is_agreed_before_the_moderators(inspection, moderator) -> None:
    case = submitted_case(inspection, moderator=moderator)
    with pytest.raises(Refused, match="once the moderator has given theirs"):
        agree(case, "good", "Why")


def test_no_grade_is_agreed_while_the_audit_is_open_again(inspection) -> None:
    case = moderated_case(inspection, "good", "good")
    Audit.objects.update(submitted_at=None)
    with pytest.raises(Refused, match="opened again"):
        agree(afresh(case), "good")
