"""How a sheet is laid out: its headings, the field of each column, and which lists its rows are on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cases.reading.headings import Found, text_of
from cases.reading.results import Unmapped
from cases.reading.ticks import base_key
from frameworks import CaseField, CaseList, Framework
from spreadsheets.cells import Row, clean

#: How many cells below each heading are shown to whoever maps it.
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Folding:
    """How the rows of somebody who has several are folded into the one that is current on the as-at day.

    `start` and `end` are the places of the columns that say from when to when a row holds, None where there is none.
    Where two sheets tell of one child for one list, the lower `rank` counts.
    """

    start: int | None
    end: int | None
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """What a reader of one kind of source has made of a sheet.

    `lists` are those that every row is on; where there are none, each row says itself. `constants` are values that the
    sheet itself says of every row, `counts` the places whose number above nought means yes.
    """

    found: Found
    lists: tuple[CaseList, ...] = ()
    is_stated: bool = False
    constants: Mapping[str, str] = field(default_factory=dict)
    counts: frozenset[int] = frozenset()
    folding: Folding | None = None


def flags_of(fields: Mapping[int, CaseField]) -> list[tuple[str, str]]:
    """The fields whose yes puts a row on a list, with the list, in the order of the columns."""
    return [(each.key, each.puts_on) for _, each in sorted(fields.items()) if each.puts_on]


def only_lists(framework: Framework, fields: Mapping[int, CaseField]) -> list[tuple[str, str]]:
    """The fields that one list alone has, with that list."""
    found = []
    for _, each in sorted(fields.items()):
        own = [on.key for on in framework.case_lists if _belongs(each, on)]
        key = base_key(each.key)
        if len(own) == 1 and (key != each.key or each.kind not in ("identifier", "yes-no")):
            found.append((key, own[0]))
    return found


def to_be_mapped(file: str, sheet: str, head: Sequence[Row], found: Found, lacking: Sequence[str]) -> Unmapped:
    """What a person needs to map the headings of a sheet, of which the first rows are given."""
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
class Unknown:
    """A sheet in which no headings of a case list are found; `headings` are those that it seems to have."""

    sheet: str
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A sheet that cannot be read, with the reason in words, and its headings where a person can map them.

    `may_pass` says that it need not be a list at all, and is only a warning beside sheets that are.
    """

    kind: str
    message: str
    unmapped: Unmapped | None = None
    may_pass: bool = False
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """A sheet that is known and not wanted, such as a list of a return that the framework does not ask for."""


LaidOut = Layout | Unknown | Refused | Passed


class SourceReader(Protocol):
    """What knows one kind of source: how its sheets are laid out."""

    def score(self, cells: tuple[str, ...]) -> int:
        """How many headings it recognises in a row."""

    def layout(self, file: str, sheet: str, head: Sequence[Row], stated: CaseList | None) -> LaidOut | None:
        """How a sheet of a file is laid out by its first rows; None where it is of another kind of source."""
