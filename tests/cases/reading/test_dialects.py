"""The same rows in every dialect of every kind of file come out the same."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from tests.cases.reading.files import HEADINGS, ROWS, read, read_rows, table

EXPECTED = [(each.list, each.identifier, each.values) for each in read_rows(ROWS).records]
DAYS = {
    "12/01/2008": date(2008, 1, 12), "04/03/2000": date(2000, 3, 4), "2008-02-13": date(2008, 2, 13),
    "29/02/2004": date(2004, 2, 29), "1 May 1999": date(1999, 5, 1), "13/05/2008": date(2008, 5, 13),
}  # fmt: skip
TITLES = ["Oxfordshire County Council", "Case lists as at 30/11/2009", "Confidential – for the lead inspector’s eyes"]
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)


def ods_of(rows: Sequence[Sequence[str]]) -> bytes:
    """The rows as an OpenDocument spreadsheet."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            if cell
            else "<table:table-cell/>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    names = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    names += 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    names += 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    body = f'<office:body><office:spreadsheet><table:table table:name="Cases">{cells}</table:table>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        content = (
            f"<office:document-content {names}>{body}</office:spreadsheet></office:body></office:document-content>"
        )
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", MANIFEST)
    return made.getvalue()


def csv_with(rows: Sequence[Sequence[str]], delimiter: str, encoding: str, quotes: str, ends: str) -> bytes:
    """The rows as a CSV file that quotes every cell, or those alone that need it."""

    def quoted(cell: str) -> str:
        if quotes == "all" or any(each in cell for each in (delimiter, '"', "\n")):
            return '"' + cell.replace('"', '""') + '"'
        return cell

    return ends.join(delimiter.join(map(quoted, row)) for row in rows).encode(encoding)


def xlsx_with(rows: Sequence[Sequence[str]], *, typed: bool, from_1904: bool, is_serial: bool) -> bytes:
    """The rows as a workbook; `typed` makes cells of dates, numbers and truth values of what is one."""
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
    first = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)

    def cell(text: str) -> Any:
        if not typed or not text:
            return text or None
        if text in DAYS:
            return (DAYS[text] - first).days if is_serial else datetime.combine(DAYS[text], datetime.min.time())
        if text in ("TRUE", "FALSE"):
            return text == "TRUE"
        return int(text) if text.isdigit() else text

    for row in rows:
        book.active.append([cell(each) for each in row])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@st.composite
def shaped(draw: Any) -> list[list[str]]:
    """The good rows with their columns in any order, other columns between, titles above, empty rows anywhere."""
    headings = draw(st.permutations(HEADINGS))
    rows = table(ROWS, headings)
    if draw(st.booleans()):
        place = draw(st.integers(0, len(headings)))
        rows = [[*row[:place], each, *row[place:]] for row, each in zip(rows, ["Team", *"ABCDE"], strict=True)]
    if draw(st.booleans()):
        rows[0] = [draw(st.sampled_from([each, each.upper(), f" {each} ", each.replace(" ", "_")])) for each in rows[0]]
    rows = [
        [f"{cell}{draw(st.sampled_from(['', '', ' ', chr(160)]))}" if cell else cell for cell in row] for row in rows
    ]
    titles = [[title] for title in draw(st.lists(st.sampled_from(TITLES), max_size=3))]
    for _ in range(draw(st.integers(0, 3))):
        rows.insert(draw(st.integers(1, len(rows))), [""] * len(rows[0]))
    return [*titles, *rows, *([[""] * len(rows[0])] * draw(st.integers(0, 3)))]


def same(found: Any) -> None:
    assert found.errors() == []
    got = [(each.list, each.identifier, each.values) for each in found.records]
    assert sorted(got, key=str) == sorted(EXPECTED, key=str)


@given(
    shaped(),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    st.sampled_from(["all", "needed"]),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=60, deadline=None)
def test_csv_of_any_dialect(rows, delimiter, encoding, quotes, ends) -> None:
    same(read(("cases.csv", csv_with(rows, delimiter, encoding, quotes, ends))))


@given(shaped(), st.booleans(), st.booleans(), st.booleans())
@settings(max_examples=8, deadline=None)
def test_workbooks_with_typed_cells_in_both_epochs(rows, typed, from_1904, is_serial) -> None:
    tidied = [[cell.strip() for cell in row] for row in rows] if typed else rows
    same(read(("cases.xlsx", xlsx_with(tidied, typed=typed, from_1904=from_1904, is_serial=is_serial))))


@given(shaped())
@settings(max_examples=5, deadline=None)
def test_open_document(rows) -> None:
    same(read(("cases.ods", ods_of(rows))))


@given(st.permutations(range(len(ROWS))), st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_several_files_in_any_order(order, cut) -> None:
    rows = [ROWS[place] for place in order]
    parts = [part for part in (rows[:cut], rows[cut:]) if part]
    files = [(f"part-{n}.csv", csv_with(table(part), ",", "utf-8", "needed", "\n")) for n, part in enumerate(parts)]
    same(read(*files))
