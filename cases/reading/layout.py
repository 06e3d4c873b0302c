"""The layout of a sheet: its headings, the field of each column, and which lists its rows are on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cases.reading.headings import HeadingRow, text_of
from cases.reading.results import Unmapped
from cases.reading.ticks import base_key
from frameworks import CaseField, CaseList, Framework
from spreadsheets.cells import Row, clean

#: How many cells below a heading are shown to the person who matches it.
SHOWN = 3


@dataclass(frozen=True, slots=True)
class EpisodeColumns:
    """The columns that say when a row holds, for sheets with several rows for a child.

    `start` and `end` are their places, None if there is none. If two sheets describe the same child on the same list,
    the one with the lower `rank` counts.
    """

    start: int | None
    end: int | None
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of a sheet of a known kind of source.

    `lists` are those that every row is on; if there are none, each row says it itself. `constants` are values that hold
    for every row. `counts` are the columns with numbers, in which any number above zero means yes.
    """

    headings: HeadingRow
    lists: tuple[CaseList, ...] = ()
    is_stated: bool = False
    constants: Mapping[str, str] = field(default_factory=dict)
    counts: frozenset[int] = frozenset()
    episodes: EpisodeColumns | None = None


def flags_of(fields: Mapping[int, CaseField]) -> list[tuple[str, str]]:
    """The fields in which a yes puts a row on a list, with the list, in the order of the columns."""
    return [(each.key, each.puts_on) for _, each in sorted(fields.items()) if each.puts_on]


def only_lists(framework: Framework, fields: Mapping[int, CaseField]) -> list[tuple[str, str]]:
    """The fields that only one list has, with that list."""
    found = []
    for _, each in sorted(fields.items()):
        own = [on.key for on in framework.case_lists if _belongs(each, on)]
        key = base_key(each.key)
        if len(own) == 1 and (key != each.key or each.kind not in ("identifier", "yes-no")):
            found.append((key, own[0]))
    return found


def to_be_mapped(file: str, sheet: str, head: Sequence[Row], found: HeadingRow, lacking: Sequence[str]) -> Unmapped:
    """What a person needs to match the headings of a sheet. `head` is its first rows."""
    below = [row for row in head if row.number > found.row.number][:SHOWN]
    return Unmapped(
        file=file,
        sheet=sheet,
        row=found.row.number,
        headings=tuple(text_of(cell) for cell in found.row.cells),
        samples=tuple(
            tuple(clean(row.cells[place]) for row in below if place < len(row.cells))
            for place in range(len(found.row.cells))
        ),
        known={found.heading(place): base_key(each.key) for place, each in found.fields.items()},
        lacking=tuple(lacking),
    )


def _belongs(each: CaseField, on: CaseList) -> bool:
    return on.key in each.lists if each.lists else on.strand is not None and each.applies_to == on.strand


@dataclass(frozen=True, slots=True)
class UnknownSheet:
    """A sheet without headings of a case list. `headings` are its likely headings."""

    sheet: str
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RefusedSheet:
    """A sheet that cannot be read, with the reason, and its headings if a person can match them.

    If `may_pass` is true it need not be a list at all, and next to a list it is only a warning.
    """

    kind: str
    message: str
    unmapped: Unmapped | None = None
    may_pass: bool = False
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class SkippedSheet:
    """A sheet that is known but not needed, such as a list of a return that the framework does not ask for."""


LaidOut = Layout | UnknownSheet | RefusedSheet | SkippedSheet


class SourceReader(Protocol):
    """Knows the layout of one kind of source."""

    def score(self, cells: tuple[str, ...]) -> int:
        """How many headings it recognises in a row."""

    def layout(self, file: str, sheet: str, head: Sequence[Row], stated: CaseList | None) -> LaidOut | None:
        """The layout of a sheet, from its first rows; None if it is another kind of source."""
