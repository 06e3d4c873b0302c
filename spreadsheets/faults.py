"""What is wrong in a spreadsheet, said of one cell, and what would come nearest to being right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process


@dataclass(frozen=True, slots=True)
class CellFault:
    """One fault: the sheet, the row number that a spreadsheet shows, the column, the value and what would be right.

    `column` is what the person knows the column by; `place` is which it is, from 1, where that is known. A fault of the
    file as a whole has no row.
    """

    sheet: str
    row: int | None
    column: str
    value: str
    message: str
    place: int | None = None


def nearest(value: str, among: Iterable[str], *, most: int = 1, cutoff: float = 0.6) -> list[str]:
    """Those of `among` that are written nearly as the value, the nearest first, at most so many; case is no difference.

    `cutoff`, between 0 and 1, is the least share of letters in common. Fast enough to be asked of every fault in a list
    of a hundred thousand rows.
    """
    spellings: dict[str, str] = {}
    for each in among:
        spellings.setdefault(each.casefold(), each)
    found = process.extract(value.casefold(), list(spellings), scorer=fuzz.ratio, limit=most, score_cutoff=cutoff * 100)
    return [spellings[spelling] for spelling, _, _ in found]
