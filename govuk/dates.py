"""Dates, times and sizes as GOV.UK writes them: 18 April 2011, 5pm, 1.2 MB.

Times are shown as in Europe/London, whatever zone they are stored in. Nothing here reads the clock.
"""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
# Not strftime's: months are in English wherever this runs, and a page may write hundreds of dates.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _day(value: date | datetime) -> date:
    """The day in London on which a date or time falls; a time without a zone is taken as London's own."""
    if isinstance(value, datetime):
        return value.astimezone(LONDON).date() if value.tzinfo else value.date()
    return value


def long_date(value: date | datetime | None) -> str:
    """18 April 2011; empty for None or ""."""
    if not value:
        return ""
    day = _day(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def day_month(value: date | datetime | None) -> str:
    """18 April, where the page makes the year clear."""
    if not value:
        return ""
    day = _day(value)
    return f"{day.day} {MONTHS[day.month - 1]}"


def short_date(value: date | datetime | None) -> str:
    """18 Apr 2011, for tables with little room."""
    if not value:
        return ""
    day = _day(value)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def weekday_date(value: date | datetime | None) -> str:
    """Monday 18 April 2011."""
    if not value:
        return ""
    return f"{WEEKDAYS[_day(value).weekday()]} {long_date(value)}"


def clock_time(value: time | datetime | None) -> str:
    """5pm, 9:30am, midday, midnight; empty for None."""
    if value is None:
        return ""
    at = value.astimezone(LONDON).time() if isinstance(value, datetime) and value.tzinfo else value
    if (at.hour, at.minute) in ((0, 0), (12, 0)):
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def long_datetime(value: datetime | None) -> str:
    """18 April 2011 at 5pm, in London."""
    if not value:
        return ""
    return f"{long_date(value)} at {clock_time(value)}"


def file_size(value: int | None) -> str:
    """Bytes as people read them: 512 bytes, 34 KB, 1.2 MB (1 KB is 1,024 bytes, as file windows show it)."""
    if value is None:
        return ""
    if value < 1024:
        return f"{value} byte{'' if value == 1 else 's'}"
    size = float(value)
    for unit in ("KB", "MB", "GB"):
        size /= 1024
        if round(size, 1) < 1024 or unit == "GB":
            break
    return f"{size:.0f} {unit}" if size >= 10 or unit == "KB" else f"{size:.1f} {unit}"
