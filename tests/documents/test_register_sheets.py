"""The register as spreadsheets: no cell is a formula, dates are dates, and few people see names of children's files."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Role
from tests.factories.documents import make_version
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_person, make_post

pytestmark = pytest.mark.django_db
STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FORMULA = "cmd|' /C calc'!A0"
AS_AT, UPLOADED = date(2011, 3, 14), at("2011-04-01 15:30")


@pytest.fixture
def inspection():
    """Six files whose names, owners and uploaders begin as formulas do, and one that names children."""
    inspection = make_inspection(make_council("Fictionshire"))
    for number, start in enumerate(STARTERS):
        evil = make_person(inspection.council, Role.OWNER, name=f"{start}{FORMULA} {number}")
        post = make_post(inspection.council, f"{start}{FORMULA} post {number}", holder=evil)
        make_ownership(inspection, f"document:{number + 1}", post)
        make_version(inspection, as_at=AS_AT, by=evil, now=UPLOADED, label=f"{start}{FORMULA} {number}.pdf")
    make_version(inspection, as_at=AS_AT, now=UPLOADED, label="About Zebedee.pdf", names_children=True)
    return inspection


def export(inspection, role: Role, fmt: str) -> bytes:
    person = make_person(inspection.council, role)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(reverse("documents:export", args=[inspection.slug, fmt]))
    assert response.status_code == 200
    return response.content


def test_no_cell_of_the_workbook_is_a_formula_and_dates_are_dates(inspection):
    book = load_workbook(io.BytesIO(export(inspection, Role.COORDINATOR, "xlsx")))
    assert book.sheetnames == ["Documents", "Files"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    # Each as a post, its holder, a file and who added it; and once as who changed the document last.
    assert sum(FORMULA in text for text in texts) == len(STARTERS) * 4 + 1
    assert [text for text in texts if text.startswith(STARTERS)] == []
    heads, first = list(book["Files"].iter_rows(max_row=2))
    row = {head.value: cell for head, cell in zip(heads, first, strict=True)}
    assert (row["As at"].value, row["As at"].is_date) == (datetime(2011, 3, 14), True)
    assert (row["Uploaded"].value, row["Uploaded"].is_date) == (datetime(2011, 4, 1, 15, 30), True)
    assert [type(row[name].value) for name in ("Document", "Version", "Size in bytes")] == [int, int, int]
    assert book["Files"].max_row == 1 + len(STARTERS) + 1


def test_no_cell_of_the_csv_is_a_formula(inspection):
    rows = list(csv.reader(io.StringIO(export(inspection, Role.MEMBER, "csv").decode("utf-8-sig"), newline="")))
    cells = [cell for row in rows for cell in row]
    assert len(rows) == 1 + len(inspection.framework.documents)
    assert [cell for cell in cells if cell.startswith(STARTERS)] == []
    assert sum(FORMULA in cell for cell in cells) > len(STARTERS)


@pytest.mark.parametrize("role, is_named", [(Role.COORDINATOR, True), (Role.MEMBER, False), (Role.DCS_OFFICE, False)])
def test_a_file_that_names_children_is_named_to_those_who_may_open_it(inspection, role, is_named):
    body = export(inspection, role, "xlsx")
    rows = [row for row in load_workbook(io.BytesIO(body))["Files"].iter_rows(values_only=True) if row[3] == "Yes"]
    assert [(row[2], bool(row[9])) for row in rows] == (
        [("About Zebedee.pdf", True)] if is_named else [("A file that names children", False)]
    )


def test_sheet_of_files_says_what_each_covers(inspection):
    make_version(inspection, "6", "performance", covers=["safeguarding", "looked-after"])
    book = load_workbook(io.BytesIO(export(inspection, Role.COORDINATOR, "xlsx")))
    rows = list(book["Files"].iter_rows(values_only=True))
    found = {row[rows[0].index("Part")]: row[rows[0].index("Covers")] for row in rows[1:]}
    assert found["Performance information"] == "safeguarding and looked after children"
    assert found["Minutes of the last six meetings, each dated"] is None
