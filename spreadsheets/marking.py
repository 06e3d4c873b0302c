"""A copy of a spreadsheet in which every faulty cell is marked and has a note, so that the source can be mended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from spreadsheets.cells import NoValue, Row, Value
from spreadsheets.faults import CellFault

MARK = PatternFill("solid", start_color="FFFFDD00")
AUTHOR = "Check"
_NOT_IN_A_TITLE = re.compile(r"[\\/*?:\[\]]")

# The notes of one row by place, from 1.
_Notes = Mapping[int, str]


def marked_copy(rows: Iterable[Row], faults: Iterable[CellFault], target: BinaryIO) -> None:
    """Write an XLSX workbook of the rows (as `read_rows` gives them) with the faults in it to `target`.

    Each cell stands where it stood, its value as it was; text that begins like a formula stays text. A fault whose
    place is not known marks the first cell of its row, one without a row the first cell of its sheet.
    """
    notes = _notes_of(faults)
    book = Workbook(write_only=True)
    for name, found in groupby(rows, key=attrgetter("sheet")):
        _write_sheet(book, name, found, notes.pop(name, {}))
    for name, left in notes.items():
        _write_sheet(book, name, [], left)
    book.save(target)


def _notes_of(faults: Iterable[CellFault]) -> dict[str, dict[int, dict[int, str]]]:
    notes: dict[str, dict[int, dict[int, str]]] = {}
    for fault in faults:
        cells = notes.setdefault(fault.sheet, {}).setdefault(fault.row or 1, {})
        place = fault.place or 1
        cells[place] = "\n".join(filter(None, (cells.get(place), fault.message)))
    return notes


def _write_sheet(book: Workbook, name: str, rows: Iterable[Row], notes: Mapping[int, _Notes]) -> None:
    sheet = book.create_sheet(_NOT_IN_A_TITLE.sub(" ", name)[:31] or "Sheet")
    written = 0
    for number, cells in _with_noted(rows, notes):
        for _ in range(number - written - 1):
            sheet.append([])
        sheet.append(_cells_of(sheet, cells, notes.get(number, {})))
        written = number


def _with_noted(rows: Iterable[Row], notes: Iterable[int]) -> Iterator[tuple[int, tuple[Value, ...]]]:
    """The rows, and in their order those that have a note although nothing is written in them."""
    waiting = sorted(notes, reverse=True)
    for row in rows:
        while waiting and waiting[-1] < row.number:
            yield waiting.pop(), ()
        if waiting and waiting[-1] == row.number:
            waiting.pop()
        yield row.number, row.cells
    yield from ((number, ()) for number in reversed(waiting))


def _cells_of(sheet: Any, cells: tuple[Value, ...], notes: _Notes) -> list[Any]:
    made: list[Any] = [None if isinstance(value, NoValue) or value == "" else value for value in cells]
    made.extend([None] * (max(notes, default=0) - len(made)))
    for place, value in enumerate(made, start=1):
        note = notes.get(place)
        if note or (isinstance(value, str) and value.startswith("=")):
            made[place - 1] = _cell_of(sheet, value, note)
    return made


def _cell_of(sheet: Any, value: Value | None, note: str | None) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str) and value.startswith("="):
        cell.data_type = "s"
        cell.quotePrefix = True
    if note:
        cell.fill = MARK
        cell.comment = Comment(note, AUTHOR, height=100, width=300)
    return cell
