"""The workbook: what is in it, a sheet for each list, and the analysis as tables and charts.

Rows go to files in a folder of the caller's as they come, so that memory stays flat and nothing of a child is ever in a
folder for everybody's temporary files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import ALL_TEMP_FILES, WorksheetWriter

from cases.exports.tables import Tables, Value
from frameworks import CaseList

DAY = "DD/MM/YYYY"
BOLD = Font(bold=True)
#: A heading is folded over several lines within this width.
WIDEST = 30
#: Excel has no longer names for a sheet.
LONGEST_NAME = 31
NOT_IN_A_TITLE = re.compile(r"[\\/*?:\[\]]")
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: openpyxl takes text for a formula or an error by how it begins.
_TAKEN_FOR_MORE = ("=", "#")
#: So many rows of the sheet are as high as a chart.
CHART_ROWS = 16
ABOUT, ANALYSIS = "About these lists", "Analysis"


def sheet_name(case_list: CaseList) -> str:
    """What the sheet of a list is called: its first name that has room there, by which it is known when it is read."""
    names = (case_list.short, *case_list.names, case_list.key)
    return next((name for name in names if len(name) <= LONGEST_NAME), case_list.key[:LONGEST_NAME])


class Book:
    """A workbook that is being written; `scratch` is a folder that the caller takes away."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._book = Workbook(write_only=True)
        # In the order in which they stand, whenever their rows come.
        self._about = self._book.create_sheet(ABOUT)
        self._opened = 0
        self._analysis: list[tuple[str, Tables]] = []

    def __enter__(self) -> Book:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End what was begun and not saved, so that its files are closed."""
        for sheet in self._book.worksheets:
            if not sheet.closed:
                with suppress(Exception):  # what the error has left half done cannot be ended well
                    sheet.close()

    def add_list(self, title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
        """Write one list, a sheet of its own."""
        sheet = self._book.create_sheet(NOT_IN_A_TITLE.sub(" ", title))
        sheet.freeze_panes = "A2"
        for place, heading in enumerate(headings, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = min(max(len(heading) + 2, 14), WIDEST)
        self._open(sheet)
        sheet.append([_bold(sheet, heading) for heading in headings])
        # One cell a column for its dates: a row is written before the next one comes.
        days = [_day_cell(sheet) for _ in headings]
        for row in rows:
            sheet.append([_cell(sheet, day, value) for day, value in zip(days, row, strict=True)])

    def add_analysis(self, title: str, tables: Tables) -> None:
        """Keep what a list is made up of, to be written once all lists are."""
        self._analysis.append((title, tables))

    def save(self, target: Path, about: Sequence[Sequence[str | int]]) -> None:
        """Write `about`, the rows of the first sheet, and the analysis, and then the whole workbook."""
        self._about.column_dimensions["A"].width = 60
        self._about.column_dimensions["B"].width = 30
        self._open(self._about)
        for row in about:
            self._about.append([_plain(self._about, value) for value in row])
        self._write_analysis()
        self._book.save(target)

    def _write_analysis(self) -> None:
        sheet = self._book.create_sheet(ANALYSIS)
        sheet.column_dimensions["A"].width = 44
        self._open(sheet)
        sheet.append([_bold(sheet, "Children in each group")])
        sheet.append([])
        row = 3
        for title, tables in self._analysis:
            for name, groups in tables:
                row = self._write_table(sheet, row, f"{title}: {name}", groups)

    def _write_table(self, sheet: Any, row: int, title: str, groups: Sequence[tuple[str, int]]) -> int:
        """Write one table with its chart beside it; the row on which the next one begins."""
        total = sum(number for _, number in groups) or 1
        sheet.append([_bold(sheet, title)])
        sheet.append([_bold(sheet, "Group"), _bold(sheet, "Children"), _bold(sheet, "Per cent")])
        for label, number in groups:
            sheet.append([_plain(sheet, label), number, round(100 * number / total, 1)])
        sheet.add_chart(_chart(sheet, title, row + 2, len(groups)), f"E{row}")
        height = max(len(groups) + 3, CHART_ROWS + 1)
        for _ in range(height - len(groups) - 2):
            sheet.append([])
        return row + height

    def _open(self, sheet: Any) -> None:
        """Have the sheet's rows written to the scratch folder: openpyxl would take a folder for everybody's files."""
        self._opened += 1
        path = str(self._scratch / f"{self._opened}.xml")
        ALL_TEMP_FILES.append(path)
        sheet._writer = WorksheetWriter(sheet, out=path)
        sheet._writer.write_top()


def _chart(sheet: Any, title: str, first: int, groups: int) -> BarChart:
    chart = BarChart()
    chart.type = "bar"
    chart.style = 10
    chart.title = title
    chart.legend = None
    chart.width, chart.height = 16, 7.5
    chart.add_data(Reference(sheet, min_col=2, min_row=first, max_row=first + groups - 1))
    chart.set_categories(Reference(sheet, min_col=1, min_row=first, max_row=first + groups - 1))
    # The first group stands on top; openpyxl hides axes unless it is told not to.
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorUnit = None
    chart.y_axis.number_format = "0"
    return chart


def _day_cell(sheet: Any) -> Any:
    cell = WriteOnlyCell(sheet)
    cell.number_format = DAY
    return cell


def _cell(sheet: Any, day: Any, value: Value) -> Any:
    """What the sheet is given for a value; `day` is the cell that is filled with a date."""
    if not isinstance(value, date):
        return _plain(sheet, value)
    day.value = value
    return day


def _plain(sheet: Any, value: str | int | None) -> Any:
    """Text as text, however it begins."""
    if not isinstance(value, str):
        return value
    text = NOT_IN_XML.sub("", value)
    if not text.startswith(_TAKEN_FOR_MORE):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    # Excel then shows it as text even after somebody has edited the cell.
    cell.quotePrefix = True
    return cell


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = BOLD
    return cell
