"""Making an export: whole, frozen, hashed; what is not in it is named; cut off, it is taken up again."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date, timedelta

import pytest
from django.db import OperationalError
from openpyxl import load_workbook

from cases.exports import actions, building, tables
from cases.exports.workbook import ABOUT, ANALYSIS
from cases.models import CaseExport, Child, ListRow
from cases.stored_files import FOLDER
from refusals import Refused
from tests.factories.applied_cases import apply_lists
from tests.factories.people import NOW, at, make_council, make_inspection

pytestmark = pytest.mark.django_db
NEED, CARE = "child-in-need", "looked-after"
State = CaseExport.State
BORN, REFERRED = {"date-of-birth": "2004-02-29"}, {"referral-date": "2010-03-15"}


@pytest.fixture
def inspection():
    return make_inspection(make_council("Fictionshire"), notified=date(2011, 4, 18))


@pytest.fixture
def lists(inspection):
    """Two lists of four; a text that begins like a formula, and one list that was stated to be empty."""
    return apply_lists(
        inspection,
        {
            NEED: {"A2": {**BORN, "gender": "1"}, "A1": {**BORN, **REFERRED, "gender": "2", "ethnicity": "WBRI"}},
            CARE: {"B1": {**BORN, "placement": "P3", "placement-other": '=HYPERLINK("http://example.org")'}},
            "unallocated": {},
        },
    )


def made(inspection, now=NOW) -> CaseExport:
    export, _ = actions.request_export(inspection=inspection, by=None, now=now)
    found = building.make(export.pk, now=lambda: now)
    assert found is not None
    return found


def content(export: CaseExport, kind: str) -> bytes:
    return FOLDER.path_of(str(export.files.get(kind=kind).stored_name)).read_bytes()


def book(export: CaseExport):
    return load_workbook(io.BytesIO(content(export, "workbook")))


def test_workbook_has_a_sheet_for_each_list_with_dates_as_dates(inspection, lists) -> None:
    found = book(made(inspection))
    assert found.sheetnames == [ABOUT, "Child in need", "Looked after", "Unallocated", ANALYSIS]
    sheet = found["Child in need"]
    headings = [cell.value for cell in sheet[1]]
    assert headings[:3] == ["Child's unique identifier", "Date of initial referral", "Date of birth"]
    assert "Allocated worker" not in headings
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["A1", "A2"]
    born = sheet.cell(2, 3)
    assert (born.value.date(), born.is_date, born.number_format) == (date(2004, 2, 29), True, "DD/MM/YYYY")
    assert sheet.cell(2, headings.index("Gender") + 1).value == "Female"


def test_text_that_begins_like_a_formula_is_text(inspection, lists) -> None:
    export = made(inspection)
    sheet = book(export)["Looked after"]
    (cell,) = [cell for cell in sheet[2] if cell.value and str(cell.value).startswith("=")]
    assert cell.data_type == "s"
    with zipfile.ZipFile(io.BytesIO(content(export, "csv"))) as packed:
        assert sorted(packed.namelist()) == [f"{NEED}.csv", f"{CARE}.csv", "unallocated.csv"]
        assert '"\'=HYPERLINK(""http://example.org"")"' in packed.read(f"{CARE}.csv").decode("utf-8-sig")


def test_what_was_not_imported_is_named(inspection, lists) -> None:
    export = made(inspection)
    assert export.lists == {NEED: 2, CARE: 1, "unallocated": 0}
    about = [cell for row in book(export)[ABOUT].iter_rows(values_only=True) for cell in row if cell]
    assert about.count("NOT SUPPLIED: not imported") == 1
    assert "Nothing was supplied under “Legal status”." in about
    assert "Legal status" in export.lacking[NEED]
    assert "Gender" not in export.lacking[NEED]


def test_analysis_has_tables_and_charts(inspection, lists) -> None:
    sheet = book(made(inspection))[ANALYSIS]
    rows = [row[:3] for row in sheet.iter_rows(values_only=True) if row[0]]
    place = rows.index(("Child in need: Gender", None, None))
    assert rows[place + 1 : place + 4] == [("Group", "Children", "Per cent"), ("Male", 1, 50), ("Female", 1, 50)]
    assert ("5 to 9", 2, 100) in rows
    assert len(sheet._charts) == sum(row[0].startswith(("Child in need:", "Looked after:")) for row in rows)


def test_is_hashed_and_frozen_while_later_imports_change_the_lists(inspection, lists) -> None:
    export, _ = actions.request_export(inspection=inspection, by=None, now=NOW)
    apply_lists(inspection, {NEED: {"A9": {}}}, now=NOW + timedelta(hours=1))
    found = building.make(export.pk, now=lambda: NOW)
    assert found is not None
    assert found.lists[NEED] == 2
    assert [row[0] for row in book(found)["Child in need"].iter_rows(min_row=2, values_only=True)] == ["A1", "A2"]
    for file in found.files.all():
        bytes_ = FOLDER.path_of(str(file.stored_name)).read_bytes()
        assert (file.size, file.sha256) == (len(bytes_), hashlib.sha256(bytes_).hexdigest())


def test_asked_again_it_is_the_same_until_a_list_changes(inspection, lists) -> None:
    export = made(inspection)
    assert actions.request_export(inspection=inspection, by=None, now=NOW) == (export, False)
    apply_lists(inspection, {NEED: {"A1": {}}}, now=NOW + timedelta(hours=1))
    again, is_new = actions.request_export(inspection=inspection, by=None, now=NOW)
    assert (again.number, is_new) == (2, True)
    assert actions.request_export(inspection=inspection, by=None, now=NOW) == (again, False)


def test_is_refused_before_any_list_is_imported(inspection) -> None:
    with pytest.raises(Refused, match="No list has been imported yet"):
        actions.request_export(inspection=inspection, by=None, now=NOW)


def test_a_child_that_is_erased_meanwhile_is_not_in_it(inspection, lists, monkeypatch) -> None:
    export, _ = actions.request_export(inspection=inspection, by=None, now=NOW)
    count = tables.ListSheet.analysis

    def erased(self):
        ListRow.objects.filter(child__identifier="A1").delete()
        return count(self)

    monkeypatch.setattr(tables.ListSheet, "analysis", erased)
    assert building.make(export.pk, now=lambda: NOW) is None
    export.refresh_from_db()
    assert (export.state, export.error) == (State.FAILED, building.CHANGED)
    assert not export.files.exists()


def test_a_fault_names_no_row_in_the_log(inspection, lists, monkeypatch, caplog) -> None:
    def fail(*args):
        raise ValueError("A1 is at fault")

    monkeypatch.setattr(building, "_about", fail)
    export, _ = actions.request_export(inspection=inspection, by=None, now=NOW)
    assert building.make(export.pk, now=lambda: NOW) is None
    export.refresh_from_db()
    assert export.state == State.FAILED
    assert "A1" not in caplog.text + export.error
    assert not list(building.SCRATCH.root.iterdir())


def test_with_the_database_gone_another_worker_takes_it_up(inspection, lists, monkeypatch) -> None:
    export, _ = actions.request_export(inspection=inspection, by=None, now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(building, "_freeze", lambda *args: (_ for _ in ()).throw(OperationalError))
        assert building.make(export.pk, now=lambda: NOW) is None
    assert building.make(export.pk, now=lambda: NOW) is None
    later = NOW + timedelta(minutes=6)
    assert building.make(export.pk, now=lambda: later).state == State.READY


def test_what_a_dead_worker_left_is_taken_away(inspection, lists, settings) -> None:
    left = building.SCRATCH.root / ("0" * 32)
    left.mkdir(parents=True)
    (left / "1.xml").write_text("A1")
    building.sweep()
    assert not left.exists()


class TestSending:
    @pytest.fixture
    def export(self, inspection, lists):
        return made(inspection)

    def send(self, export, **changed):
        import uuid

        facts = {
            "files": export.files.all(), "sent_at": at("2011-04-21 15:30"), "recipient": " Ines  Example ",
            "how": "By email", "once": uuid.uuid4(), "by": None, "now": at("2011-04-21 16:00"),
        }  # fmt: skip
        return actions.record_sent(export=export, **{**facts, **changed})

    def test_is_recorded_with_what_to_whom_when_and_how(self, export) -> None:
        sending = self.send(export)
        assert (sending.recipient, sending.how, sending.files.count()) == ("Ines Example", "By email", 2)

    def test_a_form_sent_twice_is_one_record(self, export) -> None:
        import uuid

        once = uuid.uuid4()
        assert self.send(export, once=once) == self.send(export, once=once)

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"sent_at": at("2011-04-21 16:01")}, "sent_at"),
            ({"sent_at": NOW - timedelta(hours=1)}, "sent_at"),
            ({"recipient": " "}, "recipient"),
            ({"how": ""}, "how"),
            ({"files": []}, "files"),
        ],
    )
    def test_is_refused_beside_its_field(self, export, changed, field) -> None:
        with pytest.raises(Refused) as refused:
            self.send(export, **changed)
        assert refused.value.field == field

    def test_a_file_of_another_export_is_refused(self, export, inspection) -> None:
        apply_lists(inspection, {NEED: {"A1": {}}}, now=NOW + timedelta(hours=1))
        other = made(inspection, NOW + timedelta(hours=2))
        with pytest.raises(Refused, match="Choose what was sent"):
            self.send(export, files=other.files.all())

    def test_children_are_not_in_the_record(self, export) -> None:
        from accounts.models import Event

        self.send(export)
        said = str(list(Event.objects.values_list("subject", "detail")))
        assert Child.objects.exists()
        assert not any(identifier in said for identifier in ("A1", "A2", "B1"))


def test_placement_is_in_the_frameworks_category_beside_its_national_label(inspection) -> None:
    """Briefing paper, Annex 4, items 15 to 26: what has no item of its own is "other", with its label as the text."""
    apply_lists(inspection, {CARE: {"A1": {"placement": "U4"}, "A2": {"placement": "P2"}}}, now=NOW)
    sheet = book(made(inspection))["Looked after"]
    headings = [cell.value for cell in sheet[1]]
    place = headings.index("Category of placement")
    assert headings[place + 1] == "Placement"
    found = [(row[place], row[place + 1]) for row in sheet.iter_rows(min_row=2, values_only=True)]
    labels = {each.key: each.label for each in inspection.framework.placements}
    assert [category for category, _ in found] == [labels["foster"], labels["other"]]
    assert found[1][1].startswith("Independent living")
