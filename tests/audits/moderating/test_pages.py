"""The page of one moderation, and that of the agreement of all."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Role
from audits.models import Answer, Audit, SelectedCase
from audits.moderating.actions import agree_grade
from cases.models import Access
from frameworks import Plan
from frameworks.auditing import Moderating
from inspections.models import Inspection
from tests import reading
from tests.factories.audits import make_selected_case
from tests.factories.moderated import Part, give, make_auditor, moderated_case, moderation, submitted_case
from tests.factories.people import NOW, make_council, make_inspection, make_person
from tests.reading import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection():
    return make_inspection(make_council())


@pytest.fixture
def moderator(inspection):
    return make_auditor(inspection, name="Moira Second")


@pytest.fixture
def officer(inspection):
    return make_person(inspection.council, Role.CASE_OFFICER, name="Casey Officer")


def address(case: SelectedCase, name: str = "moderate") -> str:
    return reverse(f"audits:{name}", args=[case.inspection.slug, case.number])


def get(case: SelectedCase, user):
    return sign_in(user).get(address(case))


def test_moderator_reads_the_child_and_the_answers_without_the_grade(inspection, moderator) -> None:
    answers = {"strength-themes": "planning voice", "immediate-concern": "no"}
    case = submitted_case(inspection, grade="outstanding", moderator=moderator, answers=answers, gender="1")
    response = get(case, moderator)
    said = reading.main(response)
    assert "The plan was clear." in said
    assert "Planning and review, The child’s wishes and feelings" in said
    assert reading.texts(response, "//h3")[:3] == ["What was found", "Strengths", "Themes of the strengths"]
    assert "Grade" not in reading.texts(response, "//h3")
    assert "Gender Male" in said
    # Only the form names grades.
    assert said.count("Outstanding") == 1


def test_moderator_grades_and_then_sees_both(inspection, moderator) -> None:
    auditor = make_auditor(inspection, name="Audrey First")
    case = submitted_case(inspection, grade="good", moderator=moderator, auditor=auditor)
    client = sign_in(moderator)
    assert client.post(address(case), {"grade": "", "comments": ""}).status_code == 422
    done = client.post(address(case), {"grade": "inadequate", "comments": "No visit for 6 weeks."}, follow=True)
    assert [row[:2] for row in reading.rows(done, "The grades")] == [
        ["Auditor: Audrey First", "Good"],
        ["Moderator: Moira Second", "Inadequate"],
    ]
    assert "No visit for 6 weeks." in reading.main(done)
    assert client.post(address(case), {"grade": "good", "comments": ""}).status_code == 404
    assert moderation(case).grade == "inadequate"


def test_moderator_waits_until_the_audit_is_submitted(inspection, moderator) -> None:
    case = submitted_case(inspection, moderator=moderator)
    Audit.objects.update(submitted_at=None)
    response = get(case, moderator)
    assert "This audit is not submitted yet." in reading.main(response)
    assert "The plan was clear." not in reading.main(response)
    assert reading.texts(response, "//main//form//button") == []
    assert sign_in(moderator).post(address(case), {"grade": "good", "comments": ""}).status_code == 422


@pytest.mark.parametrize("who", ["auditor", "officer", "moderator"])
def test_everybody_concerned_sees_both_grades(inspection, moderator, officer, who) -> None:
    auditor = make_auditor(inspection, name="Audrey First")
    case = moderated_case(inspection, "good", "adequate", moderator=moderator, auditor=auditor)
    response = get(case, {"auditor": auditor, "officer": officer, "moderator": moderator}[who])
    assert [row[1] for row in reading.rows(response, "The grades")] == ["Good", "Adequate"]
    assert "The two grades differ." in reading.main(response)
    may_agree = "Record the agreed grade" in reading.texts(response, "//main//button")
    assert may_agree is (who != "auditor")


def test_contributor_and_auditors_of_other_cases_see_no_moderation(inspection, moderator) -> None:
    case, contributor = moderated_case(inspection, "good", "good", moderator=moderator), make_auditor(inspection)
    give(case, contributor, Part.CONTRIBUTOR)
    assert [get(case, person).status_code for person in (contributor, make_auditor(inspection))] == [404, 404]


def test_agreed_grade_is_recorded_with_its_reason(inspection, officer) -> None:
    case = moderated_case(inspection, "good", "adequate")
    client = sign_in(officer)
    refused = client.post(address(case, "agree-grade"), {"grade": "good", "why": ""})
    assert refused.status_code == 422
    assert "The two grades differ: say why this one was agreed." in reading.main(refused)
    done = client.post(address(case, "agree-grade"), {"grade": "good", "why": "Visits were made."}, follow=True)
    assert "The agreed grade is good." in reading.main(done)
    assert "Visits were made." in reading.main(done)
    assert reading.rows(done, "The grades")[2][:2] == ["Agreed, recorded by Casey Officer", "Good"]


def test_auditor_and_blind_officer_agree_nothing(inspection) -> None:
    auditor = make_auditor(inspection)
    case = moderated_case(inspection, "good", "adequate", auditor=auditor)
    blind = make_auditor(inspection, Role.CASE_OFFICER)
    hidden = submitted_case(inspection, moderator=blind)
    said = {"grade": "good", "why": "Because"}
    assert sign_in(auditor).post(address(case, "agree-grade"), said).status_code == 404
    assert sign_in(blind).post(address(hidden, "agree-grade"), said).status_code == 404


def test_page_says_that_the_grade_changed_after_the_moderation(inspection, officer) -> None:
    case = moderated_case(inspection, "good", "adequate")
    Answer.objects.filter(audit=case.audit, question="grade").update(text="adequate")
    response = get(case, officer)
    assert "The auditor’s grade is now adequate." in reading.main(response)
    assert [row[1] for row in reading.rows(response, "The grades")] == ["Good", "Adequate"]


def test_no_grade_is_agreed_on_the_page_while_the_audit_is_open(inspection, officer) -> None:
    case = moderated_case(inspection, "good", "adequate")
    Audit.objects.update(submitted_at=None)
    response = get(case, officer)
    assert "A grade can be agreed once it is submitted." in reading.main(response)
    assert reading.texts(response, "//main//button") == []


def test_officer_is_told_where_a_moderation_stands(inspection, moderator, officer, monkeypatch) -> None:
    with_moderator = submitted_case(inspection, moderator=moderator)
    without = make_selected_case(inspection)
    assert "Moira Second moderates this audit and has not graded it yet." in reading.main(get(with_moderator, officer))
    assert "This audit is to be moderated. It has no moderator yet." in reading.main(get(without, officer))
    one_in(monkeypatch, 2)
    assert "not among those that are moderated" in reading.main(get(without, officer))
    auditor = make_auditor(inspection)
    give(without, auditor, Part.AUDITOR)
    offered = [
        reading.texts(get(case, user), f"//main//a[@href='{address(case, 'assign')}']")
        for case, user in ((without, officer), (without, auditor), (with_moderator, officer))
    ]
    assert offered == [["Name a moderator"], [], []]


def test_every_reading_is_logged_with_its_child(inspection, moderator, officer) -> None:
    case = submitted_case(inspection, moderator=moderator)
    get(case, moderator)
    get(case, officer)
    sign_in(officer).get(reverse("audits:agreement", args=[inspection.slug]))
    logged = Access.objects.order_by("pk").values_list("by", "what", "child", "detail")
    assert list(logged) == [
        (moderator.pk, "audit", case.child.key, "Case 1: moderation"),
        (officer.pk, "audit", case.child.key, "Case 1: moderation"),
        (officer.pk, "audit", "", "Agreement"),
    ]


# Agreement


def one_in(monkeypatch, number: int) -> None:
    """As if the inspection had a plan by which so many audits are moderated."""

    class _Plan:
        moderating = Moderating(number)
        audit_questions = audit_themes = closures = ()

    monkeypatch.setattr(Inspection, "plan", property(lambda self: _Plan()))
    assert {"moderating", "audit_questions", "audit_themes", "closures"} <= set(Plan.__dataclass_fields__)


def agreement(inspection: Inspection, user):
    return sign_in(user).get(reverse("audits:agreement", args=[inspection.slug]))


def test_agreement_with_nothing_yet(inspection, officer) -> None:
    said = reading.main(agreement(inspection, officer))
    assert "No audit has been graded by a moderator yet." in said
    assert "Every audit is moderated." in said
    assert "No audit to be moderated yet" in said


def test_agreement_counts_pairs_and_says_what_kappa_means(inspection, officer) -> None:
    audrey, bob = make_auditor(inspection, name="Audrey First"), make_auditor(inspection, name="Bob Other")
    grades = [
        (audrey, "good", "good"),
        (audrey, "outstanding", "adequate"),
        (audrey, "inadequate", "inadequate"),
        (bob, "adequate", "good"),
    ]
    for auditor, first, second in grades:
        moderated_case(inspection, first, second, auditor=auditor)
    response = agreement(inspection, officer)
    said = reading.main(response)
    assert "Both gave the same grade in 2 of 4 moderated audits." in said
    assert reading.rows(response, "Auditor’s and moderator’s grades") == [
        ["Outstanding", "0 with the same grade", "0", "1", "0"],
        ["Good", "0", "1 with the same grade", "0", "0"],
        ["Adequate", "0", "1", "0 with the same grade", "0"],
        ["Inadequate", "0", "0", "0", "1 with the same grade"],
    ]
    # 3 steps in 4 pairs; by chance 18 in the 16 combinations: 1 - (3 / 4) / (18 / 16).
    assert reading.texts(response, reading.by_class("house-big")) == ["0.33"]
    assert "Weighted kappa: fair agreement." in said
    assert "This rests on 4 audits only." in said
    assert reading.rows(response, "Difference from the moderator") == [
        ["Audrey First", "0.67 steps better than the moderator", "3"],
        ["Bob Other", "1 step worse than the moderator", "1"],
    ]


def test_kappa_without_variation_is_said_in_words(inspection, officer) -> None:
    moderated_case(inspection, "good", "good")
    response = agreement(inspection, officer)
    assert "It cannot be told how far they agree beyond chance" in reading.main(response)
    assert reading.texts(response, reading.by_class("house-big")) == []


def test_agreement_keeps_the_first_grade_when_the_audit_changes(inspection, officer) -> None:
    moderated_case(inspection, "good", "adequate")
    Answer.objects.filter(question="grade").update(text="adequate")
    assert "the same grade in 0 of 1 moderated audit." in reading.main(agreement(inspection, officer))


def test_agreement_lists_what_is_moderated_and_how_far_each_is(inspection, officer, moderator, monkeypatch) -> None:
    one_in(monkeypatch, 2)
    moderated_case(inspection, "good", "adequate", moderator=moderator)
    make_selected_case(inspection)
    case = moderated_case(inspection, "good", "good", moderator=moderator)
    agree_grade(audit=case.audit, grade="good", why="", by=moderator, now=NOW)
    submitted_case(inspection, moderator=moderator)
    make_selected_case(inspection)
    response = agreement(inspection, officer)
    found = [[row[0], row[1], row[2], *row[4:]] for row in reading.rows(response, "Moderated audits")]
    assert found == [
        ["Case 1", "Initial case files", "Grade to be agreed", "Moira Second", "Good", "Adequate", ""],
        ["Case 3", "Initial case files", "Agreed", "Moira Second", "Good", "Good", "Good"],
        ["Case 4", "Initial case files, chosen by a case officer", "To be moderated", "Moira Second", "", "", ""],
        ["Case 5", "Initial case files", "No moderator yet", "", "", "", ""],
    ]
    assert "One audit in 2 is moderated" in reading.main(response)


def test_blind_officer_does_not_find_the_audit_that_they_moderate(inspection) -> None:
    blind = make_auditor(inspection, Role.CASE_OFFICER, name="Blind Officer")
    submitted_case(inspection, moderator=blind)
    moderated_case(inspection, "good", "good")
    response = agreement(inspection, blind)
    assert [row[0] for row in reading.rows(response, "Moderated audits")] == ["Case 2"]
    assert "1 audit that you moderate is left out until you have graded it." in reading.main(response)


def test_erased_audits_and_cases_taken_out_do_not_count(inspection, officer) -> None:
    for change in ({"erased_at": NOW}, {}):
        case = moderated_case(inspection, "good", "adequate")
        Audit.objects.filter(pk=case.audit.pk).update(**change)
    SelectedCase.objects.filter(number=2).update(removed_at=NOW)
    said = reading.main(agreement(inspection, officer))
    assert "No audit has been graded by a moderator yet." in said


def test_agreement_takes_a_constant_number_of_queries(inspection, officer, django_assert_max_num_queries) -> None:
    for _ in range(12):
        moderated_case(inspection, "good", "adequate")
    client = sign_in(officer)
    with django_assert_max_num_queries(20):
        assert client.get(reverse("audits:agreement", args=[inspection.slug])).status_code == 200
