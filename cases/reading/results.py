"""What reading case lists takes and gives: files, the rows read, what is wrong with them, what each column holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Literal

Level = Literal["error", "warning"]
ERROR: Level = "error"
WARNING: Level = "warning"


@dataclass(frozen=True)
class SourceFile:
    """A file to be read, by the name that the person knows; `open` gives it anew from its start."""

    name: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Record:
    """One child on one list, as a row of a file says.

    `values` maps keys of the framework's fields to what is kept: dates as ISO, "yes" or "no", codes as `codesets` keeps
    them, text as it is. What is blank or faulty is not in it, and neither is the identifier.
    """

    list: str
    file: str
    sheet: str
    row: int
    identifier: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class CaseFault:
    """One fault. `row` is the number that a spreadsheet shows, None for a file or sheet as a whole.

    `column` is the heading as the file has it, the field's label where it has none, None where no column is meant;
    `place` is which column it is, from 1. `kind` is a short key by which faults are counted. An error stops the import.
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
    """What one column held: how many cells were good, empty and bad, with a few of each as the file has them.

    `field` is the key of the framework's field, None for a column that is not read. `note` says something about the
    column as a whole, such as that dates in it can only be month first.
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
    """A sheet whose headings a person has to map before it can be read: which there are, and the fields that lack one.

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
    """An identifier as two are compared: trimmed and without case. Leading noughts count."""
    return " ".join(text.split()).casefold()
