"""The cells of a spreadsheet as values, without stray spaces and invisible characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from spreadsheets.limits import Limits, Unreadable

EXCEL_ERRORS = {"#n/a", "#ref!", "#name?", "#value!", "#null!", "#num!", "#div/0!"}
# The limits of Excel and LibreOffice: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
MOST_ROWS_OF_ALL = 1_048_576

# Characters that make equal words differ, or show a word in another order than it is written in: byte order marks,
# zero-width spaces, controls, also those of direction; and two that XML cannot hold.
_INVISIBLE = "\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad\ufffe\uffff\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
INVISIBLE = re.compile(f"[{_INVISIBLE}]")
SPACES = re.compile(r"[^\S\n]+")
# Joins the cells of a row that is checked as one text; a tidy cell may contain it too.
_BETWEEN = "|"
_UNTIDY = re.compile(rf"[{_INVISIBLE}]|[^\S ]|  |^ | $| \||\| ")


@dataclass(frozen=True, slots=True)
class NoValue:
    """A formula whose value is not in the file: a program wrote it, and no spreadsheet has computed it since."""


NO_VALUE = NoValue()

Value = str | float | bool | date | time | timedelta | NoValue


class Row(NamedTuple):
    """A row with content, with its sheet ("" in a CSV file) and the number that a spreadsheet shows.

    Cells are tidy text, numbers, truth values, dates and times as in the file; "" is an empty one, and an error is its
    word ("#N/A"). Empty cells at the end are left out. `from_1904` says that the workbook counts its days from 1904,
    for a number that is meant as a day.
    """

    sheet: str
    number: int
    cells: tuple[Value, ...]
    from_1904: bool = False


def tidy(text: str) -> str:
    """The text without invisible characters, and with single spaces between its words; line breaks are kept."""
    text = INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    lines = (SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def clean(value: object) -> str:
    """One cell as tidy text, as a person sees it; "" for an empty cell and for the error words of Excel."""
    if value is None or isinstance(value, NoValue):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date | time):
        value = value.isoformat()
    text = tidy(str(value))
    return "" if text.lower() in EXCEL_ERRORS else text


def tidy_row(number: int, cells: Sequence[Value], limits: Limits) -> tuple[Value, ...]:
    """The cells with their text tidied, without empty ones at the end; raises Unreadable beyond the limits."""
    end = len(cells)
    while end and _is_blank(cells[end - 1]):
        end -= 1
    if end and number > limits.rows:
        raise Unreadable(f"The file has more than {limits.rows} rows, too many for {limits.list_name}.")
    if end > limits.columns:
        raise Unreadable(f"Row {number} has more than {limits.columns} columns, too many for {limits.list_name}.")
    kept = cells if end == len(cells) else cells[:end]
    # Nearly every row is tidy, and one check of the whole row is several times as fast as one for each cell.
    try:
        joined = _BETWEEN.join(kept)  # type: ignore[arg-type]
    except TypeError:  # Not every cell is text.
        joined = _BETWEEN.join(cell for cell in kept if isinstance(cell, str))
    longest = limits.cell_length
    if len(joined) > longest and any(len(cell) > longest for cell in kept if isinstance(cell, str)):
        raise Unreadable(f"A cell in row {number} is longer than {limits.cell_length} characters.")
    if _is_plainly_tidy(joined):
        return tuple(kept)
    tidied = [tidy(cell) if isinstance(cell, str) else cell for cell in kept]
    while tidied and tidied[-1] == "":
        tidied.pop()
    return tuple(tidied)


def _is_plainly_tidy(joined: str) -> bool:
    """Whether the joined cells are certainly tidy; a few rows that are tidy anyway are still checked cell by cell."""
    if joined.isascii() and joined.isprintable():
        spaced = "  " in joined or f" {_BETWEEN}" in joined or f"{_BETWEEN} " in joined
        return not spaced and joined[:1] != " " and joined[-1:] != " "
    return _UNTIDY.search(joined) is None


def _is_blank(value: Value) -> bool:
    return isinstance(value, str) and (not value or value.isspace())
