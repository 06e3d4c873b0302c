"""Reading an uploaded spreadsheet: the encodings and delimiters that councils use, and malicious files."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spreadsheets.cells import clean
from spreadsheets.limits import Limits, Unreadable, too_far_out
from spreadsheets.reading import read_sheets
from spreadsheets.workbooks import DAMAGED
from tests.spreadsheets.sheets import SHEET, SHEET_PATH, csv_of, with_entry, xlsx_of

LIMITS = Limits(rows=5000, columns=200, list_name="a list of owners")
ROWS = (("Number", "Owner"), ("1", "Café “Lead”, Safeguarding"), ("2", "Ägypten; Wörth"))


def read(name: str, content: bytes):
    return read_sheets(
        name, content, LIMITS, count_headings=lambda row: sum(cell in {"Number", "Owner"} for cell in row)
    )


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read(name, content)
    return refused.value.message


def test_a_sheet_that_no_spreadsheet_program_would_name_so_is_cut() -> None:
    book = with_entry(xlsx_of(Owners=ROWS), "xl/workbook.xml", _workbook("x" * 400))
    assert [sheet.name for sheet in read("owners.xlsx", book)] == ["x" * 200]


def _workbook(title: str) -> bytes:
    """The part of a workbook that names its one sheet."""
    with zipfile.ZipFile(io.BytesIO(xlsx_of(Owners=ROWS))) as package:
        return package.read("xl/workbook.xml").replace(b'"Owners"', f'"{title}"'.encode())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_in_every_encoding_and_delimiter(encoding, delimiter) -> None:
    (sheet,) = read("owners.csv", csv_of(*ROWS, encoding=encoding, delimiter=delimiter))
    assert (sheet.name, sheet.rows) == ("", ROWS)


def test_csv_without_quotation_marks_is_parted_by_what_its_headings_say() -> None:
    content = b"Number;Owner\r\n1;Strategic Lead, Safeguarding\r\n2;Chair, Board, of Trust\r\n"
    assert read("a.csv", content)[0].rows[1:] == (
        ("1", "Strategic Lead, Safeguarding"),
        ("2", "Chair, Board, of Trust"),
    )


def test_csv_keeps_the_row_numbers_of_the_spreadsheet() -> None:
    content = b'sep=;\r\n\r\n"Number";"Owner"\r\n1;"Two\r\nlines"\r\n\r\n2;Lead\r\n\r\n\r\n'
    assert read("a.csv", content)[0].rows == (
        ("sep=",),
        (),
        ("Number", "Owner"),
        ("1", "Two\nlines"),
        (),
        ("2", "Lead"),
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("\u00a0 Lead\u200b ,\tSafeguarding ", "Lead , Safeguarding"),
        ("#N/A", ""),
        ("#REF!", ""),
        (None, ""),
        (7.0, "7"),
        (7.5, "7.5"),
        (True, "True"),
        (date(2011, 4, 18), "2011-04-18"),
        ("one\r\n two \r\n\r\nthree", "one\ntwo\nthree"),
        ("\x00a\x1b[31m", "a[31m"),
        ("F1\u202e00\u20661\u061c", "F1001"),
    ],
)
def test_cell_is_cleaned(value, text) -> None:
    assert clean(value) == text


def test_xlsx_is_read_sheet_by_sheet_with_numbers_as_people_see_them() -> None:
    content = xlsx_of(Documents=[["Number", "Owner"], [1, "Lead"], [], [2.0, None]], Notes=[["Nothing"]])
    sheets = read("owners.xlsx", content)
    assert [(sheet.name, sheet.rows) for sheet in sheets] == [
        ("Documents", (("Number", "Owner"), ("1", "Lead"), (), ("2",))),
        ("Notes", (("Nothing",),)),
    ]


def test_xlsx_hidden_sheet_is_not_read() -> None:
    content = xlsx_of(Shown=[["a"]], Hidden=[["b"]])
    book = b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    book += b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    book += b'<sheet name="Shown" sheetId="1" r:id="rId1"/><sheet name="H" state="hidden" sheetId="2" r:id="rId2"/>'
    book += b"</sheets></workbook>"
    assert [sheet.name for sheet in read("a.xlsx", with_entry(content, "xl/workbook.xml", book))] == ["Shown"]


PLAIN = xlsx_of(Sheet=[["Number", "Owner"], [1, "Lead"]])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "The file is empty."),
        ("a.csv", b"x" * (LIMITS.size + 1), "larger than 5 MB"),
        ("a.csv", PLAIN, "called .csv but is not a CSV file"),
        ("a.csv", b"%PDF-1.4 and so on", "called .csv but is not a CSV file"),
        ("a.csv", b"Number,Owner\n1,a\x00b\n", "is not text"),
        ("a.csv", b"\xff\xfe\x00", "is not text"),
        ("a.csv", b"Number,Owner\n1,\x81\n", "is not text"),
        ("a.csv", b'Number,Owner\n1,"Lead\n2,Chair\n', "a quotation mark is not closed"),
        ("a.csv", b"Number,Owner\n" + b"1,a\n" * (LIMITS.rows + 1), "more than 5000 rows"),
        ("a.csv", b"Number,Owner\n1," + b"a" * 2001, "A cell in row 2 is longer than 2000 characters."),
        ("a.csv", b"Number,Owner\n1," + b"a" * 200_000, "The file cannot be read"),
        ("a.csv", b"Number,Owner" + b",a" * 300, "Row 1 has more than 200 columns"),
        ("a.xlsx", b"Number,Owner\n", "called .xlsx but is not an Excel workbook"),
        ("a.xlsx", b"PK\x03\x04 and nonsense", "The workbook is damaged"),
        ("a.xlsx", PLAIN[:-40], "The workbook is damaged"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0 an older file", "protected by a password"),
        ("a.xlsx", with_entry(PLAIN, SHEET_PATH, b"<worksheet><sheetData>"), "The workbook is damaged"),
        (
            "a.xlsx",
            with_entry(PLAIN, SHEET_PATH, b"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet/>"),
            "The workbook is damaged",
        ),
        ("a.xlsx", with_entry(PLAIN, "xl/media/large.bin", b"0" * 60_000_000), "unpacks to more"),
        ("a.xls", b"\xd0\xcf\x11\xe0 an older file", "The workbook is damaged or protected by a password."),
        ("a.ods", b"PK\x03\x04", "The workbook is damaged or protected by a password."),
        ("owners", b"Number,Owner\n", "must be a CSV file"),
    ],
)
def test_file_is_refused_with_the_reason(name, content, said) -> None:
    assert said in refusal(name, content)


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row>',
        b'<row r="1048576"><c><v>1</v></c></row>',
        b'<row r="1"><c r="XFD1"><v>1</v></c></row>',
        b"<row r='900000'><c r='A900000'><f>1+1</f></c></row>",
    ],
)
def test_cell_far_out_does_not_fill_the_memory(cells) -> None:
    hostile = with_entry(PLAIN, SHEET_PATH, SHEET % (b'<row r="1"><c r="A1"><v>1</v></c></row>' + cells))
    tracemalloc.start()
    assert "beyond row 5000 or column 200" in refusal("a.xlsx", hostile)
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()


FAR = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="900000"><c r="ABC900000"><v>1</v></c></row>'
RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="%s"/>'
    b"</Relationships>"
)


@pytest.mark.parametrize("name", ["sheet2.dat", "sheet2.XML", "sheet2"])
def test_cell_far_out_is_found_whatever_its_sheet_is_called(name) -> None:
    hostile = with_entry(PLAIN, "xl/_rels/workbook.xml.rels", RELATIONS % f"worksheets/{name}".encode())
    assert "beyond row 5000 or column 200" in refusal(
        "a.xlsx", with_entry(hostile, f"xl/worksheets/{name}", SHEET % FAR)
    )


@pytest.mark.parametrize("reference", [b"A0000000900000", b"AAAAAAAAABC5", b"5", b"A", b"A0", "A٥".encode()])
def test_cell_in_an_impossible_place_is_refused(reference) -> None:
    cells = b'<row r="1"><c r="%s"><v>1</v></c></row>' % reference
    assert refusal("a.xlsx", with_entry(PLAIN, SHEET_PATH, SHEET % cells)) in {DAMAGED, too_far_out(LIMITS)}


def test_package_with_two_entries_of_one_name_is_refused() -> None:
    made = io.BytesIO(PLAIN)
    with zipfile.ZipFile(made, "a") as package:
        package.writestr(SHEET_PATH.upper(), SHEET % b"")
    assert "The workbook is damaged" in refusal("a.xlsx", made.getvalue())


def test_empty_styled_cells_far_out_do_no_harm() -> None:
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert read("a.xlsx", with_entry(PLAIN, SHEET_PATH, SHEET % cells))[0].rows == (("1",),)


@settings(max_examples=200)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx"]))
def test_any_bytes_are_read_or_refused(content, name) -> None:
    # Whatever else is raised fails the test.
    with suppress(Unreadable):
        read(name, content)


@settings(max_examples=200)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=8), min_size=2, max_size=4
        ),
        min_size=1,
        max_size=6,
    )
)
def test_csv_of_any_text_comes_back_as_it_was(rows) -> None:
    rows = [["Number", "Owner"], *rows]
    expected = [tuple(clean(cell) for cell in row) for row in rows]
    trimmed = [row[: max((n for n, cell in enumerate(row, 1) if cell), default=0)] for row in expected]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    assert list(read("a.csv", csv_of(*rows))[0].rows) == trimmed
