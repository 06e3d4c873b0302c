"""Three lists of Annex A, one of them of adopters, are a framework file and no code, on each page of the case lists.

Two imports through the pages as a case officer makes them, then every page, read as a person reads it.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Role, User
from cases.exports import building
from cases.imports import worker
from cases.models import CaseExport, CaseImport, Child, Erasure, ListRow
from inspections.models import Inspection
from tests.factories.people import at, make_council, make_inspection, make_person
from tests.frameworks.files import ANNEX_A
from tests.reading import by_class, heading, main, rows, sign_in, success, texts, title
from tests.spreadsheets.sheets import csv_of, xlsx_of

FIRST, SECOND, AFTER = at("2026-03-02 09:00"), at("2026-03-16 09:00"), at("2026-03-16 14:00")
NEED = ["Child unique ID", "Gender", "Ethnicity", "Date of birth", "Age", "CIN start date"]
CARE = ["Child ID", "Sex", "Ethnicity", "Date of birth", "Age", "Date started to be looked after", "Placement type"]
ADOPTERS = ["Adopter ID", "Date application received", "Date approved", "Children approved for"]
EXPORTED = {
    "in-need": ["Child unique ID", "Sex", "Ethnicity", "Date of birth", "Age", "CIN start date"],
    "in-care": [
        "Child unique ID", "Sex", "Ethnicity", "Date of birth", "Age", "Date started to be looked after",
        "Category of placement type", "Placement type",
    ],
    "adopters": [
        "Individual adopter identifier", "Date application received", "Date approved",
        "Number of children for whom approved",
    ],
}  # fmt: skip
Rows = list[list[str]]


def need(*, changed: bool = False) -> Rows:
    girl = ["C2", "Female", "WBRI", "04/03/2014", "12", "01/02/2025"]
    return [
        NEED,
        ["C1", "Male", "MWBC", "14/07/2010", "15", "01/11/2025"],
        girl,
        ["C3", "Female" if changed else "Male", "APKN", "01/01/2020", "6", "12/12/2025"],
    ]


def care() -> Rows:
    return [
        CARE,
        ["C2", "Male", "WBRI", "04/03/2014", "12", "01/09/2025", "U4"],
        ["C9", "Male", "BAFR", "05/05/2012", "13", "01/09/2024", "K2"],
    ]


def adopters(*, changed: bool = False) -> list[list[Any]]:
    found: list[list[Any]] = [
        ADOPTERS,
        ["P1", "01/06/2025", "01/12/2025", "1"],
        ["P2", "01/07/2025", "01/02/2026" if changed else "", "2"],
    ]
    return [*found, ["P3", "15/02/2026", "", ""]] if changed else found


@dataclass
class World:
    """An inspection of the framework after two imports, with its case officer and its data protection officer."""

    inspection: Inspection
    officer: User
    protector: User

    def page(self, name: str, *args: Any, **query: str) -> Any:
        """What the case officer sees at an address."""
        return sign_in(self.officer).get(self.at(name, *args), query)

    def at(self, name: str, *args: Any) -> str:
        return reverse(f"cases:{name}", args=[self.inspection.slug, *args])

    def key(self, identifier: str) -> str:
        return Child.objects.get(inspection=self.inspection, identifier=identifier).key


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    own = {"FRAMEWORK_DIRS": [ANNEX_A.parent], "UPLOADS_DIR": tmp_path_factory.mktemp("uploads")}
    with override_settings(**own), django_db_blocker.unblock(), transaction.atomic():
        council = make_council("Annexshire")
        inspection = make_inspection(council, framework="annex-a-2026")
        officer = make_person(council, Role.CASE_OFFICER, name="Casey Officer")
        protector = make_person(council, Role.DATA_PROTECTION, name="Dara Officer")
        world = World(inspection, officer, protector)
        _bring_in(world, FIRST, need(), adopters())
        _bring_in(world, SECOND, need(changed=True), adopters(changed=True))
        with time_machine.travel(AFTER, tick=False):
            yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(made: World, db: Any) -> World:
    return made


def _bring_in(world: World, now: datetime, need: Rows, adopters: list[list[Any]]) -> None:
    """Two CSV files and a workbook, imported as a person does it: chosen, looked at, applied."""
    files = {
        "Children in need.csv": csv_of(*need),
        "List 8.csv": csv_of(*care()),
        "Lists.xlsx": xlsx_of(Prospective_adopters=adopters),
    }
    with time_machine.travel(now, tick=False):
        found = import_files(world, sign_in(world.officer), files)
        assert found.state == "applied", (found.state, found.error, found.fault_counts)


def import_files(world: World, client: Client, files: dict[str, bytes], *, apply: bool = True) -> CaseImport:
    """The files as they were imported through the pages, applied unless they are only to be checked."""
    uploads = [SimpleUploadedFile(name, content) for name, content in files.items()]
    day = timezone.localdate()
    said = {"on_day": str(day.day), "on_month": str(day.month), "on_year": str(day.year), "once": str(uuid.uuid4())}
    answer = client.post(world.at("new-import"), {"chosen": uploads, "do": "import", **said})
    assert answer.status_code == 302
    found = CaseImport.objects.filter(inspection=world.inspection).latest("number")
    worker.work(found.pk)
    if apply:
        assert client.post(world.at("apply-import", found.number)).status_code == 302
        worker.work(found.pk)
    found.refresh_from_db()
    return found


def lede(response: Any) -> str:
    return texts(response, by_class("house-lede"))[0]


# --- The lists ---


def test_first_page_counts_each_list_and_names_what_is_on_it(world) -> None:
    page = world.page("lists")
    assert lede(page) == "1 contradiction is still open."
    found = rows(page, "Each list with the day that it describes, who imported it, and what is still to do")
    assert [(row[0], row[1], row[4]) for row in found] == [
        ("6. Children in need Children : In need , analysis : In need", "3", "1 contradiction is still open."),
        ("8. Children in care Children : In care , analysis : In care", "2", "Nothing"),
        ("11. Adopters Adopters : Adopters , analysis : Adopters", "3", "Nothing"),
    ]
    said = main(page)
    assert "3 Adopters 1 more than on 2 March 2026" in said
    assert "Find a record by identifier" in said
    assert "Surveys" not in said


def test_list_of_adopters_has_its_own_columns_and_no_word_of_children(world) -> None:
    page = world.page("list", "adopters")
    assert rows(page, "Adopters") == [
        ["P1", "1 Jun 2025", "1 Dec 2025", "1"],
        ["P2", "1 Jul 2025", "1 Feb 2026", "2"],
        ["P3", "15 Feb 2026", "", ""],
    ]
    assert lede(page) == "3 on the list: 1 more than on 2 March 2026."
    own = main(page).replace("Number of children for whom approved", "")
    assert "child" not in own.lower()
    turned = world.page("list", "adopters", sort="-identifier")
    assert [row[0] for row in rows(turned, "Adopters")] == ["P3", "P2", "P1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["C1", "C2", "C3"]),
        ({"sort": "-born"}, ["C3", "C2", "C1"]),
        ({"by-sex": "2"}, ["C2", "C3"]),
        ({"by-ethnicity": "mixed"}, ["C1"]),
        ({"by-born": "10-to-15", "sort": "born"}, ["C1", "C2"]),
        ({"contradicted": "on"}, ["C2"]),
    ],
)
def test_list_of_children_is_sorted_and_narrowed_by_its_own_fields(world, query, found) -> None:
    assert [row[0] for row in rows(world.page("list", "in-need", **query), "Children in need")] == found


def test_list_says_what_it_is_narrowed_by(world) -> None:
    page = main(world.page("list", "in-need", **{"by-sex": "2", "by-born": "5-to-9"}))
    assert "1 of 3 match: Sex: Female; Age: 5 to 9. Show all" in page
    assert "No child on this list matches" in main(world.page("list", "in-need", **{"by-sex": "9"}))
    assert "No adopter on this list matches" in main(world.page("list", "adopters", contradicted="on"))


def test_somebody_is_found_by_identifier_whatever_the_list(world) -> None:
    client = sign_in(world.officer)
    assert client.post(world.at("find"), {"identifier": "p2"})["Location"] == world.at("child", world.key("P2"))
    several = client.post(world.at("find"), {"identifier": "2"})
    assert heading(several) == "2 records found"
    assert rows(several, "Records whose identifier matches, and the lists that each is on") == [
        ["C2", "In care, In need"],
        ["P2", "Adopters"],
    ]
    none = client.post(world.at("find"), {"identifier": "Nobody"})
    assert "No record on the lists, now or before, has this identifier." in main(none)


# --- One of them ---


def test_page_of_an_adopter_has_its_history_and_calls_it_an_adopter(world) -> None:
    page = world.page("child", world.key("P2"))
    assert (heading(page), title(page).partition(" –")[0]) == ("Adopter P2", "One adopter")
    assert rows(page, "What each list says of the adopter") == [
        ["Date application received", "1 Jul 2025"],
        ["Date approved", "1 Feb 2026"],
        ["Number of children for whom approved", "2"],
    ]
    assert texts(page, "//ol/li[contains(., 'list “')]") == [
        "Changed on the list “Adopters” As at 16 March 2026, import 2 by Casey Officer "
        "Date approved: blank → 1 Feb 2026",
        "Added to the list “Adopters” As at 2 March 2026, import 1 by Casey Officer",
    ]


def test_page_of_a_child_has_both_lists_and_its_contradiction(world) -> None:
    page = world.page("child", world.key("C2"))
    assert heading(page) == "Child C2"
    said = main(page)
    assert "On 2 lists: In need, In care. Age 12." in said
    assert "Open Rule not met: A child is the same on both lists. Sex: Female (In need), Male (In care)" in said


def test_contradictions_name_the_lists_of_the_framework(world) -> None:
    page = world.page("contradictions")
    assert lede(page) == "1 contradiction is open."
    assert rows(page, "Each contradiction with its record, what the lists say, and its state") == [
        [
            "C2",
            "In need",
            "Rule not met: A child is the same on both lists. Sex: Female (In need), Male (In care)",
            "Open",
        ]
    ]


# --- Analysis ---


def test_analysis_of_children_counts_by_the_fields_of_the_framework(world) -> None:
    page = world.page("analysis", "in-need")
    assert texts(page, "//caption") == ["Sex", "Ethnicity", "Age"]
    assert rows(page, "Sex") == [["Male", "1 of 3", "2"], ["Female", "2 of 3", "1"]]
    assert rows(page, "Age") == [["5 to 9", "1 of 3", "1"], ["10 to 15", "2 of 3", "2"]]
    assert texts(page, "//nav[@aria-label='On this page']/a") == ["Sex", "Ethnicity", "Age"]
    placed = rows(world.page("analysis", "in-care"), "Placement type")
    assert placed == [["Foster care", "1 of 2", "1"], ["Residential", "1 of 2", "1"]]


def test_analysis_of_a_list_without_such_fields_says_so(world) -> None:
    page = world.page("analysis", "adopters")
    assert lede(page) == "3 on the list: 1 more than on 2 March 2026."
    assert "This list has no field by which its adopters are counted." in main(page)
    assert texts(page, "//caption") == []


# --- Imports ---


def test_import_says_what_changed_on_each_list(world) -> None:
    page = world.page("import", 2)
    assert lede(page) == "Applied: 1 added, 2 changed."
    assert "Nothing would be left" not in main(page)
    changed = main(world.page("import-rows", 2, "adopters"))
    assert "P3" in changed
    assert "Prospective" not in changed
    assert [row[0] for row in rows(world.page("imports"), "Imports, newest first")] == ["Import 2", "Import 1"]


def test_file_with_faults_is_refused_with_the_rules_of_the_framework(world) -> None:
    bad = {"Prospective adopters.csv": csv_of(ADOPTERS, ["P1", "01/06/2025", "01/05/2025", "two"])}
    found = import_files(world, sign_in(world.officer), bad, apply=False)
    page = world.page("import", found.number)
    assert lede(page) == "Nothing was imported. 2 errors in 2 kinds."
    said = main(page)
    assert "Nobody is approved before applying" in said
    assert "Cells that are not a number" in said
    assert "Row 2" in main(world.page("import-faults", found.number))


def test_list_of_adopters_is_stated_to_be_empty(world) -> None:
    page = world.page("state-empty", "adopters")
    assert "there is nobody on “Adopters”" in main(page)
    client = sign_in(world.officer)
    asked = client.post(world.at("state-empty", "adopters"), follow=True)
    assert "It is right that “Adopters” will be empty" in main(asked)
    found = CaseImport.objects.latest("number")
    assert client.post(world.at("apply-import", found.number), {"allow_empty": "on"}).status_code == 302
    worker.work(found.pk)
    assert not ListRow.objects.filter(list="adopters", until=None).exists()
    gone = main(world.page("child", world.key("P1")))
    assert "Not on any list since import 3, as at 16 March 2026." in gone
    assert "Adopter P1" in gone


# --- Export ---


@pytest.fixture
def export(world) -> CaseExport:
    assert sign_in(world.officer).post(world.at("make-export")).status_code == 302
    found = building.make(CaseExport.objects.latest("number").pk)
    assert found is not None
    return found


def download(world: World, export: CaseExport, kind: str) -> bytes:
    return b"".join(world.page("export-file", export.number, kind).streaming_content)


def test_export_says_how_many_are_on_each_list(world, export) -> None:
    page = world.page("export", export.number)
    assert [row[:2] for row in rows(page, "The lists, with how many records are on each")] == [
        ["6. Children in need", "3"],
        ["8. Children in care", "2"],
        ["11. Adopters", "3"],
    ]
    assert "The files hold child-level data. Each download is logged." in main(page)
    assert "Export 1" in main(world.page("exports"))


def test_workbook_has_the_headings_of_each_list_and_its_analysis(world, export) -> None:
    book = load_workbook(io.BytesIO(download(world, export, "workbook")))
    assert book.sheetnames == ["About these lists", "In need", "In care", "Adopters", "Analysis"]
    sheets = ("In need", "In care", "Adopters")
    found = [[cell.value for cell in book[name][1]] for name in sheets]
    assert found == list(EXPORTED.values())
    assert book["Adopters"]["A4"].value == "P3"
    analysis = [row[0] for row in book["Analysis"].values if row[0]]
    assert [each for each in analysis if ":" in each] == [
        "In need: Sex", "In need: Ethnicity", "In need: Age",
        "In care: Sex", "In care: Ethnicity", "In care: Age", "In care: Placement type",
    ]  # fmt: skip
    assert len(book["Analysis"]._charts) == 7


def test_csv_files_have_the_headings_of_each_list(world, export) -> None:
    with zipfile.ZipFile(io.BytesIO(download(world, export, "csv"))) as packed:
        said = {name.removesuffix(".csv"): packed.read(name).decode("utf-8-sig") for name in packed.namelist()}
    assert {key: text.splitlines()[0].split(",") for key, text in said.items()} == EXPORTED
    assert [line.partition(",")[0] for line in said["adopters"].splitlines()[1:]] == ["P1", "P2", "P3"]


@pytest.mark.parametrize("kind", ["workbook", "csv"])
def test_export_imports_again_as_no_change(world, export, kind) -> None:
    files = {"case-lists.xlsx": download(world, export, kind)}
    if kind == "csv":
        with zipfile.ZipFile(io.BytesIO(files.popitem()[1])) as packed:
            files = {name: packed.read(name) for name in packed.namelist()}
    found = import_files(world, sign_in(world.officer), files, apply=False)
    assert found.state == "checked", found.fault_counts
    none = {"added": 0, "changed": 0, "gone": 0}
    unchanged = {"in-need": 3, "in-care": 2, "adopters": 3}
    assert found.difference == {key: {**none, "unchanged": number} for key, number in unchanged.items()}


def test_one_list_is_downloaded_with_its_own_headings(world) -> None:
    response = world.page("export-list", "adopters", "csv", sort="-identifier")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].split(",") == EXPORTED["adopters"]
    assert [line.partition(",")[0] for line in lines[1:]] == ["P3", "P2", "P1"]


# --- Surveys, the log and erasure ---


def test_framework_without_surveys_says_so(world) -> None:
    assert "No surveys This framework has no surveys that the council passes on." in main(world.page("surveys"))


def test_log_and_erasure_of_an_adopter_say_adopter(world) -> None:
    world.page("child", world.key("P1"))
    client = sign_in(world.protector)
    before = main(client.get(world.at("erasure")))
    assert "8 records on the lists now or before" not in before
    assert "7 records on the lists now or before" in before
    assert "Erase one record" in before
    found = client.post(world.at("log"), {"identifier": "P1"}, follow=True)
    assert "Only readings of this record are shown." in main(found)
    where = client.post(world.at("find-child"), {"identifier": "P1"})["Location"]
    asked = client.get(where)
    assert heading(asked) == "Erase one adopter?"
    assert "The adopter is on this list: Adopters." in main(asked)
    assert "child" not in main(asked).lower()
    done = client.post(where, {"why": "Asked for", "sure": "on"}, follow=True)
    assert success(done) == ["The adopter was erased, and comes back with the next import whose file has it."]
    assert "6 records on the lists now or before" in main(done)
    assert rows(done, "Erasures, the newest first")[0][1].startswith("One record")
    assert Erasure.objects.get().counts["children"] == 1
    assert [row[0] for row in rows(world.page("list", "adopters"), "Adopters")] == ["P2", "P3"]
