"""Where faults are said: with file, sheet, row, and the column as the file has it."""

from __future__ import annotations

from collections.abc import Callable

from cases.reading.cells import ColumnReader
from cases.reading.results import ERROR, CaseFault, Level
from cases.reading.section import Section


class Faulty:
    """Tells each fault on, and counts them."""

    def __init__(self, report: Callable[[CaseFault], object]) -> None:
        self._report = report
        self.errors = self.warnings = 0

    def of_file(self, file: str, kind: str, message: str, *, sheet: str = "", level: Level = ERROR) -> None:
        """A fault of a file or a sheet as a whole."""
        self._say(CaseFault(level, kind, file, sheet, None, None, None, "", message))

    def of_sheet(self, section: Section, level: Level, kind: str, column: str | None, message: str) -> None:
        """A fault of a sheet that is being read, such as a column that it lacks."""
        self._say(CaseFault(level, kind, section.sheet.file, section.sheet.name, None, column, None, "", message))

    def of_column(
        self, section: Section, level: Level, kind: str, row: int | None, place: int, value: str, message: str
    ) -> None:
        """A fault of one cell, or of a column where no row is given; `place` counts from 0."""
        heading = section.layout.found.heading(place) or section.layout.found.fields[place].label
        self.of_cell(section, level, kind, row, heading, place, value, message)

    def of_cell(
        self, section: Section, level: Level, kind: str, row: int | None, heading: str, place: int, value: str,
        message: str,
    ) -> None:  # fmt: skip
        """A fault of one cell of a column that may be none of the framework's."""
        sheet = section.sheet
        self._say(CaseFault(level, kind, sheet.file, sheet.name, row, heading, place + 1, value, message))

    def of_field(
        self, section: Section, level: Level, kind: str, row: int, key: str, label: str, value: str, message: str
    ) -> None:
        """A fault of a field in a row, at its column where the sheet has one."""
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
