"""From files to lists: read, shown as a difference, applied, brought back, thrown away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Event
from cases.imports import actions, worker
from cases.imports.difference import changed_rows
from cases.models import CaseImport, Child, Heading, ImportFault, ListRow, StagedRow
from refusals import Refused
from tests.cases.imports.conftest import files_in
from tests.factories.cases import (
    HEADINGS,
    IN_NEED,
    PROTECTION,
    applied,
    apply,
    ask,
    case_file,
    csv_of,
    on_list,
    read,
    row,
)
from tests.factories.people import NOW

# Rows are staged, compared and merged in other ways on each database.
pytestmark = [pytest.mark.django_db, pytest.mark.database]
WHO = {"by": None, "now": NOW}
State = CaseImport.State


def three(**changed: str) -> bytes:
    return csv_of([row("A1"), row("A2", **changed), row("A3")])


def test_an_import_changes_nothing_before_it_is_applied(inspection, uploads):
    checked = read(inspection, case_file(three()))
    assert checked.state == State.CHECKED
    assert (checked.rows, checked.lists) == (3, {IN_NEED: 3})
    assert checked.difference == {IN_NEED: {"added": 3, "changed": 0, "gone": 0, "unchanged": 0}}
    assert not ListRow.objects.exists()
    assert not Child.objects.exists()
    done = apply(checked)
    assert (done.state, done.error) == (State.APPLIED, "")
    assert set(on_list(inspection)) == {"A1", "A2", "A3"}
    assert not StagedRow.objects.exists()
    assert len(files_in(uploads)) == 1


def test_the_same_file_again_changes_nothing(inspection):
    applied(inspection, case_file(three()))
    before = set(ListRow.objects.values_list("pk", "until"))
    again = read(inspection, case_file(three()))
    assert again.difference == {IN_NEED: {"added": 0, "changed": 0, "gone": 0, "unchanged": 3}}
    assert apply(again).state == State.APPLIED
    assert set(ListRow.objects.values_list("pk", "until")) == before


def test_a_change_ends_the_row_and_begins_another(inspection):
    first = applied(inspection, case_file(three()))
    second = read(inspection, case_file(csv_of([row("A1"), row("A2", Gender="Male"), row("a4 ")])))
    assert second.difference == {IN_NEED: {"added": 1, "changed": 1, "gone": 1, "unchanged": 1}}
    for state in ("to come", "done"):
        found = {kind: list(changed_rows(second, IN_NEED, kind)) for kind in ("added", "changed", "gone")}
        assert {kind: [each.identifier for each in rows] for kind, rows in found.items()} == {
            "added": ["a4"], "changed": ["A2"], "gone": ["A3"]
        }, state  # fmt: skip
        (change,) = found["changed"][0].changes
        assert change.field == "gender"
        assert change.before != change.after
        if state == "to come":
            second = apply(second)
    rows = ListRow.objects.filter(child__folded="a2").order_by("pk")
    assert [(each.since, each.until) for each in rows] == [(first, second), (second, None)]
    assert set(on_list(inspection)) == {"A1", "A2", "a4"}


def test_only_the_lists_that_an_import_holds_are_changed(inspection):
    applied(inspection, case_file(three()), list_key=IN_NEED)
    protected = row("B1", **{"Child protection plan": "Yes", "Child in need plan": "No"})
    applied(inspection, case_file(csv_of([protected]), "x.csv"), list_key=PROTECTION)
    assert (len(on_list(inspection)), len(on_list(inspection, PROTECTION))) == (3, 1)


def test_a_child_on_two_lists_is_one_child(inspection):
    applied(inspection, case_file(csv_of([row("A1")])), list_key=IN_NEED)
    protected = row("a1", **{"Child protection plan": "Yes", "Child in need plan": "No"})
    applied(inspection, case_file(csv_of([protected]), "x.csv"), list_key=PROTECTION)
    assert Child.objects.get().rows.count() == 2


def test_a_file_with_an_error_is_refused_as_a_whole(inspection):
    refused = read(inspection, case_file(three(Gender="Sideways")))
    assert refused.state == State.REFUSED
    assert [each["count"] for each in refused.fault_counts if each["level"] == "error"] == [1]
    fault = ImportFault.objects.get(level="error")
    assert (fault.row, fault.column, fault.value) == (3, "Gender", "Sideways")
    assert not StagedRow.objects.exists()
    with pytest.raises(Refused, match="not checked"):
        actions.apply_import(case_import=refused, **WHO)


def test_what_another_import_changed_meanwhile_is_worked_out_anew(inspection):
    one, other = (read(inspection, case_file(three())) for _ in range(2))
    apply(one)
    with pytest.raises(Refused, match="worked out anew"):
        actions.apply_import(case_import=other, **WHO)
    other.refresh_from_db()
    assert (other.state, other.difference[IN_NEED]["unchanged"]) == (State.CHECKED, 3)
    assert apply(other).state == State.APPLIED


def test_of_two_that_were_asked_to_be_applied_the_second_is_shown_again(inspection):
    one, other = (read(inspection, case_file(three())) for _ in range(2))
    for each in (one, other):
        actions.apply_import(case_import=each, **WHO)
    assert worker.work(one.pk, now=lambda: NOW).state == State.APPLIED
    found = worker.work(other.pk, now=lambda: NOW)
    assert (found.state, found.difference[IN_NEED]["unchanged"]) == (State.CHECKED, 3)
    assert "worked out anew" in found.error
    assert ListRow.objects.count() == 3


def test_what_was_erased_after_it_was_asked_to_be_applied_is_shown_again(inspection):
    """Also if the import would have changed nothing, so that nothing need be looked for."""
    applied(inspection, case_file(three()))
    again = read(inspection, case_file(three()))
    actions.apply_import(case_import=again, **WHO)
    ListRow.objects.all().delete()
    found = worker.work(again.pk, now=lambda: NOW)
    assert found.state == State.CHECKED
    assert found.difference == {IN_NEED: {"added": 3, "changed": 0, "gone": 0, "unchanged": 0}}
    assert not ListRow.objects.exists()


def test_an_import_is_applied_once_however_often_it_is_asked(inspection):
    checked = read(inspection, case_file(three()))
    for _ in range(2):
        actions.apply_import(case_import=checked, **WHO)
    assert worker.work(checked.pk, now=lambda: NOW).state == State.APPLIED
    assert worker.work(checked.pk, now=lambda: NOW) is None
    assert actions.apply_import(case_import=checked, **WHO).state == State.APPLIED
    assert worker.work(checked.pk, now=lambda: NOW) is None
    assert ListRow.objects.count() == 3
    assert Event.objects.filter(verb="case lists applied").count() == 1


def test_a_former_import_is_brought_back_as_it_left_its_lists(inspection):
    former = applied(inspection, case_file(three()))
    before = on_list(inspection)
    applied(inspection, case_file(csv_of([row("A1", Gender="Male"), row("A9")])))
    asked = actions.bring_back(case_import=former, **WHO)
    assert actions.bring_back(case_import=former, **WHO) == asked
    checked = worker.work(asked.pk, now=lambda: NOW)
    assert checked.difference == {IN_NEED: {"added": 2, "changed": 1, "gone": 1, "unchanged": 0}}
    apply(checked)
    assert on_list(inspection) == before


def test_an_import_that_was_never_applied_is_not_brought_back(inspection):
    checked = read(inspection, case_file(three()))
    with pytest.raises(Refused, match="never applied"):
        actions.bring_back(case_import=checked, **WHO)


def test_that_a_list_is_empty_can_be_stated(inspection):
    stated = actions.state_empty(inspection=inspection, list_key="unallocated", **WHO)
    assert (stated.state, stated.lists) == (State.APPLIED, {"unallocated": 0})
    applied(inspection, case_file(three()))
    asked = actions.state_empty(inspection=inspection, list_key=IN_NEED, **WHO)
    assert (asked.state, asked.difference[IN_NEED]["gone"]) == (State.CHECKED, 3)
    with pytest.raises(Refused, match="Nothing would be left") as refused:
        actions.apply_import(case_import=asked, **WHO)
    assert refused.value.field == "allow_empty"
    apply(asked, allow_empty=True)
    assert on_list(inspection) == {}


def test_headings_are_matched_once_and_remembered(inspection):
    content = csv_of([row("A1") | {"Whatever": "A1"}], ("Whatever", *HEADINGS[1:]))
    waiting = read(inspection, case_file(content))
    assert (waiting.state, waiting.difference) == (State.MAPPING, {})
    assert not StagedRow.objects.exists()
    with pytest.raises(Refused, match="Choose what each"):
        actions.match_headings(case_import=waiting, fields={"Whatever": ""}, **WHO)
    with pytest.raises(Refused, match="Choose what each"):
        actions.match_headings(case_import=waiting, fields={"Whatever": "no-such-field"}, **WHO)
    actions.match_headings(case_import=waiting, fields={"Whatever": "identifier"}, **WHO)
    assert worker.work(waiting.pk, now=lambda: NOW).state == State.CHECKED
    assert Heading.objects.get().field == "identifier"
    assert read(inspection, case_file(content)).state == State.CHECKED


def test_a_discarded_import_leaves_nothing(inspection):
    for content in (three(), three(Gender="Sideways")):
        found = read(inspection, case_file(content))
        actions.discard_import(case_import=found, **WHO)
    assert not StagedRow.objects.exists()
    assert not ImportFault.objects.exists()
    assert set(CaseImport.objects.values_list("files__stored_name", "files__name", "state")) == {
        (None, "", "discarded")
    }


def test_of_the_columns_of_a_discarded_import_only_the_counts_stay(inspection):
    found = read(inspection, case_file(three(), "Jane Fictional.csv"), list_key=IN_NEED)
    assert any(column["file"] == "Jane Fictional.csv" for column in found.columns)
    discarded = actions.discard_import(case_import=found, by=None, now=NOW)
    assert {key for column in discarded.columns for key in column} == {"field", "good", "empty", "bad"}


@pytest.mark.django_db(transaction=True)
def test_the_bytes_of_a_discarded_import_go(inspection, uploads):
    found = read(inspection, case_file(three()))
    assert len(files_in(uploads)) == 1
    actions.discard_import(case_import=found, **WHO)
    assert files_in(uploads) == []


def test_an_applied_import_is_not_discarded(inspection):
    with pytest.raises(Refused, match="was applied"):
        actions.discard_import(case_import=applied(inspection, case_file(three())), **WHO)


def test_what_the_record_says_names_nobody(inspection):
    applied(inspection, case_file(three(), "Children of Ann Example.csv"))
    said = repr(list(Event.objects.values_list("subject", "verb", "detail")))
    assert "A1" not in said
    assert "Ann" not in said


def test_an_as_at_day_to_come_is_refused_and_keeps_nothing(inspection, uploads):
    with pytest.raises(Refused, match="yet to come"):
        ask(inspection, case_file(three()), on=NOW.date() + timedelta(days=1))
    assert files_in(uploads) == []
    assert not CaseImport.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("x.pdf", b"%PDF", "must be a CSV"), ("x.csv", b"", "empty"), ("x.csv", b"x" * 1100000, "larger than 1 MB")],
)
def test_a_file_that_is_not_taken_is_refused_in_words(inspection, uploads, settings, name, content, words):
    settings.MAX_CASE_FILE_MB = 1
    with pytest.raises(Refused, match=words):
        ask(inspection, case_file(content, name))
    assert files_in(uploads) == []
