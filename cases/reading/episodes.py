"""Sources with several rows for a child. Only the row that is current on the as-at day is used.

Rows that have ended are counted and otherwise ignored; they are not faults (domain rules of the case lists, 8).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cases.reading.cells import Days, identifier_of
from cases.reading.dates import NoDate, read_date
from cases.reading.results import fold_identifier
from cases.reading.sheet_reader import SheetReader
from spreadsheets.cells import Row, Value

#: Sorts before any date.
_ALWAYS = ""


class _Held(NamedTuple):
    rank: int
    start: str
    section: SheetReader
    rows: tuple[Row, ...]


class EpisodeRows:
    """The current rows so far, by list and child. Every row of such a source is passed to it."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], _Held] = {}
        self._others: list[tuple[SheetReader, Row]] = []
        self.ended = 0

    def tell(self, section: SheetReader, row: Row, days: Days) -> tuple[int, str] | None:
        """Keep the row if it is current. Returns the column and the reason if a date cannot be read."""
        columns = section.layout.episodes
        assert columns is not None
        on = days.on.isoformat()
        start, end = _day(row, columns.start, days), _day(row, columns.end, days)
        for place, day in ((columns.start, start), (columns.end, end)):
            if isinstance(day, NoDate) and place is not None:
                return place, day.message
        assert isinstance(start, str)
        assert isinstance(end, str)
        if (end and end <= on) or start > on:
            self.ended += 1
            return None
        identifier = identifier_of(row.cells[section.identifier_place]) if _has(row, section.identifier_place) else ""
        if not isinstance(identifier, str) or not identifier:
            self._others.append((section, row))
            return None
        key = (",".join(sorted(section.fixed)), fold_identifier(identifier))
        self._hold(key, _Held(columns.rank, start, section, (row,)))
        return None

    def _hold(self, key: tuple[str, str], new: _Held) -> None:
        held = self._held.get(key)
        if held is None:
            self._held[key] = new
        elif held.section is new.section and held.start == new.start:
            # Two current rows: nobody knows which is right, so the second one is a fault.
            self._held[key] = held._replace(rows=(*held.rows, *new.rows))
        else:
            is_later = (-new.rank, new.start) > (-held.rank, held.start)
            self.ended += len(held.rows if is_later else new.rows)
            self._held[key] = new if is_later else held

    def rows(self) -> Iterator[tuple[SheetReader, Row]]:
        """The current row of every child, in the order of the files."""
        held = [(each.section, row) for each in self._held.values() for row in each.rows]
        yield from sorted([*held, *self._others], key=lambda each: (each[0].sheet.index, each[1].number))


def _has(row: Row, place: int) -> bool:
    return place < len(row.cells)


def _day(row: Row, place: int | None, days: Days) -> str | NoDate:
    """The date in a column as ISO text, "" if there is none."""
    cell: Value = row.cells[place] if place is not None and _has(row, place) else ""
    if cell == "" or (isinstance(cell, str) and identifier_of(cell) == ""):
        return _ALWAYS
    day = read_date(cell, from_1904=days.from_1904)
    return day if isinstance(day, NoDate) else day.isoformat()
