"""Write the workbook: a contents sheet, a sheet for each list, and the analysis as tables and charts.

Rows are streamed to files in the caller's folder. So memory use stays flat, and no child-level data is written to the
shared temporary folder.
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
#: Headings wrap at this width.
WIDEST = 30
#: The longest name that Excel allows for a sheet.
LONGEST_NAME = 31
NOT_IN_A_TITLE = re.compile(r"[\\/*?:\[\]]")
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: openpyxl treats text that starts like this as a formula or an error.
_TAKEN_FOR_MORE = ("=", "#")
#: The height of a chart in rows of the sheet.
CHART_ROWS = 16
ABOUT, ANALYSIS = "About these lists", "Analysis"


def sheet_name(case_list: CaseList) -> str:
    """The name of a list's sheet: the first of its names that Excel has room for. Imports recognise it."""
    names = (case_list.short, *case_list.names, case_list.key)
    return next((name for name in names if len(name) <= LONGEST_NAME), case_list.key[:LONGEST_NAME])


class ExportWorkbook:
    """A workbook being written. The caller deletes the folder `scratch`."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._book = Workbook(write_only=True)
        # Created first, so that the sheets stand in this order.
        self._about = self._book.create_sheet(ABOUT)
        self._opened = 0
        self._analysis: list[tuple[str, str, Tables]] = []

    def __enter__(self) -> ExportWorkbook:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the files of sheets that were started and not saved."""
        for sheet in self._book.worksheets:
            if not sheet.closed:
                with suppress(Exception):  # a sheet that an error interrupted may not close cleanly
                    sheet.close()

    def add_list(self, title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
        """Write one list to a sheet of its own."""
        sheet = self._book.create_sheet(NOT_IN_A_TITLE.sub(" ", title))
        sheet.freeze_panes = "A2"
        for place, heading in enumerate(headings, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = min(max(len(heading) + 2, 14), WIDEST)
        self._open(sheet)
        sheet.append([_bold(sheet, heading) for heading in headings])
        # One reused cell for each date column: each row is written before the next.
        days = [_day_cell(sheet) for _ in headings]
        for row in rows:
            sheet.append([_cell(sheet, day, value) for day, value in zip(days, row, strict=True)])

    def add_analysis(self, case_list: CaseList, tables: Tables) -> None:
        """Keep a list's breakdowns, which are written after all lists."""
        self._analysis.append((case_list.short, case_list.rows_are.several.capitalize(), tables))

    def save(self, target: Path, about: Sequence[Sequence[str | int]]) -> None:
        """Write the first sheet from the rows `about`, then the analysis, then the whole workbook."""
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
        sheet.append([_bold(sheet, "Numbers in each group")])
        sheet.append([])
        row = 3
        for title, counted, tables in self._analysis:
            for name, groups in tables:
                row = self._write_table(sheet, row, f"{title}: {name}", counted, groups)

    def _write_table(self, sheet: Any, row: int, title: str, counted: str, groups: Sequence[tuple[str, int]]) -> int:
        """Write one table, with its chart beside it, of what is `counted`, such as "Children".

        Returns the row on which the next one starts.
        """
        total = sum(number for _, number in groups) or 1
        sheet.append([_bold(sheet, title)])
        sheet.append([_bold(sheet, "Group"), _bold(sheet, counted), _bold(sheet, "Per cent")])
        for label, number in groups:
            sheet.append([_plain(sheet, label), number, round(100 * number / total, 1)])
        sheet.add_chart(_chart(sheet, title, row + 2, len(groups)), f"E{row}")
        height = max(len(groups) + 3, CHART_ROWS + 1)
        for _ in range(height - len(groups) - 2):
            sheet.append([])
        return row + height

    def _open(self, sheet: Any) -> None:
        """Make the sheet stream its rows to the scratch folder. By default openpyxl uses the shared one."""
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
    # Puts the first group on top. openpyxl hides axes unless told otherwise.
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
    """What openpyxl is given for a value. `day` is the cell that is reused for dates."""
    if not isinstance(value, date):
        return _plain(sheet, value)
    day.value = value
    return day


def _plain(sheet: Any, value: str | int | None) -> Any:
    """Text that stays text, whatever it starts with."""
    if not isinstance(value, str):
        return value
    text = NOT_IN_XML.sub("", value)
    if not text.startswith(_TAKEN_FOR_MORE):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    # So Excel still treats it as text after somebody edits the cell.
    cell.quotePrefix = True
    return cell


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = BOLD
    return cell
