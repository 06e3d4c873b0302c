"""Rows that may be on a list because a cell is empty, such as children without an allocated worker.

This is known only at the end. If the whole column is empty, or a file holds that list, nobody is on it for this reason
(domain rules of the case lists, 7).
"""

from __future__ import annotations

from typing import NamedTuple

from cases.reading.rules import Values
from cases.reading.sheet_reader import SheetReader


class UndecidedRow(NamedTuple):
    """A row that may be on the list. `is_on_none` is true if it is on no other list."""

    section: SheetReader
    row: int
    identifier: str
    folded: str
    values: Values
    is_on_none: bool


class UndecidedRows:
    """The undecided rows by list."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[UndecidedRow]] = {}

    def add(self, on: str, row: UndecidedRow) -> None:
        """Add a row."""
        self.waiting.setdefault(on, []).append(row)
