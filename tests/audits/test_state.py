"""The states of selected cases and their audits, derived from stored rows in one query."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Membership, Role
from audits.models import Assignment, Audit, SelectedCase
from audits.state import audits_state
from inspections.snapshot import snapshot_of
from tests.factories.audited import Part, give_part, grade, hand_over, submit
from tests.factories.audits import make_selected_case
from tests.factories.people import at, make_council, make_inspection, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOW = at("2011-05-05 12:00")
DUE = at("2011-05-05 17:00")
AFTER = at("2011-05-05 17:01")


@pytest.fixture
def inspection():
    return make_inspection(make_council(), notified=date(2011, 4, 18))


def state(inspection, now=NOW):
    return audits_state(snapshot_of(inspection, now=now))


def states(inspection, now=NOW):
    return [(case.number, case.state, case.is_late(now)) for case in state(inspection, now).cases]


def test_state_of_a_case_goes_from_unassigned_to_handed_over(inspection) -> None:
    ann, mo = (make_person(inspection.council, Role.AUDITOR) for _ in range(2))
    case = make_selected_case(inspection)
    assert states(inspection) == [(1, "unassigned", False)]
    give_part(case, ann)
    assert states(inspection) == [(1, "to do", False)]
    Audit.objects.filter(case=case).update(started_at=NOW)
    assert (states(inspection), states(inspection, AFTER)) == ([(1, "begun", False)], [(1, "begun", True)])
    submit(case, by=ann, now=AFTER)
    assert states(inspection, AFTER) == [(1, "submitted", False)]
    give_part(case, mo, Part.MODERATOR)
    made = grade(case, mo)
    assert states(inspection) == [(1, "submitted", False)]
    made.delete()
    grade(case, mo, agreed="adequate")
    assert states(inspection) == [(1, "moderated", False)]
    hand_over(inspection, "initial", 1)
    assert states(inspection) == [(1, "handed over", False)]


def test_cases_are_in_the_order_of_their_numbers_by_selection(inspection) -> None:
    for selection in ("initial", "additional", "initial"):
        make_selected_case(inspection, selection=selection)
    found = state(inspection)
    assert [(each.selection.key, [case.number for case in each.cases]) for each in found.selections] == [
        ("initial", [1, 3]),
        ("additional", [2]),
    ]
    assert [(case.due_day, case.due) for case in found.cases] == [
        (10, DUE),
        (10, DUE),
        (19, at("2011-05-18 17:00")),
    ]


def test_case_that_was_taken_out_is_not_there(inspection) -> None:
    make_selected_case(inspection)
    SelectedCase.objects.update(removed_at=NOW)
    assert states(inspection) == []


def test_extension_moves_what_is_due_unless_the_step_moved_beyond_it(inspection) -> None:
    case = make_selected_case(inspection)
    late = at("2011-05-09 12:00")
    Audit.objects.filter(case=case).update(extended_to=late, why_extended="The file was away.")
    (found,) = state(inspection).cases
    assert (found.due, found.due_day, found.is_extended) == (late, 12, True)
    assert states(inspection, at("2011-05-09 11:00")) == [(1, "unassigned", False)]
    Audit.objects.update(extended_to=at("2011-05-03 12:00"))
    (found,) = state(inspection).cases
    assert (found.due, found.due_day, found.is_extended) == (DUE, 10, False)


def test_before_the_notification_nothing_has_a_date() -> None:
    inspection = make_inspection(make_council())
    make_selected_case(inspection)
    (found,) = state(inspection).cases
    assert (found.due, found.due_day, found.is_late(NOW)) == (None, 10, False)


@pytest.mark.parametrize("how", ["ended", "inactive", "no longer an auditor"])
def test_part_counts_only_while_the_person_is_an_auditor_of_the_council(inspection, how) -> None:
    ann = make_person(inspection.council, Role.AUDITOR, Role.CASE_OFFICER)
    Membership.objects.create(council=make_council("Elsewhereshire"), user=ann, role=Role.AUDITOR)
    give_part(make_selected_case(inspection), ann)
    (found,) = state(inspection).cases
    assert found.auditor is not None
    assert (found.auditor.person, found.auditor.name) == (ann.pk, ann.full_name)
    if how == "ended":
        Assignment.objects.update(ended_at=NOW)
    elif how == "inactive":
        type(ann).objects.filter(pk=ann.pk).update(is_active=False)
    else:
        Membership.objects.filter(council=inspection.council, role=Role.AUDITOR).delete()
    (found,) = state(inspection).cases
    assert (found.auditor, found.state) == (None, "unassigned")


def test_every_part_of_a_case_is_there(inspection) -> None:
    ann, pat, mo = (make_person(inspection.council, Role.AUDITOR) for _ in range(3))
    case = make_selected_case(inspection)
    give_part(case, ann)
    give_part(case, pat, Part.CONTRIBUTOR, agency="Police")
    give_part(case, mo, Part.MODERATOR)
    (found,) = state(inspection).cases
    assert [(part.person, part.agency) for part in found.contributors] == [(pat.pk, "Police")]
    assert [found.part_of(person.pk).part for person in (ann, pat, mo)] == ["auditor", "contributor", "moderator"]
    assert found.moderator.person == mo.pk


def test_concern_is_open_until_it_is_acknowledged(inspection) -> None:
    case = make_selected_case(inspection)
    Audit.objects.filter(case=case).update(concern_at=NOW, concern="Seen with a bruise.")
    assert [(each.has_concern, each.has_open_concern) for each in state(inspection).cases] == [(True, True)]
    Audit.objects.update(acknowledged_at=NOW)
    assert [(each.has_concern, each.has_open_concern) for each in state(inspection).cases] == [(True, False)]


def test_selection_is_handed_over_when_the_last_of_its_audits_was(inspection) -> None:
    cases = [make_selected_case(inspection) for _ in range(2)]
    for case in cases:
        submit(case)
    hand_over(inspection, "initial", 1, now=at("2011-05-06 10:00"))
    found = state(inspection).of("initial")
    assert ([case.number for case in found.not_handed_over], found.handed_over_at) == ([2], None)
    hand_over(inspection, "initial", 1, 2, now=at("2011-05-06 12:00"))
    found = state(inspection).of("initial")
    assert (found.not_handed_over, found.handed_over_at) == ((), at("2011-05-06 12:00"))
    assert found.cases[0].handed_over_at == at("2011-05-06 10:00")


def test_erased_case_owes_nothing_and_need_not_be_handed_over(inspection) -> None:
    make_selected_case(inspection)
    submit(make_selected_case(inspection))
    SelectedCase.objects.filter(number=1).update(child=None)
    hand_over(inspection, "initial", 2)
    found = state(inspection).of("initial")
    assert [(case.state, case.is_owed) for case in found.cases] == [("erased", False), ("handed over", False)]
    assert found.not_handed_over == ()


def test_selection_is_complete_with_as_many_cases_as_there_must_be(inspection) -> None:
    for _ in range(7):
        make_selected_case(inspection)
    found = state(inspection).of("initial")
    assert (found.is_complete, found.still_to_select) == (False, 1)
    make_selected_case(inspection)
    found = state(inspection).of("initial")
    assert (found.is_complete, found.still_to_select) == (True, 0)


def test_state_is_one_query_however_many_cases(inspection, django_assert_num_queries) -> None:
    snapshot = snapshot_of(inspection, now=NOW)
    for _ in range(2):
        give_part(make_selected_case(inspection), make_person(inspection.council, Role.AUDITOR))
        with django_assert_num_queries(1):
            audits_state(snapshot)
