"""Dates from a rule such as "every month on the second Tuesday until the end of the year"."""

from __future__ import annotations

import calendar
from datetime import date

#: The name of a rhythm -> how many months lie between two dates.
EVERY = {"month": 1, "two-months": 2, "quarter": 3}
#: Which such weekday of the month. Not every month has a fifth, so "last" is offered instead.
FIRST, LAST = 1, 5


def repeated(*, every: str, which: int, weekday: int, first: date, until: date) -> list[date]:
    """The days that the rule gives from `first` to `until`, both included.

    `every` is a key of EVERY, counted from the month of `first`; `which` is 1 to 4, or LAST; `weekday` 0 for Monday.
    """
    found, month = [], first.year * 12 + first.month - 1
    while month <= until.year * 12 + until.month - 1:
        day = _in_month(month // 12, month % 12 + 1, which, weekday)
        if first <= day <= until:
            found.append(day)
        month += EVERY[every]
    return found


def _in_month(year: int, month: int, which: int, weekday: int) -> date:
    days = [week[weekday] for week in calendar.monthcalendar(year, month) if week[weekday]]
    return date(year, month, days[-1] if which == LAST else days[which - 1])
