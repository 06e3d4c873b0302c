"""Working days of England: Monday to Friday, except bank holidays and the days on which a council is closed.

Pure Python, no Django. Dates from 1990 to 2100 are supported; others raise a ValueError, and so does a question without
an answer because closures leave no working day. Bank holidays come from the `holidays` library; one that is announced
after a release of that library is given among the closures.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from holidays import country_holidays

EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 12, 31)

#: So that a council that is "closed" for ever by mistake is reported, rather than searched through.
LONGEST_GAP_IN_DAYS = 366

ONE_DAY = timedelta(days=1)
SATURDAY = 5
#: Written out here, since the names that `strftime` gives depend on the machine's locale.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class NoWorkingDay(ValueError):
    """There is no working day where one is needed: the date is out of range, or everything is closed."""


class NotAWorkingDay(ValueError):
    """A date that must be a working day is not one.

    `date` is the date, `reason` says why in words, `next_working` is the first working day after it.
    """

    def __init__(self, day: date, reason: str, next_working: date) -> None:
        self.date = day
        self.reason = reason
        self.next_working = next_working
        super().__init__(
            f"{in_words(day, weekday=True)} is not a working day ({reason}). "
            f"The next working day is {in_words(next_working, weekday=True)}."
        )


@lru_cache(maxsize=4096)
def in_words(day: date, *, weekday: bool = False, year: bool = True) -> str:
    """A date as people read it: "18 April 2011", optionally with the weekday or without the year."""
    words = f"{day.day} {MONTHS[day.month - 1]}"
    if year:
        words = f"{words} {day.year}"
    return f"{WEEKDAYS[day.weekday()]} {words}" if weekday else words


@cache
def bank_holidays(year: int) -> Mapping[date, str]:
    """The bank holidays of England in `year`, each with its name in plain words."""
    return {day: _plain(name) for day, name in country_holidays("GB", subdiv="ENG", years=year).items()}


def _plain(name: str) -> str:
    """The library's "Christmas Day (observed)" in plain words; two on one day are joined with "and"."""
    name = re.sub(r"([^;]+) \(observed\)", r"Substitute day for \1", name)
    name = name.replace("Late Summer", "Summer")
    name = re.sub(r"\bBank Holiday\b", "bank holiday", name)
    return name.replace("; ", " and ")


def _in_range(day: date) -> None:
    if isinstance(day, datetime):
        raise TypeError(f"A working day is a date, not a moment: {day!r}.")
    if not EARLIEST <= day <= LATEST:
        raise NoWorkingDay(
            f"{in_words(day)} is outside the dates that working days are known for: "
            f"{in_words(EARLIEST)} to {in_words(LATEST)}."
        )


class WorkingCalendar:
    """The working days of one council.

    `closures` are days that are working days elsewhere but not for this council, each with its reason in words, which
    is shown unchanged: its own ("Council closed: office move") and bank holidays announced late.
    """

    __slots__ = ("closures",)

    def __init__(self, closures: Mapping[date, str] | None = None) -> None:
        self.closures = {day: reason or "Council closed" for day, reason in (closures or {}).items()}

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day."""
        return self.why_not(day) is None

    def why_not(self, day: date) -> str | None:
        """Why `day` is not a working day, in words; None if it is one.

        For a weekend the reason is the weekend, even if a bank holiday falls on it, since the bank holiday is then
        observed on another day.
        """
        _in_range(day)
        return self._reason(day)

    def _reason(self, day: date) -> str | None:
        weekday = day.weekday()
        if weekday >= SATURDAY:
            return WEEKDAYS[weekday]
        return bank_holidays(day.year).get(day) or self.closures.get(day)

    def require_working(self, day: date) -> date:
        """`day` itself; raises NotAWorkingDay, with the reason and the next working day, if it is not one."""
        reason = self.why_not(day)
        if reason is None:
            return day
        raise NotAWorkingDay(day, reason, self.next_working(day))

    def next_working(self, day: date) -> date:
        """The first working day on or after `day`."""
        _in_range(day)
        return self._seek(day, ONE_DAY)

    def previous_working(self, day: date) -> date:
        """The last working day on or before `day`."""
        _in_range(day)
        return self._seek(day, -ONE_DAY)

    def _seek(self, start: date, step: timedelta) -> date:
        day = start
        for _ in range(LONGEST_GAP_IN_DAYS):
            if not EARLIEST <= day <= LATEST:
                break
            if self._reason(day) is None:
                return day
            day += step
        where = "after" if step > timedelta(0) else "before"
        raise NoWorkingDay(
            f"There is no working day in the year {where} {in_words(start)} that dates are known for: "
            f"check the closure days, and that the date is between {EARLIEST.year} and {LATEST.year}."
        )

    def add(self, day: date, count: int) -> date:
        """The working day `count` working days after the working day `day` (before it, if `count` is negative).

        A non-working day raises NotAWorkingDay, since "one working day after Sunday" means two things.
        """
        self.require_working(day)
        step = ONE_DAY if count >= 0 else -ONE_DAY
        for _ in range(abs(count)):
            day = self._seek(day + step, step)
        return day

    def between(self, start: date, end: date) -> int:
        """How many working days there are after `start`, up to and including `end`; negative if `end` is earlier.

        For two working days it is the inverse of `add`: add(start, between(start, end)) is `end`.
        """
        _in_range(start)
        _in_range(end)
        if end < start:
            return -self.between(end, start)
        return sum(1 for day in _days(start + ONE_DAY, end) if self._reason(day) is None)

    def day_number(self, notified: date, day: date) -> int | None:
        """N where `day` is working day N, `notified` being day 1; None before it and on non-working days.

        Raises NotAWorkingDay if `notified` is not a working day.
        """
        self.require_working(notified)
        if not self.is_working(day) or day < notified:
            return None
        return self.between(notified, day) + 1

    def skipped(self, start: date, end: date) -> tuple[tuple[date, str], ...]:
        """The days from `start` to `end`, both included, that are not working days, each with the reason."""
        _in_range(start)
        _in_range(end)
        return tuple((day, reason) for day in _days(start, end) if (reason := self._reason(day)) is not None)


def _days(start: date, end: date) -> Iterator[date]:
    """Every calendar day from `start` to `end`, both included; none if `end` is earlier."""
    for ordinal in range(start.toordinal(), end.toordinal() + 1):
        yield date.fromordinal(ordinal)


def listed(items: list[str]) -> str:
    """Items listed for a sentence: "Saturday, Sunday and Easter Monday"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def skipped_in_words(skipped: Sequence[tuple[date, str]]) -> str:
    """Skipped days listed for a sentence: "Good Friday (22 April), Saturday, Sunday and Easter Monday (25 April)".

    Several weekends are given as a number, and so are closure days with the same reason, to keep the list short.
    """
    weekend_days = sum(1 for day, _ in skipped if day.weekday() >= SATURDAY)
    by_reason: dict[str, list[date]] = {}
    for day, reason in skipped:
        name = f"{weekend_days} weekend days" if weekend_days > 2 and day.weekday() >= SATURDAY else reason
        by_reason.setdefault(name, []).append(day)
    return listed([_reason_in_words(reason, days) for reason, days in by_reason.items()])


def _reason_in_words(reason: str, days: list[date]) -> str:
    if days[0].weekday() >= SATURDAY:
        return reason
    if len(days) == 1:
        return f"{reason} ({in_words(days[0], year=False)})"
    return f"{reason} ({len(days)} days, {in_words(days[0], year=False)} to {in_words(days[-1], year=False)})"
