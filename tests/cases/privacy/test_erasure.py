"""What is erased when: everything after the inspection, superseded imports before, one child on request."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Event, Role
from cases.models import CaseExport, CaseImport, Child, Erasure, Heading, ImportFault, ImportFile, ListRow, StagedRow
from cases.privacy import erasure
from cases.privacy.retention import retention_of
from cases.stored_files import FOLDER
from inspections.snapshot import snapshot_of
from refusals import Refused
from tests.factories.applied_cases import State, add_fault, add_file, apply_lists, new_import, stage
from tests.factories.people import NOW, make_council, make_inspection, make_person

pytestmark = pytest.mark.django_db

NEED, CARE = "child-in-need", "looked-after"
LATER = NOW + timedelta(days=91)


@pytest.fixture
def inspection():
    return make_inspection(make_council(), notified=date(2011, 4, 18))


def child(inspection, identifier: str) -> Child:
    return Child.objects.get(inspection=inspection, identifier=identifier)


def due(inspection, now=LATER, on=None):
    return erasure.erase_due(inspection=inspection, on=on or now.date(), by=None, now=now)


class TestSuperseded:
    def test_an_import_goes_once_another_took_its_place_for_long_enough(self, inspection) -> None:
        first = apply_lists(inspection, {NEED: {"A1": {"gender": "1"}}})
        file = add_file(first)
        second = apply_lists(inspection, {NEED: {"A1": {"gender": "2"}}}, now=NOW + timedelta(days=1))
        add_file(second)
        assert due(inspection, on=NOW.date() + timedelta(days=90)) == []
        (row,) = due(inspection, on=NOW.date() + timedelta(days=91))
        assert (row.scope, row.counts) == ("superseded", {"files": 1, "imports": 1, "rows": 1})
        first.refresh_from_db()
        second.refresh_from_db()
        assert first.erased_at is not None
        assert second.erased_at is None
        file.refresh_from_db()
        assert (file.name, file.stored_name, file.size) == ("", None, 9)
        assert first.counts.get().count == 1
        assert due(inspection, on=NOW.date() + timedelta(days=91)) == []

    def test_an_import_of_two_lists_stays_until_both_were_replaced(self, inspection) -> None:
        first = apply_lists(inspection, {NEED: {"A1": {}}, CARE: {"B1": {}}})
        apply_lists(inspection, {NEED: {"A2": {}}}, now=NOW + timedelta(days=1))
        due(inspection)
        first.refresh_from_db()
        assert first.erased_at is None

    def test_one_that_was_never_applied_goes_and_one_at_work_stays(self, inspection) -> None:
        refused, checked = new_import(inspection, State.REFUSED), new_import(inspection, State.CHECKED)
        reading = new_import(inspection, State.READING)
        add_fault(refused, "31/02/2003")
        for row in (refused, checked, reading):
            stage(row, NEED, "A1")
            add_file(row)
        due(inspection, on=NOW.date() + timedelta(days=90))
        assert list(StagedRow.objects.values_list("case_import", flat=True)) == [reading.pk]
        assert not ImportFault.objects.exists()
        checked.refresh_from_db()
        assert checked.state == State.DISCARDED

    def test_what_was_read_of_the_columns_keeps_its_counts_alone(self, inspection) -> None:
        columns = [
            {"heading": "Jane Fictional", "field": "identifier", "good": 1, "empty": 0, "bad": 2, "samples": ["A1"]}
        ]
        refused = new_import(inspection, State.REFUSED, columns=columns, unmapped=["Jane Fictional"], error="Jane")
        due(inspection, on=NOW.date() + timedelta(days=90))
        refused.refresh_from_db()
        assert refused.columns == [{"field": "identifier", "good": 1, "empty": 0, "bad": 2}]
        assert (refused.unmapped, refused.error) == ([], "")

    def test_a_child_that_is_still_listed_keeps_when_and_one_that_is_gone_goes(self, inspection) -> None:
        apply_lists(inspection, {NEED: {"A1": {"gender": "1"}, "A2": {"gender": "1"}}})
        apply_lists(inspection, {NEED: {"A1": {"gender": "2"}}}, now=NOW + timedelta(days=1))
        due(inspection)
        assert [row.identifier for row in Child.objects.all()] == ["A1"]
        before, current = ListRow.objects.order_by("pk")
        assert (before.values, before.until is not None, current.values) == ({}, True, {"gender": "2"})

    def test_what_is_blanked_is_not_brought_back(self, inspection) -> None:
        first = apply_lists(inspection, {NEED: {"A1": {"gender": "1"}}, CARE: {"B1": {"gender": "1"}}})
        assert erasure.may_be_brought_back(first)
        second = apply_lists(inspection, {NEED: {"A1": {"gender": "2"}}}, now=NOW + timedelta(days=1))
        due(inspection)
        first.refresh_from_db()
        assert first.erased_at is None
        assert not erasure.may_be_brought_back(first)
        assert erasure.may_be_brought_back(second)


class TestAllOfAnInspection:
    def test_goes_on_its_day_and_leaves_the_counts(self, inspection, django_capture_on_commit_callbacks) -> None:
        made = apply_lists(inspection, {NEED: {"A1": {"gender": "1"}}, CARE: {"A1": {}, "B1": {}}})
        path = FOLDER.path_of(str(add_file(made).stored_name))
        until = retention_of(snapshot_of(inspection, now=NOW)).until
        assert due(inspection, on=until - timedelta(days=1)) == []
        with django_capture_on_commit_callbacks(execute=True):
            (row,) = due(inspection, on=until)
        assert (row.scope, row.counts["children"], row.counts["rows"]) == ("inspection", 2, 3)
        assert not Child.objects.exists()
        assert not ListRow.objects.exists()
        assert not path.exists()
        assert sorted(made.counts.values_list("list", "count")) == [(NEED, 1), (CARE, 2)]
        assert CaseImport.objects.get().lists == {NEED: 1, CARE: 2}
        assert due(inspection, on=until) == []

    def test_stands_in_the_record_without_a_child(self, inspection) -> None:
        apply_lists(inspection, {NEED: {"A1": {}}})
        due(inspection, on=date(2012, 6, 1))
        event = Event.objects.get(verb="child-level data erased")
        assert (event.by, event.inspection) == (None, inspection.slug)
        assert event.detail == Erasure.objects.get().counts

    def test_another_inspection_keeps_its_own(self, inspection) -> None:
        other = make_inspection(inspection.council)
        for each in (inspection, other):
            apply_lists(each, {NEED: {"A1": {}}})
        due(inspection, on=date(2012, 6, 1))
        assert Child.objects.get().inspection == other

    def test_headings_that_were_left_out_go_with_it(self, inspection) -> None:
        for heading, field in (("janefictional4711", ""), ("ref", "identifier")):
            Heading.objects.create(council=inspection.council, heading=heading, field=field, recorded_at=NOW)
        assert due(inspection, on=date(2012, 6, 1)) == []
        apply_lists(inspection, {NEED: {"A1": {}}})
        assert due(inspection, on=date(2012, 6, 1))[0].counts["headings"] == 1
        assert Heading.objects.get().heading == "ref"


class TestOneChild:
    @pytest.fixture
    def officer(self, inspection):
        return make_person(inspection.council, Role.DATA_PROTECTION)

    def erase(self, who, officer, why="Request of 3 May"):
        return erasure.erase_child(child=who, why=why, by=officer, now=NOW + timedelta(days=2))

    def test_goes_with_its_history_and_the_files_it_is_in(self, inspection, officer) -> None:
        before = apply_lists(inspection, {NEED: {"B1": {}}})
        holding = apply_lists(inspection, {NEED: {"A1": {"gender": "1"}, "B1": {}}}, now=NOW + timedelta(hours=1))
        after = apply_lists(inspection, {NEED: {"B1": {}}}, now=NOW + timedelta(hours=2))
        for each in (before, holding, after):
            add_file(each, name=f"{each.number}.csv")
        who = child(inspection, "A1")
        row = self.erase(who, officer)
        assert (row.scope, row.child, row.by, row.counts["children"]) == ("child", who.key, officer, 1)
        assert [each.identifier for each in Child.objects.all()] == ["B1"]
        kept = ImportFile.objects.exclude(stored_name=None).values_list("name", flat=True)
        assert sorted(kept) == ["1.csv", "3.csv"]

    def test_a_refused_import_may_hold_any_child(self, inspection, officer) -> None:
        apply_lists(inspection, {NEED: {"A1": {}}})
        refused = new_import(inspection, State.REFUSED)
        add_fault(refused, "A1")
        self.erase(child(inspection, "A1"), officer)
        assert not ImportFault.objects.exists()

    def test_an_export_goes_if_the_child_is_in_it(self, inspection, officer) -> None:
        first = apply_lists(inspection, {NEED: {"A1": {}}})
        second = apply_lists(inspection, {NEED: {}}, now=NOW + timedelta(hours=1))
        for number, as_of in enumerate((first, second), start=1):
            CaseExport.objects.create(
                inspection=inspection,
                number=number,
                state="ready",
                requested_at=NOW,
                made_at=NOW,
                free_at=NOW,
                as_of=as_of,
            )
        self.erase(child(inspection, "A1"), officer)
        assert list(CaseExport.objects.filter(erased_at=None).values_list("number", flat=True)) == [2]

    def test_is_refused_without_a_reason(self, inspection, officer) -> None:
        apply_lists(inspection, {NEED: {"A1": {}}})
        with pytest.raises(Refused) as refused:
            self.erase(child(inspection, "A1"), officer, why=" ")
        assert refused.value.field == "why"

    @pytest.mark.parametrize("state", [State.WAITING, State.READING, State.APPLYING])
    def test_is_refused_while_an_import_is_at_work(self, inspection, officer, state) -> None:
        apply_lists(inspection, {NEED: {"A1": {}}})
        new_import(inspection, state)
        with pytest.raises(Refused, match="An import is at work"):
            self.erase(child(inspection, "A1"), officer)
        assert Child.objects.exists()

    def test_a_second_time_says_so(self, inspection, officer) -> None:
        apply_lists(inspection, {NEED: {"A1": {}}})
        who = child(inspection, "A1")
        self.erase(who, officer)
        with pytest.raises(Refused, match="erased already"):
            self.erase(who, officer)

    def test_is_erased_again_after_a_restore(self, inspection, officer) -> None:
        apply_lists(inspection, {NEED: {"A1": {}, "B1": {}}})
        who = child(inspection, "A1")
        facts: dict[str, Any] = {"scope": "child", "on": NOW.date(), "child": who.key, "now": NOW}
        (row,) = erasure.erase_again(inspection=inspection, **facts)
        assert row.counts["children"] == 1
        assert erasure.erase_again(inspection=inspection, **facts) == []
        assert child(inspection, "B1")
