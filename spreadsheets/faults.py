"""What is wrong in one cell of a spreadsheet, and the nearest values that would be right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process


@dataclass(frozen=True, slots=True)
class CellFault:
    """One fault: the sheet, the row number that a spreadsheet shows, the column, the value and what would be right.

    `column` is the person's name for the column; `place` is its number, from 1, if that is known. A fault of the file
    as a whole has no row.
    """

    sheet: str
    row: int | None
    column: str
    value: str
    message: str
    place: int | None = None


def nearest(value: str, among: Iterable[str], *, most: int = 1, cutoff: float = 0.6) -> list[str]:
    """Those of `among` that are spelt most like the value, nearest first, at most this many; case is ignored.

    `cutoff`, between 0 and 1, is the smallest share of letters in common. Fast enough to be used for every fault in a
    list of a hundred thousand rows.
    """
    spellings: dict[str, str] = {}
    for each in among:
        spellings.setdefault(each.casefold(), each)
    found = process.extract(value.casefold(), list(spellings), scorer=fuzz.ratio, limit=most, score_cutoff=cutoff * 100)
    return [spellings[spelling] for spelling, _, _ in found]
