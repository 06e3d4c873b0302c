"""Children who are on a list because a cell of their row is empty, such as those without an allocated worker.

They are known only at the end: where the column is empty throughout, or a file holds that list itself, nobody is on it
for that reason (domain rules of the case lists, 7).
"""

from __future__ import annotations

from typing import NamedTuple

from cases.reading.rules import Values
from cases.reading.section import Section


class Waiting(NamedTuple):
    """A row that may be on the list; `is_on_none` says that it is on no other."""

    section: Section
    row: int
    identifier: str
    folded: str
    values: Values
    is_on_none: bool


class Derived:
    """The rows that wait, by list."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[Waiting]] = {}

    def add(self, on: str, row: Waiting) -> None:
        """Let a row wait."""
        self.waiting.setdefault(on, []).append(row)
