"""What is owed on selected cases: by whom, by when, and in words that name a case by its number only."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Role
from audits.duties import AUDIT, CONTRIBUTION, HANDING_OVER, MODERATION, SELECTING, duties
from audits.models import Audit, Contribution, SelectedCase
from inspections.snapshot import snapshot_of
from tests.factories.audited import Part, give_part, grade, hand_over, submit
from tests.factories.audits import make_selected_case
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_person, make_post
from timetable.duties import all_duties, duties_for

pytestmark = pytest.mark.django_db

NOW = at("2011-04-27 09:00")
DUE = at("2011-05-05 17:00")
HANDED_OVER_BY = at("2011-05-06 17:00")


@pytest.fixture
def inspection():
    return make_inspection(make_council(), notified=date(2011, 4, 18))


def auditor(inspection, name="Ann Auditor"):
    return make_person(inspection.council, Role.AUDITOR, name=name)


def owed(inspection, kind=None, now=NOW):
    return [duty for duty in duties(snapshot_of(inspection, now=now)) if kind is None or duty.kind is kind]


def test_before_a_case_is_selected_only_the_steps_are_owed(inspection) -> None:
    assert [(duty.key, duty.role, duty.done, duty.missing, duty.due_day) for duty in owed(inspection)] == [
        ("step:initial-selection", Role.CASE_OFFICER, False, ("No case is recorded yet.",), 5),
        ("step:initial-audits-handed-over", Role.DCS_OFFICE, False, ("No case is recorded yet.",), 11),
        ("step:additional-audits-handed-over", Role.DCS_OFFICE, False, ("No case is recorded yet.",), 19),
    ]
    step = inspection.framework.step("initial-audits")
    assert duties_for([step], snapshot_of(inspection, now=NOW)) == {"initial-audits": []}


def test_selection_is_done_with_as_many_cases_as_there_must_be(inspection) -> None:
    for _ in range(7):
        make_selected_case(inspection)
    (duty,) = owed(inspection, SELECTING)
    assert (duty.done, duty.missing) == (False, ("1 more case has to be recorded.",))
    make_selected_case(inspection)
    (duty,) = owed(inspection, SELECTING)
    assert (duty.done, duty.missing, duty.due) == (True, (), at("2011-04-26 17:00"))


def test_unassigned_audit_is_owed_by_the_case_officers_and_an_assigned_one_by_its_auditor(inspection) -> None:
    case, ann = make_selected_case(inspection), auditor(inspection)
    (duty,) = owed(inspection, AUDIT)
    assert (duty.key, duty.title, duty.due, duty.due_day) == ("audit:initial-audits:1", "Audit of case 1", DUE, 10)
    assert (duty.role, duty.people, duty.missing) == (Role.CASE_OFFICER, frozenset(), ("No auditor is named.",))
    give_part(case, ann)
    (duty,) = owed(inspection, AUDIT)
    assert (duty.role, duty.people, duty.missing) == (Role.AUDITOR, frozenset({ann.pk}), ("Not submitted yet.",))
    assert (duty.state, duty.is_of(ann.pk, (), [Role.AUDITOR])) == ("to do", True)
    assert not duty.is_of(auditor(inspection).pk, (), [Role.AUDITOR])


def test_submitted_audit_is_done_and_names_nobody(inspection) -> None:
    case, ann = make_selected_case(inspection), auditor(inspection)
    give_part(case, ann)
    submit(case, by=ann, now=NOW)
    (duty,) = owed(inspection, AUDIT)
    assert (duty.done, duty.state, duty.missing, duty.done_at, duty.done_by) == (True, "submitted", (), NOW, None)


def test_audits_fall_due_with_the_step_that_their_selection_names(inspection) -> None:
    make_selected_case(inspection)
    make_selected_case(inspection, selection="additional")
    steps = [inspection.framework.step(key) for key in ("initial-audits", "additional-audits")]
    found = duties_for(steps, snapshot_of(inspection, now=NOW))
    assert {step: [duty.key for duty in brought] for step, brought in found.items()} == {
        "initial-audits": ["audit:initial-audits:1"],
        "additional-audits": ["audit:additional-audits:2"],
    }


def test_extended_audit_is_due_later(inspection) -> None:
    case = make_selected_case(inspection)
    later = at("2011-05-09 12:00")
    Audit.objects.filter(case=case).update(extended_to=later, why_extended="The file was away.")
    (duty,) = owed(inspection, AUDIT)
    assert (duty.due, duty.due_day) == (later, 12)


def test_contribution_is_owed_by_its_contributor_until_the_audit_is_submitted(inspection) -> None:
    case, pat = make_selected_case(inspection), auditor(inspection, "Pat Police")
    part = give_part(case, pat, Part.CONTRIBUTOR, agency="Police")
    (duty,) = owed(inspection, CONTRIBUTION)
    assert (duty.title, duty.people, duty.due) == ("Contribution to the audit of case 1", {pat.pk}, DUE)
    submit(case)
    assert owed(inspection, CONTRIBUTION) == []
    Contribution.objects.create(assignment=part, text="Nothing known.", saved_at=NOW, submitted_at=NOW)
    (duty,) = owed(inspection, CONTRIBUTION)
    assert (duty.done, duty.done_at) == (True, NOW)


def test_moderation_is_owed_by_the_moderator_of_a_submitted_audit_until_a_grade_is_agreed(inspection) -> None:
    case, mo = make_selected_case(inspection), auditor(inspection, "Mo Moderator")
    give_part(case, mo, Part.MODERATOR)
    assert owed(inspection, MODERATION) == []
    submit(case)
    (duty,) = owed(inspection, MODERATION)
    assert (duty.key, duty.people, duty.due) == ("moderation:initial-audits-handed-over:1", {mo.pk}, HANDED_OVER_BY)
    assert (duty.done, duty.missing) == (False, ("Not graded yet.",))
    made = grade(case, mo)
    assert owed(inspection, MODERATION)[0].missing == ("No grade has been agreed yet.",)
    made.delete()
    grade(case, mo, agreed="good")
    assert [(duty.done, duty.missing) for duty in owed(inspection, MODERATION)] == [(True, ())]


def test_moderation_has_no_deadline_once_the_audit_was_handed_over(inspection) -> None:
    case = make_selected_case(inspection)
    give_part(case, auditor(inspection), Part.MODERATOR)
    submit(case)
    hand_over(inspection, "initial", 1)
    assert [duty.due for duty in owed(inspection, MODERATION)] == [None]


def handing_over(inspection):
    return next(duty for duty in owed(inspection, HANDING_OVER) if duty.key == "step:initial-audits-handed-over")


def test_handing_over_is_done_when_every_audit_of_the_selection_was_handed_over(inspection) -> None:
    cases = [make_selected_case(inspection) for _ in range(8)]
    for case in cases[:6]:
        submit(case)
    assert handing_over(inspection).missing == (
        "Case 7: not submitted.",
        "Case 8: not submitted.",
        "6 submitted audits are not recorded as handed over.",
    )
    submit(cases[6])
    hand_over(inspection, "initial", *range(1, 8), now=NOW)
    assert handing_over(inspection).missing == ("Case 8: not submitted.",)
    submit(cases[7])
    assert handing_over(inspection).missing == ("1 submitted audit is not recorded as handed over.",)
    done = at("2011-05-06 12:00")
    hand_over(inspection, "initial", *range(1, 9), now=done)
    duty = handing_over(inspection)
    assert (duty.done, duty.missing, duty.done_at) == (True, (), done)


def test_handing_over_waits_for_the_cases_that_are_not_recorded_yet(inspection) -> None:
    submit(make_selected_case(inspection))
    hand_over(inspection, "initial", 1)
    assert handing_over(inspection).missing == ("7 more cases have to be recorded.",)


def test_case_that_is_taken_out_or_erased_owes_nothing(inspection) -> None:
    for _ in range(2):
        make_selected_case(inspection)
    SelectedCase.objects.filter(number=1).update(removed_at=NOW)
    SelectedCase.objects.filter(number=2).update(child=None)
    assert owed(inspection, AUDIT) == []
    assert not handing_over(inspection).done


def test_plan_may_name_posts_for_selecting_and_for_handing_over(inspection) -> None:
    post = make_post(inspection.council, "Head of Audit")
    for key in ("step:initial-selection", "step:initial-audits-handed-over"):
        make_ownership(inspection, key, post)
    found = {duty.key: duty for duty in owed(inspection)}
    for key in ("step:initial-selection", "step:initial-audits-handed-over"):
        assert ([owner.name for owner in found[key].owners], found[key].role) == (["Head of Audit"], None)


def test_duties_are_in_the_one_list_and_their_words_are_safe(inspection) -> None:
    case = make_selected_case(inspection, identifier="Very-Secret-1")
    give_part(case, auditor(inspection, "Ann Auditor"))
    every = [duty for duty in all_duties(snapshot_of(inspection, now=NOW)) if duty.kind is AUDIT]
    assert [duty.key for duty in every] == ["audit:initial-audits:1"]
    said = repr([(duty.title, duty.missing, duty.url, duty.note, duty.done_by) for duty in owed(inspection)])
    assert ("Very-Secret" in said, "Ann" in said) == (False, False)


def test_duties_are_one_query_besides_the_snapshot(inspection, django_assert_num_queries) -> None:
    make_selected_case(inspection)
    snapshot = snapshot_of(inspection, now=NOW)
    with django_assert_num_queries(1):
        duties(snapshot)
