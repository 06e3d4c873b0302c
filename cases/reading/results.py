"""What reading case lists takes and returns: files, records, faults and columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Literal, NamedTuple

Level = Literal["error", "warning"]
ERROR: Level = "error"
WARNING: Level = "warning"


@dataclass(frozen=True)
class SourceFile:
    """A file to read, with the name that people know. `open` opens it at its start each time."""

    name: str
    open: Callable[[], BinaryIO]


class Record(NamedTuple):
    """One child on one list, from one row.

    `folded` is the identifier as `fold_identifier` returns it. `values` maps field keys to stored values: ISO dates,
    "yes" or "no", codes as `codesets` stores them, or text. Empty and faulty cells are left out, and so is the
    identifier. `worker` is the allocated worker, who is not among the values because lists do not show them: "" for an
    empty cell, None without such a column.
    """

    list: str
    file: str
    sheet: str
    row: int
    identifier: str
    folded: str
    values: dict[str, str]
    worker: str | None = None


@dataclass(frozen=True, slots=True)
class CaseFault:
    """One fault. `row` is the row number in the spreadsheet, None for a whole file or sheet.

    `column` is the heading in the file, or the field's label if it has none; None if the fault is not about a column.
    `place` is the column's number, from 1. `kind` is a short key that faults are counted by. An error stops the import.
    """

    level: Level
    kind: str
    file: str
    sheet: str
    row: int | None
    column: str | None
    place: int | None
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Column:
    """What a column held: how many cells were good, empty and bad, with a few samples of each.

    `field` is the framework's field, None if the column is not read. `note` is about the whole column, for example that
    its dates have the month first.
    """

    file: str
    sheet: str
    heading: str
    place: int
    field: str | None
    good: int = 0
    empty: int = 0
    bad: int = 0
    samples: tuple[str, ...] = ()
    bad_samples: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A sheet whose headings a person has to match: the headings, and the fields that have none.

    `samples` are the first cells below each heading.
    """

    file: str
    sheet: str
    row: int
    headings: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    known: dict[str, str]
    lacking: tuple[str, ...]


def fold_identifier(text: str) -> str:
    """An identifier for comparing: without case and surrounding spaces. Leading zeros count."""
    return text.casefold() if text.isalnum() else " ".join(text.split()).casefold()
