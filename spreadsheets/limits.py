"""How much of a spreadsheet is read, and how reading refuses a file."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


class Unreadable(Exception):
    """The file cannot be used; `message` tells a person what is wrong and what would be right."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read of one file before it is refused.

    `rows` and `columns` are the last that may have content, in every sheet; `cell_length` is in characters. `size` is
    the file's in bytes, `unpacked` what a workbook may unpack to. `cells` is how many there may be in all, up to the
    last one with content in each row. `seconds` (of processor time) and `memory` (in bytes) are the most that reading a
    workbook may take. `list_name` says in a refusal what kind of list the file is too large for.
    """

    rows: int
    columns: int
    list_name: str
    cell_length: int = 2000
    size: int = 5 * MEGABYTE
    unpacked: int = 50 * MEGABYTE
    cells: int = 125_000
    seconds: int = 2
    memory: int = 512 * MEGABYTE

    @property
    def tags(self) -> int:
        """How many tags all parts may have: four for each cell, and four for its text if that is stored separately."""
        return 8 * self.cells


def too_far_out(limits: Limits) -> str:
    """The message for a sheet whose cells are too far apart to be held in memory."""
    return (
        f"A sheet has something written beyond row {limits.rows} or column {limits.columns}. Delete what is not part "
        "of the list."
    )


def too_much(limits: Limits) -> str:
    """The message for a file that would take too long."""
    return (
        f"The file has far more in it than {limits.list_name}: many thousand rows or cells, even if they look "
        "empty. Copy the list into a new workbook and save that."
    )
