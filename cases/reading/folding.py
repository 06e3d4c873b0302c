"""Sources with several rows a child, folded to the row that is current on the as-at day.

Rows that have ended are counted and no faults: they are not looked at further (domain rules of the case lists, 8).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cases.reading.cells import Days, identifier_of
from cases.reading.dates import NoDate, read_date
from cases.reading.results import fold_identifier
from cases.reading.section import Section
from spreadsheets.cells import Row, Value

#: Begins before every day that is known.
_ALWAYS = ""


class _Held(NamedTuple):
    rank: int
    start: str
    section: Section
    rows: tuple[Row, ...]


class Folded:
    """The rows that are current so far, by list and child. Told of every row of a source that is folded."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], _Held] = {}
        self._others: list[tuple[Section, Row]] = []
        self.ended = 0

    def tell(self, section: Section, row: Row, days: Days) -> tuple[int, str] | None:
        """Hold the row if it is current. What is returned is a place and why the day there cannot be read."""
        folding = section.layout.folding
        assert folding is not None
        on = days.on.isoformat()
        start, end = _day(row, folding.start, days), _day(row, folding.end, days)
        for place, day in ((folding.start, start), (folding.end, end)):
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
        self._hold(key, _Held(folding.rank, start, section, (row,)))
        return None

    def _hold(self, key: tuple[str, str], new: _Held) -> None:
        held = self._held.get(key)
        if held is None:
            self._held[key] = new
        elif held.section is new.section and held.start == new.start:
            # Two rows that are current alike: which of them counts is not known, and the second is a fault.
            self._held[key] = held._replace(rows=(*held.rows, *new.rows))
        else:
            is_later = (-new.rank, new.start) > (-held.rank, held.start)
            self.ended += len(held.rows if is_later else new.rows)
            self._held[key] = new if is_later else held

    def rows(self) -> Iterator[tuple[Section, Row]]:
        """The current rows of every child, in the order of the files."""
        held = [(each.section, row) for each in self._held.values() for row in each.rows]
        yield from sorted([*held, *self._others], key=lambda each: (each[0].sheet.index, each[1].number))


def _has(row: Row, place: int) -> bool:
    return place < len(row.cells)


def _day(row: Row, place: int | None, days: Days) -> str | NoDate:
    """The day at a place as ISO text, "" where there is none."""
    cell: Value = row.cells[place] if place is not None and _has(row, place) else ""
    if cell == "" or (isinstance(cell, str) and identifier_of(cell) == ""):
        return _ALWAYS
    day = read_date(cell, from_1904=days.from_1904)
    return day if isinstance(day, NoDate) else day.isoformat()
