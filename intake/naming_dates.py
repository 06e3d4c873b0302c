"""The date in a file's name, if the name has a whole day."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BETWEEN = r"[-_. /,]*"
_YEAR = r"((?:19|20)\d\d)"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
#: How a day is written -> which group is the day, the month and the year. The first that matches is used.
_FORMS: tuple[tuple[re.Pattern[str], tuple[int, int, int]], ...] = tuple(
    (re.compile(rf"(?<![\d]){form}(?!\d)", re.IGNORECASE), order)
    for form, order in (
        (rf"{_DAY}{_BETWEEN}(?:of )?{_MONTH}(?![a-z]){_BETWEEN}{_YEAR}", (1, 2, 3)),
        (rf"{_DAY}{_BETWEEN}{_MONTH}(?![a-z]){_BETWEEN}(\d\d)", (1, 2, 3)),
        (rf"{_YEAR}{_BETWEEN}{_MONTH}(?![a-z]){_BETWEEN}{_DAY}", (3, 2, 1)),
        (rf"{_YEAR}[-_. ]?(\d\d)[-_. ]?(\d\d)", (3, 2, 1)),
        (rf"(\d{{1,2}})[-_. ](\d{{1,2}})[-_. ]{_YEAR}", (1, 2, 3)),
        (rf"(\d\d)(\d\d){_YEAR}", (1, 2, 3)),
        (r"(\d{1,2})[-_.](\d{1,2})[-_.](\d\d)", (1, 2, 3)),
    )
)


def date_in(name: str, today: date) -> tuple[date | None, str]:
    """The day in the name, not later than `today`, and the name without it.

    An impossible day, or one in the future, is not a date; the name is then unchanged. Nor is a month without a day,
    since the day is not known.
    """
    for form, order in _FORMS:
        for match in form.finditer(name):
            found = _day(*(match.group(group) for group in order))
            if found is not None and found <= today:
                return found, f"{name[: match.start()]} {name[match.end() :]}"
    return None, name


def _day(day: str, month: str, year: str) -> date | None:
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
    except ValueError:
        return None
