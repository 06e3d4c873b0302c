"""What is wrong in a spreadsheet, said of one cell, and what would come nearest to being right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Fault:
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

    `cutoff`, between 0 and 1, says how near is near enough.
    """
    spellings: dict[str, str] = {}
    for each in among:
        spellings.setdefault(each.casefold(), each)
    found = get_close_matches(value.casefold(), list(spellings), n=most, cutoff=cutoff)
    return [spellings[each] for each in found]
