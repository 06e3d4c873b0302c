"""How the cells of each kind of spreadsheet are read: numbers, dates, errors and formulas as in the file."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from spreadsheets.cells import NO_VALUE, Row
from spreadsheets.limits import Limits, Unreadable
from spreadsheets.reading import read_rows, read_sheets
from tests.spreadsheets.sheets import SHEET, SHEET_PATH, csv_of, saved, with_entry, xlsx_of

LIMITS = Limits(rows=5000, columns=200, list_name="a list of owners")
# Made by LibreOffice, each with a blank row, a second sheet that begins at B2, a formula and a hidden sheet.
DATA = Path(__file__).parent / "data"


def rows(name: str, content: bytes) -> list[Row]:
    return list(read_rows(name, content, LIMITS))


@pytest.mark.parametrize("name", ["plain.xls", "plain.ods"])
def test_workbook_of_another_program_is_read_with_its_row_numbers(name) -> None:
    assert rows(name, (DATA / name).read_bytes()) == [
        Row("Documents", 1, ("Number", "Owner", "From")),
        Row("Documents", 2, (1, "Lead, Café", date(2009, 3, 31))),
        Row("Documents", 4, (2, "Chief Executive")),
        Row("Notes", 2, ("", "Nothing")),
    ]


@pytest.mark.parametrize("epoch", [CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904])
def test_dates_are_dates_in_both_epochs_of_excel(epoch) -> None:
    book = Workbook()
    book.epoch = epoch
    book.active.append([date(2009, 3, 31), datetime(2009, 3, 31, 12, 30), time(9, 15), timedelta(hours=30)])
    assert rows("a.xlsx", saved(book)) == [
        Row(
            "Sheet",
            1,
            (date(2009, 3, 31), datetime(2009, 3, 31, 12, 30), time(9, 15), timedelta(hours=30)),
            from_1904=epoch == CALENDAR_MAC_1904,
        )
    ]


def test_values_of_a_workbook_keep_their_type() -> None:
    content = xlsx_of(Sheet=[["0123", 123, 1.5, True, "", " two  words ", "#N/A of old", None]])
    assert rows("a.xlsx", content) == [Row("Sheet", 1, ("0123", 123.0, 1.5, True, "", "two words", "#N/A of old"))]


ERRORS = b'<row r="2"><c r="B2" t="e"><v>#N/A</v></c><c t="e" r="D2"><f>A1/0</f><v>#DIV/0!</v></c></row>'
PREFIXED = ERRORS.replace(b"<", b"<x:").replace(b"<x:/", b"</x:")
FORMULAS = (
    b'<row r="2"><c r="A2"><f>1+1</f></c><c r="B2"><f>1+1</f><v>2</v></c><c r="C2" t="str"><f>T("")</f><v></v></c>'
    b'<c r="D2"><f t="shared" si="0"/><v/></c></row>'
)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (ERRORS, ("", "#N/A", "", "#DIV/0!")),
        (FORMULAS, (NO_VALUE, 2.0, "", NO_VALUE)),
    ],
)
def test_errors_and_formulas_without_a_value_are_told_from_empty_cells(cells, expected) -> None:
    content = with_entry(xlsx_of(Sheet=[["x"]]), SHEET_PATH, SHEET % cells)
    assert rows("a.xlsx", content) == [Row("Sheet", 2, expected)]


def test_errors_are_found_where_elements_have_a_prefix() -> None:
    sheet = b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>%s</x:sheetData></x:worksheet>'
    content = with_entry(xlsx_of(Sheet=[["x"]]), SHEET_PATH, sheet % PREFIXED)
    assert rows("a.xlsx", content) == [Row("Sheet", 2, ("", "#N/A", "", "#DIV/0!"))]


def test_rows_as_text_refuse_a_formula_without_a_value() -> None:
    book = Workbook()
    book.active.append(["Number", "Owner"])
    book.active.append([1, '="Chief "&"Executive"'])
    with pytest.raises(Unreadable) as unreadable:
        read_sheets("a.xlsx", saved(book), LIMITS)
    assert unreadable.value.message == (
        "Sheet, cell B2 has a formula without a value. Open the workbook in Excel, save it and choose it again."
    )


def test_workbook_is_read_whatever_excel_file_it_is_called() -> None:
    assert rows("a.XLS", xlsx_of(Sheet=[["x"]])) == [Row("Sheet", 1, ("x",))]


def test_file_is_read_from_where_it_stands_and_left_open() -> None:
    file = io.BytesIO(b"skipped" + csv_of(("a", "b")))
    file.seek(7)
    assert list(read_rows("a.csv", file, LIMITS)) == [Row("", 1, ("a", "b"))]
    assert not file.closed


def test_rows_come_one_by_one() -> None:
    content = csv_of(*(("a", str(number)) for number in range(1, 101)), ("a", "x" * 2001))
    found = read_rows("a.csv", content, LIMITS)
    assert [next(found).cells for _ in range(100)][-1] == ("a", "100")
    with pytest.raises(Unreadable) as unreadable:
        next(found)
    assert unreadable.value.message == "A cell in row 101 is longer than 2000 characters."


def test_rows_of_a_workbook_that_nobody_reads_on_end_its_process() -> None:
    found = read_rows("a.xlsx", xlsx_of(Sheet=[[number] for number in range(1, 4001)]), LIMITS)
    assert next(found) == Row("Sheet", 1, (1.0,))
    # A process left behind would be a ResourceWarning, and a warning is an error here.
    found.close()


def test_limits_are_the_callers() -> None:
    few = Limits(rows=2, columns=2, list_name="two children", cell_length=9, size=60)
    for content, said in (
        (csv_of("a", "b", "c"), "The file has more than 2 rows, too many for two children."),
        (csv_of("abc"), "Row 1 has more than 2 columns, too many for two children."),
        (csv_of(("abcdefghij",)), "A cell in row 1 is longer than 9 characters."),
        (b"a" * 61, "The file is larger than 0 MB, too large for two children."),
    ):
        with pytest.raises(Unreadable) as unreadable:
            list(read_rows("a.csv", content, few))
        assert unreadable.value.message == said
