"""Selecting cases, taking them out and drawing a sample: what is done, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accounts.models import Event, Role
from audits.models import Assignment, Audit, SelectedCase
from audits.selecting import actions
from audits.selecting.drawing import draw_sample
from cases.models import CaseImport, ListRow
from inspections.actions import withdraw
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from refusals import Refused
from tests.factories.audits import make_child, make_selected_case
from tests.factories.case_lists import IN_NEED, LOOKED_AFTER, PROTECTION, import_lists, record
from tests.factories.people import NOW, at, make_council, make_inspection, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.database]

LATER = at("2011-04-26 10:00")
NOWHERE = "is on none of the current lists. Check how it is written, or import the lists again."


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection(make_council(), notified=date(2011, 4, 18))


@pytest.fixture
def officer(inspection):
    return make_person(inspection.council, Role.CASE_OFFICER)


def select(inspection: Inspection, *identifiers: str, selection: str = "initial", by: Any = None) -> list[SelectedCase]:
    return actions.select_cases(inspection=inspection, selection=selection, identifiers=identifiers, by=by, now=LATER)


def refused(inspection: Inspection, *identifiers: str, selection: str = "initial") -> str:
    before = SelectedCase.objects.count()
    with pytest.raises(Refused) as caught:
        select(inspection, *identifiers, selection=selection)
    assert SelectedCase.objects.count() == before
    return caught.value.message


def numbers(inspection: Inspection) -> dict[int, str]:
    cases = SelectedCase.objects.filter(inspection=inspection, removed_at=None).order_by("number")
    return {case.number: case.child.identifier for case in cases if case.child}


def test_cases_get_numbers_in_the_order_of_entry_through_all_selections(inspection, officer) -> None:
    for each in ("A1", "A2", "B1", "B2"):
        make_child(inspection, each)
    cases = select(inspection, "A2", "a1", by=officer)
    select(inspection, "B1", selection="additional")
    select(inspection, "B2")
    assert numbers(inspection) == {1: "A2", 2: "A1", 3: "B1", 4: "B2"}
    assert {(case.selection, case.selected_at, case.selected_by) for case in cases} == {("initial", LATER, officer)}
    assert list(Audit.objects.order_by("case__number").values_list("case__number", flat=True)) == [1, 2, 3, 4]


def test_a_selection_without_audits_brings_none(inspection, monkeypatch) -> None:
    from dataclasses import replace

    framework = inspection.framework
    quiet = tuple(replace(each, audit_step=None, handover_step=None) for each in framework.case_selections)
    monkeypatch.setattr(Inspection, "framework", replace(framework, case_selections=quiet))
    make_child(inspection, "A1")
    select(inspection, "A1")
    assert (numbers(inspection), Audit.objects.count()) == ({1: "A1"}, 0)


def test_the_record_says_numbers_and_no_identifier(inspection, officer) -> None:
    make_child(inspection, "FICTIONAL-1")
    select(inspection, "FICTIONAL-1", by=officer)
    event = Event.objects.get(verb="cases selected")
    assert (event.subject, event.by, event.detail) == (
        "Initial case files", officer, {"cases": 1, "first": 1, "last": 1, "how": "by identifier"}
    )  # fmt: skip
    assert "FICTIONAL" not in str(list(Event.objects.values_list("subject", "detail")))


def test_every_fault_is_told_at_once_and_nothing_is_selected(inspection) -> None:
    make_selected_case(inspection, identifier="S1")
    make_selected_case(inspection, identifier="S2", selection="additional")
    make_child(inspection, "A1")
    make_child(inspection, "0042")
    assert refused(inspection, "A1", "a1", "X9", "s1", "S2", "42").split(". ") == (
        "“A1” is there twice. Name each case once. "
        f"“X9” {NOWHERE} "
        "“s1” is Case 1 already. "
        "“S2” is selected already: it is Case 2, under “Additional case files”. "
        "“42” is on none of the current lists, but “0042” is."
    ).split(". ")


@pytest.mark.parametrize("named", [(), ("A1",) * 1001])
def test_nothing_and_far_too_much_is_refused(inspection, named) -> None:
    assert refused(inspection, *named) in {
        "Enter the identifiers of the cases. Nothing was named.",
        "Enter 1,000 identifiers or fewer. There are 1,001.",
    }


def test_a_child_of_another_inspection_looks_as_if_it_did_not_exist(inspection) -> None:
    elsewhere = make_inspection(inspection.council)
    make_child(elsewhere, "A1")
    assert refused(inspection, "A1") == f"“A1” {NOWHERE}"


def test_a_child_who_left_every_list_is_no_case(inspection) -> None:
    child = make_child(inspection, "A1")
    ListRow.objects.filter(child=child).update(until=CaseImport.objects.get())
    assert refused(inspection, "A1") == f"“A1” {NOWHERE}"
    make_child(inspection, "B1")
    assert refused(inspection, "A1", "B1") == f"“A1” {NOWHERE}"


def test_an_identifier_that_is_far_too_long_is_cut_where_it_is_quoted(inspection) -> None:
    assert refused(inspection, "x" * 5000) == f"“{'x' * 100}…” {NOWHERE}"


def test_no_more_are_selected_than_there_may_be(inspection) -> None:
    for number in range(13):
        make_child(inspection, f"C{number}")
    assert refused(inspection, *(f"C{number}" for number in range(13)), selection="additional") == (
        "There can be 12 cases, and these are 13."
    )
    select(inspection, *(f"C{number}" for number in range(11)), selection="additional")
    assert refused(inspection, "C11", "C12", selection="additional") == (
        "There can be 12 cases, and 11 are there, so add 1 at most."
    )
    select(inspection, "C11", selection="additional")
    assert refused(inspection, "C12", selection="additional") == (
        "There can be 12 cases, and 12 are there. Take one out before you add another."
    )


def test_an_unknown_selection_is_refused(inspection) -> None:
    make_child(inspection, "A1")
    assert refused(inspection, "A1", selection="third") == "There is no such selection of cases."


def test_a_withdrawn_inspection_stands_as_it_is(inspection) -> None:
    make_child(inspection, "A1")
    case = make_selected_case(inspection)
    withdraw(inspection=inspection, reason="Deferred", by=None, now=NOW)
    words = "The inspection was withdrawn, so what was recorded on it stands."
    assert refused(inspection, "A1") == words
    with pytest.raises(Refused, match="withdrawn"):
        actions.take_out(case=case, why="Another one", by=None, now=LATER)


# Taking out


def test_a_case_that_is_taken_out_keeps_its_number_for_ever(inspection, officer) -> None:
    make_child(inspection, "A1")
    (case,) = select(inspection, "A1")
    assert actions.take_out(case=case, why="  The lead inspector\nchose another ", by=officer, now=LATER)
    case.refresh_from_db()
    assert (case.removed_at, case.removed_by, case.why_removed) == (
        LATER, officer, "The lead inspector chose another"
    )  # fmt: skip
    assert not actions.take_out(case=case, why="Again", by=officer, now=LATER)
    select(inspection, "A1")
    assert numbers(inspection) == {2: "A1"}
    event = Event.objects.get(verb="case taken out")
    assert (event.subject, event.detail) == ("Case 1", {})


def test_nobody_has_a_part_in_a_case_that_was_taken_out(inspection, officer) -> None:
    case = make_selected_case(inspection)
    auditor = make_person(inspection.council, Role.AUDITOR)
    part = Assignment.objects.create(audit=case.audit, user=auditor, part="auditor", assigned_at=NOW)
    actions.take_out(case=case, why="Another one", by=officer, now=LATER)
    part.refresh_from_db()
    assert (part.ended_at, part.ended_by, part.why_ended) == (
        LATER, officer, "The case was taken out of the selection."
    )  # fmt: skip


def test_a_case_whose_audit_was_submitted_stays(inspection) -> None:
    case = make_selected_case(inspection)
    Audit.objects.filter(case=case).update(submitted_at=NOW)
    with pytest.raises(Refused) as caught:
        actions.take_out(case=case, why="Another one", by=None, now=LATER)
    assert (caught.value.message, caught.value.field) == (
        "The audit of case 1 was submitted, so the case stays.",
        "why",
    )


def test_a_case_is_not_taken_out_without_a_reason(inspection) -> None:
    case = make_selected_case(inspection)
    with pytest.raises(Refused, match="Say why the case is taken out"):
        actions.take_out(case=case, why=" \n ", by=None, now=LATER)


# Samples


@pytest.fixture
def rehearsal() -> Inspection:
    made = make_inspection(make_council(), kind="rehearsal")
    need = {f"N{number}": record(date_of_birth=f"{1994 + number}-02-02") for number in range(12)}
    protected = {f"N{number}": record() for number in range(3)} | {f"P{number}": record() for number in range(6)}
    after = {f"L{number}": record(placement="U4" if number % 2 else "K2") for number in range(8)}
    import_lists(made, {IN_NEED: need, PROTECTION: protected, LOOKED_AFTER: after})
    return made


def sample(inspection: Inspection, size: int = 8, seed: int = 1, selection: str = "initial"):
    chosen = inspection.framework.case_selection(selection)
    return actions.sample_for(inspection, chosen, seed=seed, size=size, now=LATER)


def select_sample(inspection: Inspection, *, seen: str, size: int = 8, seed: int = 1, selection: str = "initial"):
    return actions.select_sample(
        inspection=inspection, selection=selection, seed=seed, size=size, seen=seen, by=None, now=LATER
    )


def test_a_child_counts_in_the_first_list_it_is_on_at_its_age_there(rehearsal) -> None:
    found = draw_sample(snapshot_of(rehearsal, now=LATER), seed=1, size=26)
    assert {each.label: each.population for each in found.strata} == {
        "Child in need, 5 to 9": 4,
        "Child in need, 10 to 15": 6,
        "Child in need, 16 and 17": 2,
        "Child protection, 5 to 9": 6,
        "Looked after, 5 to 9": 8,
    }
    assert sorted(found.cases) == sorted(
        [f"N{number}" for number in range(12)] + [f"P{n}" for n in range(6)] + [f"L{n}" for n in range(8)]
    )


def test_a_sample_becomes_the_selection_of_a_rehearsal(rehearsal) -> None:
    shown = sample(rehearsal)
    cases = select_sample(rehearsal, seen=actions.token_of_sample(shown))
    assert list(numbers(rehearsal).values()) == list(shown.cases)
    assert [case.number for case in cases] == list(range(1, 9))
    assert Event.objects.get(verb="cases selected").detail["how"] == "as a sample with the seed 1"


def test_a_sample_leaves_out_what_is_selected_already(rehearsal) -> None:
    select_sample(rehearsal, seen=actions.token_of_sample(sample(rehearsal)))
    more = sample(rehearsal, size=12, selection="additional")
    assert more.population == 18
    assert set(more.cases).isdisjoint(numbers(rehearsal).values())


def test_a_sample_that_is_not_the_one_that_was_shown_is_refused(rehearsal) -> None:
    seen = actions.token_of_sample(sample(rehearsal))
    with pytest.raises(Refused, match="lists have changed since the sample was shown"):
        select_sample(rehearsal, seen=seen, seed=2)
    make_child(rehearsal, "A new one")
    with pytest.raises(Refused, match="lists have changed since the sample was shown"):
        select_sample(rehearsal, seen=seen)
    assert numbers(rehearsal) == {}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"size": 27}, "There are only 26 cases to draw from. Enter 26 or fewer."),
        ({"size": 0}, "The size must be a whole number, 1 or more."),
        ({"seed": -1}, "The seed must be a whole number from 0 to 2,147,483,647."),
        ({"seed": 2**31}, "The seed must be a whole number from 0 to 2,147,483,647."),
        ({"size": 13, "selection": "additional"}, "“Additional case files” has at most 12 cases."),
    ],
)
def test_a_sample_that_cannot_be_drawn_is_refused(rehearsal, asked, words) -> None:
    with pytest.raises(Refused) as caught:
        sample(rehearsal, **asked)
    assert caught.value.message == words


def test_a_selection_that_has_cases_takes_no_sample(rehearsal) -> None:
    make_selected_case(rehearsal)
    with pytest.raises(Refused) as caught:
        sample(rehearsal)
    assert caught.value.message == "“Initial case files” has 1 case already. Take them out first."


def test_no_sample_is_selected_in_an_inspection(inspection) -> None:
    make_child(inspection)
    with pytest.raises(Refused, match="In an inspection the inspectors choose the cases"):
        sample(inspection, size=1)


def test_without_lists_there_is_nothing_to_draw() -> None:
    with pytest.raises(Refused) as caught:
        sample(make_inspection(make_council(), kind="rehearsal"))
    assert caught.value.message == "There is no case to draw. Import the case lists first."
