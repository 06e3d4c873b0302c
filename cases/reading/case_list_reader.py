"""Read case lists from files into records, faults and columns. Everything is streamed; the database is not used.

Source: briefing paper, Annex 4, and the domain rules of the case lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import date
from itertools import chain, groupby, islice
from operator import attrgetter

from cases.reading.cells import Days, shown
from cases.reading.episodes import EpisodeRows
from cases.reading.fault_reporter import FaultReporter
from cases.reading.headings import LOOKED_AT
from cases.reading.layout import LaidOut, RefusedSheet, SkippedSheet, UnknownSheet, to_be_mapped
from cases.reading.list_names import ListNames
from cases.reading.results import ERROR, WARNING, CaseFault, Column, Record, SourceFile, Unmapped
from cases.reading.rows import RowReader
from cases.reading.sheet_reader import SheetName, SheetReader
from cases.reading.sources import readers_for
from cases.recognisers import recognisers_of
from frameworks import CaseList, Framework
from spreadsheets.cells import Row
from spreadsheets.limits import MEGABYTE, Limits, Unreadable
from spreadsheets.reading import read_rows

#: How large a file may be. All children in need in England are some 400,000 rows.
LIMITS = Limits(
    rows=1_000_000,
    columns=400,
    list_name="case lists",
    cell_length=10_000,
    size=300 * MEGABYTE,
    unpacked=2_000 * MEGABYTE,
    cells=30_000_000,
    seconds=300,
    memory=4_096 * MEGABYTE,
)
NAMED_AT_MOST = 8


class CaseListReader:
    """Reads files as case lists of a framework.

    `on` is the as-at day and `today` the current day. `list_key` names the list of all rows (by key or another of its
    names), and `source` the kind of source if it should not be recognised; both raise ValueError if unknown. `headings`
    maps folded headings to the fields that a person chose ("" for none). `report` is called with each fault; without
    it, faults are kept for `take_faults`. With `allow_empty`, files may have no rows. After the last record, `columns`,
    `lists` (the number of children on each list in the files), `unmapped`, `rows` and `ended` are complete. No file
    raises an exception.
    """

    def __init__(
        self,
        files: Iterable[SourceFile],
        framework: Framework,
        *,
        on: date,
        today: date,
        list_key: str | None = None,
        source: str | None = None,
        headings: Mapping[str, str] | None = None,
        limits: Limits = LIMITS,
        report: Callable[[CaseFault], object] | None = None,
        allow_empty: bool = False,
    ) -> None:
        self._files = list(files)
        self._framework = framework
        self._days = Days(on, today)
        self._stated = list_meant(framework, list_key) if list_key else None
        self._limits = limits
        self._allow_empty = allow_empty
        self._taken: list[CaseFault] = []
        self._faults = FaultReporter(report or self._taken.append)
        self._readers = readers_for(source, framework, headings or {})
        self._recognisers = recognisers_of(framework)
        self._rows = RowReader(framework, self._days, self._recognisers, self._faults)
        self._folded = EpisodeRows()
        self._held: dict[str, None] = {}
        self.columns: list[Column] = []
        self.unmapped: list[Unmapped] = []

    @property
    def accepted(self) -> bool:
        """Whether there has been no error so far."""
        return not self._faults.errors

    @property
    def errors(self) -> int:
        """The number of errors so far."""
        return self._faults.errors

    @property
    def warnings(self) -> int:
        """The number of warnings so far."""
        return self._faults.warnings

    @property
    def rows(self) -> int:
        """The number of rows read so far, without headings and rows that have ended."""
        return sum(section.rows for section in self._rows.sections)

    @property
    def ended(self) -> int:
        """The number of rows that were skipped because they are not current on the as-at day."""
        return self._folded.ended

    @property
    def lists(self) -> dict[str, int]:
        """The lists in the files and the number of children on each, in the framework's order."""
        held = (each.key for each in self._framework.case_lists if each.key in self._held)
        return {key: self._rows.counts.get(key, 0) for key in held}

    def take_faults(self) -> list[CaseFault]:
        """The faults found since the last call, if there is no `report`."""
        taken, self._taken[:] = list(self._taken), []
        return taken

    def records(self) -> Iterator[Record]:
        """Each child on each list, row by row. Faults are reported on the way. Can be used once.

        A row without an identifier, or whose identifier is already on the list, gives no record. If there is an error,
        no record may be applied.
        """
        for file in self._files:
            yield from self._file(file)
        for section, row in self._folded.rows():
            yield from self._rows.read(section, row)
        yield from self._derive()
        for clash in self._rows.comparison.end():
            self._rows.say_clash(clash)
        for section in self._rows.sections:
            self._finish(section)
        if self.accepted and not self._allow_empty and not sum(self._rows.counts.values()):
            for name in {file.name: None for file in self._files}:
                self._faults.of_file(name, "no-row", "The file has no row that belongs on a case list.")

    # Files and sheets

    def _file(self, file: SourceFile) -> Iterator[Record]:
        read_before, unknown = len(self._rows.sections), list[UnknownSheet | RefusedSheet]()
        errors = self._faults.errors
        try:
            with closing(file.open()) as opened:
                rows = read_rows(file.name, opened, self._limits, count_headings=self._count_headings)
                with closing(rows):
                    for name, found in groupby(rows, key=attrgetter("sheet")):
                        yield from self._sheet(file.name, name, found, unknown)
        except Unreadable as unreadable:
            self._faults.of_file(file.name, "unreadable", unreadable.message)
            return
        except OSError:
            self._faults.of_file(file.name, "unreadable", "The file cannot be opened.")
            return
        is_nothing = len(self._rows.sections) == read_before and self._faults.errors == errors
        self._say_unknown(file.name, unknown, is_nothing=is_nothing)

    def _count_headings(self, cells: tuple[str, ...]) -> int:
        return max(reader.score(cells) for reader in self._readers)

    def _sheet(
        self, file: str, name: str, rows: Iterator[Row], unknown: list[UnknownSheet | RefusedSheet]
    ) -> Iterator[Record]:
        head = list(islice(rows, LOOKED_AT))
        laid_out = self._laid_out(file, name, head)
        match laid_out:
            case SkippedSheet():
                return
            case UnknownSheet() | RefusedSheet(may_pass=True):
                unknown.append(laid_out)
                return
            case RefusedSheet():
                self._refuse(file, laid_out, name)
                return
        days = Days(self._days.on, self._days.today, head[0].from_1904)
        sheet = SheetName(len(self._rows.sections), file, name)
        section = SheetReader(sheet, laid_out, self._framework, days, self._recognisers, head)
        self._rows.sections.append(section)
        self._held.update(dict.fromkeys(section.held))
        self._say_columns(section)
        below = (row for row in head if row.number > section.heading_row.number)
        for row in chain(below, rows):
            if row.cells == section.heading_row.cells:
                continue  # some systems repeat the headings on every page
            if section.layout.episodes is None:
                yield from self._rows.read(section, row)
            else:
                self._fold(section, row, days)

    def _refuse(self, file: str, refused: RefusedSheet, sheet: str) -> None:
        self._faults.of_file(file, refused.kind, refused.message, sheet=sheet)
        if refused.unmapped:
            self.unmapped.append(refused.unmapped)

    def _laid_out(self, file: str, name: str, head: list[Row]) -> LaidOut:
        for reader in self._readers:
            laid_out = reader.layout(file, name, head, self._stated)
            if laid_out is not None:
                return laid_out
        return UnknownSheet(name, ())

    def _fold(self, section: SheetReader, row: Row, days: Days) -> None:
        if (why := self._folded.tell(section, row, days)) is not None:
            place, message = why
            heading = section.layout.headings.heading(place)
            self._faults.of_cell(
                section, ERROR, "date-unreadable", row.number, heading, place, shown(row.cells[place]), message
            )

    def _say_columns(self, section: SheetReader) -> None:
        """Report columns that are missing, and columns that repeat another and are not read."""
        for place, field in section.layout.headings.twice.items():
            first = section.by_key.get(field.key)
            read = first.heading if first else section.layout.headings.heading(section.identifier_place)
            message = f"The column is not read: “{read}” already says it."
            heading = section.layout.headings.heading(place)
            self._faults.of_cell(section, WARNING, "column-not-read", None, heading, place, "", message)
        for field in section.lacking():
            message = f"The file has no column for “{field.label}”."
            self._faults.of_sheet(section, WARNING, "column-lacking", field.label, message)

    def _say_unknown(self, file: str, unknown: list[UnknownSheet | RefusedSheet], *, is_nothing: bool) -> None:
        """Report sheets that cannot be read: as an error if no sheet of the file can be, otherwise as a warning."""
        if is_nothing and not unknown:
            self._faults.of_file(file, "no-row", "The file has nothing in it that is part of a case list.")
        for each in unknown:
            if isinstance(each, RefusedSheet) and is_nothing:
                self._refuse(file, each, each.sheet)
                continue
            if isinstance(each, RefusedSheet):
                self._faults.of_file(file, each.kind, each.message, sheet=each.sheet, level=WARNING)
                continue
            named = ", ".join(f"“{heading}”" for heading in each.headings[:NAMED_AT_MOST])
            seen = f" It seems to have {named}." if named else ""
            message = f"The headings of a case list are not found.{seen}"
            level = ERROR if is_nothing else WARNING
            self._faults.of_file(file, "headings-unknown", message, sheet=each.sheet, level=level)

    # The end

    def _derive(self) -> Iterator[Record]:
        """Children who are on a list because a cell is empty, unless a file holds the list or the whole column is
        empty.
        """
        own = dict(self._held)
        for on, waiting in self._rows.undecided.waiting.items():
            for each in waiting:
                if on not in own and each.section.is_worker_filled:
                    self._held[on] = None
                    if self._rows.comparison.first_place(each.folded, frozenset([on])) is None:
                        yield from self._rows.derive(on, each)
                elif each.is_on_none:
                    self._rows.say_no_list(each)
        for section in self._rows.sections:
            undecided = section.derives
            if undecided and undecided not in own and section.is_worker_filled:
                self._held[undecided] = None

    def _finish(self, section: SheetReader) -> None:
        self.columns.extend(section.columns())
        if section.missing_columns and section.layout.headings.is_open:
            sheet, found = section.sheet, section.layout.headings
            self.unmapped.append(to_be_mapped(sheet.file, sheet.name, section.head, found, section.missing_columns))
        for reader in section.readers:
            if reader.blank:
                rows = "in one row" if reader.blank == 1 else f"in {reader.blank:,} rows, of which this is the first"
                message = f"{reader.field.label} is empty {rows}."
                self._faults.of_column(section, WARNING, "blank", reader.first_blank, reader.place, "", message)
        if section.named and section.named_row is not None:
            place = section.identifier_place
            count = "One identifier looks" if section.named == 1 else f"{section.named} identifiers look"
            self._faults.of_column(
                section, WARNING, "names", section.named_row.number, place, shown(section.named_row.cells[place]),
                f"{count} like a person’s name. Identifiers go to the inspectors, names do not.",
            )  # fmt: skip


def list_meant(framework: Framework, name: str) -> CaseList:
    """The list with this key, title, number or other name. Raises ValueError."""
    found = ListNames(framework).meant(name)
    if found is None:
        keys = ", ".join(each.key for each in framework.case_lists)
        raise ValueError(f"There is no case list “{name}”. There are: {keys}.")
    return found
