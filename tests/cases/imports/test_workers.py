"""The allocated worker is kept with the child, changed by imports that name workers, and shown nowhere."""

from __future__ import annotations

import json

import pytest

from cases.imports import actions, worker
from cases.imports.difference import changed_rows
from cases.models import CaseImport, Child, ListRow, StagedRow
from inspections.models import Inspection
from tests.factories.cases import HEADINGS, IN_NEED, PROTECTION, applied, apply, case_file, csv_of, read, row
from tests.factories.people import NOW

# Rows are staged and merged in other ways on each database.
pytestmark = [pytest.mark.django_db, pytest.mark.database]
WITH_WORKER = (*HEADINGS, "Allocated worker")


def lists(*rows: dict[str, str], name: str = "Child in need.csv", headings=WITH_WORKER):
    return case_file(csv_of(rows, headings), name=name)


def workers(inspection: Inspection) -> dict[str, str]:
    return dict(Child.objects.filter(inspection=inspection).order_by("folded").values_list("identifier", "worker"))


def protected(identifier: str, **changed: str) -> dict[str, str]:
    return row(identifier, Child_protection_plan="Yes", Child_in_need_plan="No", **changed)


def test_the_worker_of_each_child_is_kept_with_the_child(inspection):
    applied(inspection, lists(row("A1", Allocated_worker="Jane Fictional"), row("A2", Allocated_worker="Tom Made-Up")))
    assert workers(inspection) == {"A1": "Jane Fictional", "A2": "Tom Made-Up"}


def test_the_worker_is_in_no_row_and_in_no_difference(inspection):
    applied(inspection, lists(row("A1", Allocated_worker="Jane Fictional")))
    checked = read(inspection, lists(row("A1", Allocated_worker="Tom Made-Up")))
    assert checked.difference[IN_NEED] == {"added": 0, "changed": 0, "gone": 0, "unchanged": 1}
    assert len(changed_rows(checked, IN_NEED, "changed")) == 0
    assert "Fictional" not in json.dumps(list(ListRow.objects.values_list("values", flat=True)))
    apply(checked)
    assert workers(inspection) == {"A1": "Tom Made-Up"}
    assert ListRow.objects.count() == 1


def test_a_file_without_the_column_leaves_the_worker(inspection):
    applied(inspection, lists(row("A1", Allocated_worker="Jane Fictional")))
    applied(inspection, lists(row("A1", Gender="Male"), headings=HEADINGS))
    assert workers(inspection) == {"A1": "Jane Fictional"}


def test_a_column_that_is_empty_throughout_leaves_the_worker(inspection):
    applied(inspection, lists(row("A1", Allocated_worker="Jane Fictional")))
    applied(inspection, lists(row("A1", Allocated_worker="")))
    assert workers(inspection) == {"A1": "Jane Fictional"}


def test_an_empty_cell_in_a_filled_column_takes_the_worker_away(inspection):
    applied(inspection, lists(row("A1", Allocated_worker="Jane Fictional"), row("A2", Allocated_worker="Tom Made-Up")))
    applied(inspection, lists(row("A1"), row("A2", Allocated_worker="Tom Made-Up")), list_key=IN_NEED)
    assert workers(inspection) == {"A1": "", "A2": "Tom Made-Up"}


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("Zoe First", "Ann Second", "Ann Second"),
        ("Ann First", "Zoe Second", "Zoe Second"),
        ("Zoe First", "", "Zoe First"),
        ("", "Ann Second", "Ann Second"),
    ],
)
@pytest.mark.parametrize("is_new", [True, False])
def test_of_two_lists_the_last_that_names_a_worker_counts(inspection, first, second, kept, is_new):
    if not is_new:
        applied(inspection, lists(row("A1", Allocated_worker="Mo Former")))
    others = {"Allocated_worker": "Somebody Else"}
    applied(
        inspection,
        lists(row("A1", Allocated_worker=first), row("B1", **others)),
        lists(protected("A1", Allocated_worker=second), protected("C1", **others), name="Child protection.csv"),
    )
    assert workers(inspection)["A1"] == kept


def test_a_list_without_the_column_says_nothing_beside_one_that_has_it(inspection):
    applied(
        inspection, lists(row("A1", Allocated_worker="Jane Fictional"), row("A2", Allocated_worker="Jane Fictional"))
    )
    applied(
        inspection,
        lists(row("A1", Allocated_worker="Tom Made-Up")),
        lists(protected("A2"), name="Child protection.csv", headings=HEADINGS),
    )
    assert workers(inspection) == {"A1": "Tom Made-Up", "A2": "Jane Fictional"}
    assert ListRow.objects.filter(list=PROTECTION, until=None).count() == 1


def test_workers_of_another_inspection_stay(inspection):
    other = Inspection.objects.create(
        council=inspection.council, slug="another", title="Another", framework_key="slac-2009", opened_at=NOW
    )
    Child.objects.create(inspection=other, identifier="A1", folded="a1", worker="Mo Other")
    applied(inspection, lists(row("A1", Allocated_worker="Jane Fictional")))
    assert workers(other) == {"A1": "Mo Other"}
    assert workers(inspection) == {"A1": "Jane Fictional"}


def test_a_former_import_that_is_brought_back_leaves_the_workers(inspection):
    first = applied(inspection, lists(row("A1", Allocated_worker="Jane Fictional")))
    applied(inspection, lists(row("A1", Gender="Male", Allocated_worker="Tom Made-Up")))
    asked = actions.bring_back(case_import=first, by=None, now=NOW)
    worker.work(asked.pk, now=lambda: NOW)
    apply(CaseImport.objects.get(pk=asked.pk))
    assert workers(inspection) == {"A1": "Tom Made-Up"}


def test_a_very_long_name_is_cut(inspection):
    applied(inspection, lists(row("A1", Allocated_worker="Jane" * 100)))
    assert workers(inspection) == {"A1": "Jane" * 50}


def test_staged_workers_go_with_their_rows(inspection):
    read(inspection, lists(row("A1", Allocated_worker="Jane Fictional")))
    assert list(StagedRow.objects.values_list("worker", flat=True)) == ["Jane Fictional"]
    apply(CaseImport.objects.get())
    assert not StagedRow.objects.exists()
