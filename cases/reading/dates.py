"""Read dates as councils' systems write them: day first, with a four-figure year, or as Excel's serial numbers.

Source: domain rules of the case lists, "Dates". Dates that could mean two things are refused, with advice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from spreadsheets.cells import Value

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
MONTH_OF = {name: index % 12 + 1 for index, name in enumerate(MONTHS + _FULL)} | {"sept": 9}

_MIDNIGHT = re.compile(
    r"(?:[T ]|, ?)(?:(?:00|0):00(?::00(?:[.,]0+)?)?(?: ?[Aa][Mm])?|12:00(?::00)? ?[Aa][Mm])(?:Z|[+]00:?00)?$"
)
_TIME = re.compile(r"[T ,]\s?\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:[.,]\d+)?(?: ?[AaPp][Mm])?(?:Z|[+-]\d\d:?\d\d)?$")
_WEEKDAY = re.compile(r"^(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?,? ", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(\d{1,2})\s?[/\-. ]\s?(\d{1,2})\s?[/\-. ]\s?(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d\d)(\d\d)")
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]*(?:of )?([A-Za-z]+)\.?,?[\s\-/.']*(\d{4}|\d{2})")
_NAMED_MONTH_FIRST = re.compile(r"([A-Za-z]+)\.?[\s\-]*(\d{1,2})(?:st|nd|rd|th)?,?[\s\-]+(\d{4}|\d{2})")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
# 1 January 1950 to 31 December 2099, or some four years later in workbooks that count from 1904.
_SERIALS = range(18_264, 73_051)
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
EARLIEST = 1900
EXAMPLE = "Write it as 31/03/2009."
MONTH_FIRST = "date-month-first"


@dataclass(frozen=True, slots=True)
class NoDate:
    """Why a cell is not a date: a short key and a sentence."""

    kind: str
    message: str


def read_date(cell: Value, *, from_1904: bool = False) -> date | NoDate:
    """The date in a cell that is not empty. `from_1904` is true if the workbook counts days from 1904."""
    if isinstance(cell, datetime):
        return _of_datetime(cell)
    if isinstance(cell, date):
        return _checked(cell)
    if isinstance(cell, bool):
        return NoDate("date-unreadable", f"This is no date. {EXAMPLE}")
    if isinstance(cell, float | int):
        return _of_serial(float(cell), from_1904)
    if isinstance(cell, str):
        return _of_text(cell, from_1904)
    return NoDate("date-unreadable", f"This is a time and no date. {EXAMPLE}")


def _of_datetime(cell: datetime) -> date | NoDate:
    if (cell.hour, cell.minute, cell.second, cell.microsecond) != (0, 0, 0, 0):
        return NoDate("date-with-time", "The date has a time of day. Give the day alone.")
    return _checked(cell.date())


def _checked(day: date) -> date | NoDate:
    if day.year < EARLIEST:
        return NoDate("date-impossible", f"The year {day.year} cannot be right. {EXAMPLE}")
    return day


def _of_serial(number: float, from_1904: bool) -> date | NoDate:
    if not number.is_integer() or int(number) not in _SERIALS:
        return NoDate("date-unreadable", f"This number is no date. {EXAMPLE}")
    return (_EPOCH_1904 if from_1904 else _EPOCH_1900) + timedelta(days=int(number))


def _of_text(text: str, from_1904: bool) -> date | NoDate:
    if found := _DAY_FIRST.fullmatch(text):  # nearly all dates
        return _day_first(found[1], found[2], found[3])
    bare = _MIDNIGHT.sub("", _WEEKDAY.sub("", text))
    if found := _DAY_FIRST.fullmatch(bare):
        return _day_first(found[1], found[2], found[3])
    if found := _ISO.fullmatch(bare):
        year, month, day = (int(each) for each in found.groups() if each is not None)
        return _made(year, month, day)
    if _SERIAL.fullmatch(bare):
        return _of_serial(float(bare), from_1904)
    if found := _NAMED.fullmatch(bare):
        if named := MONTH_OF.get(found[2].lower()):
            return _made_of_year(found[3], named, int(found[1]))
    elif (found := _NAMED_MONTH_FIRST.fullmatch(bare)) and found[1].lower() in MONTH_OF:
        return NoDate(MONTH_FIRST, f"The month comes first. {EXAMPLE}")
    elif bare == text and (timed := _TIME.search(bare)) and isinstance(_of_text(bare[: timed.start()], False), date):
        return NoDate("date-with-time", "The date has a time of day. Give the day alone.")
    return NoDate("date-unreadable", f"This is no date. {EXAMPLE}")


def _day_first(day: str, month: str, year: str) -> date | NoDate:
    if len(year) == 4 and int(month) > 12 >= int(day) and isinstance(_made(int(year), int(day), int(month)), date):
        return NoDate(MONTH_FIRST, f"The month comes first. Write the day first: {month}/{int(day):02}/{year}.")
    return _made_of_year(year, int(month), int(day))


def _made_of_year(year: str, month: int, day: int) -> date | NoDate:
    if len(year) == 2:
        return NoDate("date-two-figure-year", f"The year has two figures, which may be of either century. {EXAMPLE}")
    return _made(int(year), month, day)


def _made(year: int, month: int, day: int) -> date | NoDate:
    try:
        return _checked(date(year, month, day))
    except ValueError:
        return NoDate("date-impossible", f"There is no such day. {EXAMPLE}")


def in_words(day: date) -> str:
    """A date as people write it: 31 March 2009."""
    return f"{day.day} {_FULL[day.month - 1].capitalize()} {day.year}"
