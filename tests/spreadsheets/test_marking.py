"""The copy of a spreadsheet in which the faulty cells are marked, opened again."""

from __future__ import annotations

import io
from datetime import date, datetime, time

from openpyxl import Workbook, load_workbook

from spreadsheets import marking
from spreadsheets.cells import NO_VALUE, Row
from spreadsheets.faults import CellFault
from spreadsheets.limits import Limits
from spreadsheets.marking import MARK, marked_copy
from spreadsheets.reading import read_rows
from tests.spreadsheets.sheets import csv_of, xlsx_of

LIMITS = Limits(rows=5000, columns=200, list_name="a list")


def copied(rows: list[Row], *faults: CellFault) -> Workbook:
    target = io.BytesIO()
    marked_copy(rows, faults, target)
    target.seek(0)
    return load_workbook(target)


def marks(book: Workbook) -> dict[str, str]:
    """Every cell that is marked or has a note, with the note."""
    return {
        f"{sheet.title}!{cell.coordinate}": cell.comment.text if cell.comment else ""
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment or cell.fill.start_color.rgb == MARK.start_color.rgb
    }


def test_faulty_cells_are_marked_where_they_stand_and_say_what_is_wrong() -> None:
    content = xlsx_of(Plan=[["Children"], [], ["ID", "Born"], ["A1", "31/02/2009"], ["A2", ""]], Care=[["ID"], ["A1"]])
    book = copied(
        list(read_rows("a.xlsx", content, LIMITS)),
        CellFault("Plan", 4, "Born", "31/02/2009", "There is no such day.", place=2),
        CellFault("Plan", 5, "Born", "", "Give the date of birth.", place=2),
        CellFault("Care", 2, "ID", "A1", "The date of birth differs from that on Plan.", place=1),
    )
    assert marks(book) == {
        "Plan!B4": "There is no such day.",
        "Plan!B5": "Give the date of birth.",
        "Care!A2": "The date of birth differs from that on Plan.",
    }
    assert [[cell.value for cell in row] for row in book["Plan"]["A1:B5"]] == [
        ["Children", None],
        [None, None],
        ["ID", "Born"],
        ["A1", "31/02/2009"],
        ["A2", None],
    ]


def test_two_faults_of_a_cell_are_one_note() -> None:
    book = copied(
        [Row("", 1, ("x",))], CellFault("", 1, "ID", "x", "One.", place=1), CellFault("", 1, "ID", "x", "Two.", place=1)
    )
    assert marks(book) == {"Sheet!A1": "One.\nTwo."}


def test_fault_without_a_place_marks_the_first_cell_of_its_row_or_sheet() -> None:
    book = copied(
        [Row("", 1, ("x", "y")), Row("", 9, ("x",))],
        CellFault("", 4, "ID", "", "Above the last row."),
        CellFault("", 12, "ID", "", "Below it.", place=3),
        CellFault("", None, "", "", "No row can be used."),
        CellFault("Gone", 2, "ID", "", "Of a sheet without rows."),
    )
    assert marks(book) == {
        "Sheet!A1": "No row can be used.",
        "Sheet!A4": "Above the last row.",
        "Sheet!C12": "Below it.",
        "Gone!A2": "Of a sheet without rows.",
    }
    assert [book["Sheet"][cell].value for cell in ("A1", "B1", "A9")] == ["x", "y", "x"]


def test_text_that_begins_like_a_formula_stays_text_marked_or_not() -> None:
    link = '=HYPERLINK("http://example.org")'
    content = csv_of(("ID", "Name"), (link, link))
    book = copied(list(read_rows("a.csv", content, LIMITS)), CellFault("", 2, "ID", link, "No formulas.", place=1))
    cells = book["Sheet"]["A2"], book["Sheet"]["B2"]
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in cells] == [(link, "s", True)] * 2


def test_values_keep_their_type_and_read_again_as_they_were() -> None:
    row = Row(
        "List", 3, ("0123", 1.5, True, date(2009, 3, 31), datetime(2009, 3, 31, 12, 30), time(9, 15), "#N/A", "é\nè")
    )
    target = io.BytesIO()
    marked_copy([row], [], target)
    assert list(read_rows("a.xlsx", target.getvalue(), LIMITS)) == [row]


def test_formula_without_a_value_is_an_empty_cell() -> None:
    book = copied([Row("", 1, (NO_VALUE, "x"))], CellFault("", 1, "ID", "", "No value.", place=1))
    assert (book["Sheet"]["A1"].value, marks(book)) == (None, {"Sheet!A1": "No value."})


def test_sheet_names_that_excel_cannot_hold_are_made_to_fit() -> None:
    book = copied(
        [Row("Children [in need]: 2009/10 and later", 1, ("x",)), Row("", 1, ("y",)), Row("Sheet", 1, ("z",))]
    )
    assert book.sheetnames == ["Children  in need   2009 10 and", "Sheet", "Sheet1"]


def test_copy_without_any_row_is_a_workbook_that_opens() -> None:
    assert copied([]).sheetnames == ["Sheet"]


def test_beyond_so_many_notes_their_words_stand_at_the_end_of_the_row(monkeypatch) -> None:
    monkeypatch.setattr(marking, "MOST_NOTES", 1)
    rows = [Row("", 1, ("a", "b", "c")), Row("", 2, ("x", "=y")), Row("", 3, ("z",))]
    faults = [CellFault("", number, "", "", f"Fault {number}", place=2) for number in (2, 3)]
    sheet = copied(rows, *faults).worksheets[0]
    assert sheet["B2"].comment.text == "Fault 2"
    assert [cell.value for cell in sheet[2]] == ["x", "=y", None, None]
    assert (sheet["B3"].comment, sheet["B3"].fill.start_color) == (None, MARK.start_color)
    assert [cell.value for cell in sheet[3]] == ["z", None, None, "Fault 3"]
