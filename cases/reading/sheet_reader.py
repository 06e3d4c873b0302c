"""A sheet that is being read: a reader for each column, and what is stored of its rows for each list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from cases.reading.cells import Cell, CellResult, ColumnReader, Days, cell_reader
from cases.reading.headings import text_of
from cases.reading.layout import Layout, flags_of, only_lists
from cases.reading.results import Column
from cases.reading.rules import YES, birth_fields, needed_fields
from cases.reading.ticks import base_key, ticks_of
from codesets import Recogniser
from frameworks import CaseField, Framework
from spreadsheets.cells import Row, Value

MONTH_FIRST_NOTE = "Some dates can only have the month first. All the others were read with the day first."


@dataclass(frozen=True, slots=True)
class SheetName:
    """A sheet by its number in the import (from 0), its file and its name."""

    index: int
    file: str
    name: str


class SheetReader:
    """A sheet with known headings, ready for its rows to be read."""

    def __init__(
        self,
        sheet: SheetName,
        layout: Layout,
        framework: Framework,
        days: Days,
        recognisers: Mapping[str, Recogniser],
        head: Sequence[Row] = (),
    ) -> None:
        self.sheet = sheet
        self.head = head
        #: Fields that every row needs and that have no column in this sheet.
        self.missing_columns: list[str] = []
        self.layout = layout
        self._framework = framework
        self.rows = 0
        self.constants = dict(layout.constants)
        self.heading_row = layout.headings.row
        fields = layout.headings.fields
        self.identifier_place = next(place for place, each in fields.items() if each.kind == "identifier")
        births = birth_fields(framework)
        self.readers = [
            ColumnReader(
                each, place, layout.headings.heading(place), self._cell(each, place, days, recognisers, births)
            )
            for place, each in sorted(fields.items())
            if place != self.identifier_place
        ]
        self.by_key = {reader.field.key: reader for reader in self.readers}
        self.plan = [(reader, reader.field.key, reader.memo) for reader in self.readers]
        places = [*(reader.place for reader in self.readers), self.identifier_place]
        #: `pick` gives the cells for `plan` and then the identifier, from a row of at least `width` cells.
        self.width = max(places) + 1
        self.pick = itemgetter(*places, self.identifier_place)  # with a single place it would not give a tuple
        self._set_lists(fields)
        self.worker = next((each for each in self.readers if each.field.blank_puts_on), None)
        roles = {reader.field.role: reader.field.key for reader in self.readers}
        self.expected, self.birth = roles.get("expected-birth", ""), roles.get("birth", "")
        self.worker_key = roles.get("worker", "")
        self.ticks = ticks_of(framework, fields.values())
        self.tick_readers = {each.field: self.by_key[each.stands_for[0][0]] for each in self.ticks}
        self.once: set[str] = set()
        self.named = 0
        self.named_row: Row | None = None
        self.identifiers: list[str] = []
        self.missing = self.bad_identifiers = 0

    def _cell(
        self,
        each: CaseField,
        place: int,
        days: Days,
        recognisers: Mapping[str, Recogniser],
        births: frozenset[str],
    ) -> Cell:
        made = cell_reader(each, days, recognisers.get(each.key), is_birth=each.key in births)
        return _counted(made) if place in self.layout.counts else made

    def _set_lists(self, fields: Mapping[int, CaseField]) -> None:
        self.fixed = frozenset(each.key for each in self.layout.lists)
        self.flags = [] if self.fixed else flags_of(fields)
        flagged = {on for _, on in self.flags}
        self.flag_bits = [(1 << bit, key) for bit, (key, _) in enumerate(self.flags)]
        self._lists_of_flags: dict[int, frozenset[str]] = {}
        # If no flag decides, a column that only one list has does. The care leaver flag does not decide, because
        # somebody who is not a care leaver may well be looked after.
        decided = {each.puts_on for each in fields.values() if each.puts_on and each.role != "care-leaver"}
        alone = [] if self.fixed else only_lists(self._framework, fields)
        self.alone = [(key, on) for key, on in alone if on not in decided]
        held = self.fixed or {*flagged, *(on for _, on in self.alone)}
        self.held = tuple(each.key for each in self._framework.case_lists if each.key in held)
        self.kept: dict[str, frozenset[str]] = {}
        self.asked: dict[str, frozenset[str]] = {}
        self.against = self._contradicted()
        for on in self._framework.case_lists:
            kept = (each.key for each in self._framework.fields_of(on.key) if each.kind != "identifier")
            self.kept[on.key] = frozenset(kept)
            needed = needed_fields(self._framework, [on.key])
            asked = (each for each in self._framework.case_fields if each.is_asked_of(on) and each.key not in needed)
            self.asked[on.key] = frozenset(each.key for each in asked if each.kind != "identifier")
        for reader in self.readers:
            reader.asked = frozenset(on for on, asked in self.asked.items() if reader.field.key in asked)

    def lists_of_flags(self, yes: int) -> frozenset[str]:
        """The lists of a row whose flags say yes. `yes` has a bit for each flag."""
        found = self._lists_of_flags.get(yes)
        if found is None:
            on = (on for (bit, _), (_, on) in zip(self.flag_bits, self.flags, strict=True) if yes & bit)
            found = self._lists_of_flags[yes] = frozenset(on)
        return found

    @cached_property
    def derives(self) -> str | None:
        """The list that an empty cell in this sheet can put a row on."""
        if self.worker is None or self.layout.is_stated or self.worker.field.blank_puts_on in self.fixed:
            return None
        return self.worker.field.blank_puts_on

    @property
    def is_worker_filled(self) -> bool:
        """Whether the column in which an empty cell means something has any values."""
        return self.worker is not None and self.worker.empty < self.rows

    def _contradicted(self) -> list[tuple[str, str]]:
        """Flags that could say no to the one list that all rows are on, if no other flag puts rows on it."""
        counted: dict[str, list[str]] = {}
        for each in self._framework.case_fields:
            if each.puts_on:
                counted.setdefault(each.puts_on, []).append(each.key)
        own = [(keys[0], on) for on, keys in counted.items() if len(keys) == 1 and on in self.fixed]
        return [(key, on) for key, on in own if key in self.by_key]

    def lacking(self) -> list[CaseField]:
        """The fields that are asked for on this sheet's lists and have no column."""
        asked = frozenset().union(*(self.asked[on] for on in self.held))
        there = {*self.by_key, *self.layout.constants}
        return [each for each in self._framework.case_fields if each.key in asked - there]

    def columns(self) -> Iterator[Column]:
        """What each column held, including columns that are not read."""
        fields, known = self.layout.headings.fields, {reader.place: reader for reader in self.readers}
        for place, cell in enumerate(self.heading_row.cells):
            heading = text_of(cell)
            if place == self.identifier_place:
                good = self.rows - self.missing - self.bad_identifiers
                yield self._column(heading, place, fields[place].key, good, self.missing, self.bad_identifiers)
            elif reader := known.get(place):
                good = self.rows - reader.empty - reader.bad
                yield self._column(heading, place, base_key(reader.field.key), good, reader.empty, reader.bad, reader)
            elif heading:
                yield self._column(heading, place, None, 0, 0, 0)

    def _column(
        self, heading: str, place: int, field: str | None, good: int, empty: int, bad: int,
        reader: ColumnReader | None = None,
    ) -> Column:  # fmt: skip
        return Column(
            file=self.sheet.file,
            sheet=self.sheet.name,
            heading=heading,
            place=place + 1,
            field=field,
            good=good,
            empty=empty,
            bad=bad,
            samples=tuple(reader.samples if reader else self.identifiers if field else ()),
            bad_samples=tuple(reader.bad_samples) if reader else (),
            note=MONTH_FIRST_NOTE if reader and reader.month_first else "",
        )


def _counted(read: Cell) -> Cell:
    """Read a number as yes, or as no if it is zero, and anything else as usual."""

    def counted(cell: Value) -> CellResult:
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else cell
        if isinstance(text, str) and text.isascii() and text.isdigit():
            return YES if int(text) else "no"
        return read(cell)

    return counted
