"""Reports faults with their file, sheet, row and column."""

from __future__ import annotations

from collections.abc import Callable

from cases.reading.cells import ColumnReader
from cases.reading.results import ERROR, CaseFault, Level
from cases.reading.sheet_reader import SheetReader


class FaultReporter:
    """Passes faults on and counts them."""

    def __init__(self, report: Callable[[CaseFault], object]) -> None:
        self._report = report
        self.errors = self.warnings = 0

    def of_file(self, file: str, kind: str, message: str, *, sheet: str = "", level: Level = ERROR) -> None:
        """Report a fault of a whole file or sheet."""
        self._say(CaseFault(level, kind, file, sheet, None, None, None, "", message))

    def of_sheet(self, section: SheetReader, level: Level, kind: str, column: str | None, message: str) -> None:
        """Report a fault of a sheet that is being read, such as a missing column."""
        self._say(CaseFault(level, kind, section.sheet.file, section.sheet.name, None, column, None, "", message))

    def of_column(
        self, section: SheetReader, level: Level, kind: str, row: int | None, place: int, value: str, message: str
    ) -> None:
        """Report a fault of one cell, or of a column if there is no row. `place` counts from 0."""
        heading = section.layout.headings.heading(place) or section.layout.headings.fields[place].label
        self.of_cell(section, level, kind, row, heading, place, value, message)

    def of_cell(
        self, section: SheetReader, level: Level, kind: str, row: int | None, heading: str, place: int, value: str,
        message: str,
    ) -> None:  # fmt: skip
        """Report a fault of one cell, in any column."""
        sheet = section.sheet
        self._say(CaseFault(level, kind, sheet.file, sheet.name, row, heading, place + 1, value, message))

    def of_field(
        self, section: SheetReader, level: Level, kind: str, row: int, key: str, label: str, value: str, message: str
    ) -> None:
        """Report a fault of a field in a row, at its column if the sheet has one."""
        reader: ColumnReader | None = section.by_key.get(key)
        if reader is not None:
            self.of_column(section, level, kind, row, reader.place, value, message)
        else:
            sheet = section.sheet
            self._say(CaseFault(level, kind, sheet.file, sheet.name, row, label, None, value, message))

    def _say(self, fault: CaseFault) -> None:
        if fault.level == ERROR:
            self.errors += 1
        else:
            self.warnings += 1
        self._report(fault)
