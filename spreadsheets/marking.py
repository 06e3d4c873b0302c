"""A copy of a spreadsheet in which every faulty cell is marked and has a note, so that the source can be corrected."""

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
#: Each note is a drawing of its own: a spreadsheet program opens a hundred thousand of them slowly or not at all.
MOST_NOTES = 10_000
_NOT_IN_A_TITLE = re.compile(r"[\\/*?:\[\]]")

# The notes of one row by place, from 1.
_Notes = Mapping[int, str]


def marked_copy(rows: Iterable[Row], faults: Iterable[CellFault], target: BinaryIO) -> None:
    """Write an XLSX workbook of the rows (from `read_rows`) with their faults to `target`.

    Each cell keeps its place and its value; text that begins like a formula stays text. A fault whose place is not
    known marks the first cell of its row, one without a row the first cell of its sheet. Beyond `MOST_NOTES`, cells are
    still marked, and the text of their notes is put at the end of their row.
    """
    notes = _notes_of(faults)
    copy = _Copy()
    for name, found in groupby(rows, key=attrgetter("sheet")):
        copy.write_sheet(name, found, notes.pop(name, {}))
    for name, left in notes.items():
        copy.write_sheet(name, [], left)
    copy.book.save(target)


def _notes_of(faults: Iterable[CellFault]) -> dict[str, dict[int, dict[int, str]]]:
    notes: dict[str, dict[int, dict[int, str]]] = {}
    for fault in faults:
        cells = notes.setdefault(fault.sheet, {}).setdefault(fault.row or 1, {})
        place = fault.place or 1
        cells[place] = "\n".join(filter(None, (cells.get(place), fault.message)))
    return notes


class _Copy:
    """The workbook that is being written, and how many notes it may still have."""

    def __init__(self) -> None:
        self.book = Workbook(write_only=True)
        self._left = MOST_NOTES

    def write_sheet(self, name: str, rows: Iterable[Row], notes: Mapping[int, _Notes]) -> None:
        sheet = self.book.create_sheet(_NOT_IN_A_TITLE.sub(" ", name)[:31] or "Sheet")
        written = widest = 0
        for number, cells in _with_noted(rows, notes):
            for _ in range(number - written - 1):
                sheet.append([])
            widest = max(widest, len(cells))
            sheet.append(self._cells_of(sheet, cells, notes.get(number, {}), widest))
            written = number

    def _cells_of(self, sheet: Any, cells: tuple[Value, ...], notes: _Notes, widest: int) -> list[Any]:
        made: list[Any] = [None if isinstance(value, NoValue) or value == "" else value for value in cells]
        made.extend([None] * (max(notes, default=0) - len(made)))
        beside = []
        for place, value in enumerate(made, start=1):
            note = notes.get(place)
            if note or (isinstance(value, str) and value.startswith("=")):
                made[place - 1] = cell = _cell_of(sheet, value)
                if note and self._may_note():
                    cell.comment = Comment(note, AUTHOR, height=100, width=300)
                elif note:
                    beside.append(note)
                if note:
                    cell.fill = MARK
        if beside:
            made.extend([None] * (widest - len(made)))
            made.append("\n".join(beside))
        return made

    def _may_note(self) -> bool:
        self._left -= 1
        return self._left >= 0


def _with_noted(rows: Iterable[Row], notes: Iterable[int]) -> Iterator[tuple[int, tuple[Value, ...]]]:
    """The rows and, in order among them, empty rows that have a note."""
    waiting = sorted(notes, reverse=True)
    for row in rows:
        while waiting and waiting[-1] < row.number:
            yield waiting.pop(), ()
        if waiting and waiting[-1] == row.number:
            waiting.pop()
        yield row.number, row.cells
    yield from ((number, ()) for number in reversed(waiting))


def _cell_of(sheet: Any, value: Value | None) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str) and value.startswith("="):
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell
