"""The timetable as a calendar: a month in whole weeks, each day with its events or the reason why it does not count."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from govuk.dates import MONTHS
from inspections.dated import DatedStep, Schedule
from inspections.working_days import EARLIEST, LATEST, SATURDAY, WorkingCalendar
from timetable.countdown import OtherDuty


@dataclass(frozen=True, slots=True)
class MonthEntry:
    """A step on one day: `part` is "on" if it takes only that day, else "begins", "goes on" or "ends"."""

    dated: DatedStep
    part: str

    @property
    def is_due(self) -> bool:
        """Whether the day is the council's deadline for it."""
        return self.dated.step.deadline and self.part in ("on", "ends")


@dataclass(frozen=True, slots=True)
class MonthDay:
    """One day of the grid.

    number   its working day number in the inspection, if any
    why_not  why it does not count; empty on a working day
    others   duties due on it that belong to no step
    meeting  when the set-up meeting is, if it is on that day
    """

    date: date
    is_of_month: bool
    is_today: bool
    is_weekend: bool
    number: int | None
    why_not: str
    entries: tuple[MonthEntry, ...]
    others: tuple[OtherDuty, ...]
    meeting: datetime | None

    @property
    def is_quiet(self) -> bool:
        """Whether nothing happens on it."""
        return not (self.entries or self.others or self.meeting)

    @property
    def kind(self) -> str:
        """The look of its cell: `outside`, `weekend`, `closed`, `day` of the inspection, or `other`."""
        if not self.is_of_month:
            return "outside"
        if self.is_weekend:
            return "weekend"
        if self.why_not:
            return "closed"
        return "day" if self.number else "other"


@dataclass(frozen=True, slots=True)
class Month:
    """One month in whole weeks from Monday; `previous` and `following` are None if there is no such month."""

    year: int
    month: int
    weeks: tuple[tuple[MonthDay, ...], ...]
    previous: date | None
    following: date | None

    @property
    def title(self) -> str:
        return month_title(date(self.year, self.month, 1))

    @property
    def days(self) -> Iterator[MonthDay]:
        """The days of the month itself, in order."""
        return (day for week in self.weeks for day in week if day.is_of_month)

    @property
    def is_empty(self) -> bool:
        """Whether nothing happens in it."""
        return all(day.is_quiet for day in self.days)


def month_of(
    dates: Schedule,
    calendar: WorkingCalendar,
    first: date,
    *,
    today: date | None,
    others: Sequence[OtherDuty] = (),
    meeting: datetime | None = None,
) -> Month:
    """The month that begins on `first`; `today` is None if no day is to be marked."""

    def of(day: date) -> MonthDay:
        is_of_month = day.month == first.month
        known = is_of_month and EARLIEST <= day <= LATEST
        return MonthDay(
            date=day,
            is_of_month=is_of_month,
            is_today=is_of_month and day == today,
            is_weekend=day.weekday() >= SATURDAY,
            number=dates.number_on(day),
            why_not=(calendar.why_not(day) or "") if known else "",
            entries=tuple(_entries(day, dates, calendar)) if known else (),
            others=tuple(other for other in others if other.day == day) if is_of_month else (),
            meeting=meeting if meeting and is_of_month and localdate(meeting) == day else None,
        )

    weeks = Calendar().monthdatescalendar(first.year, first.month)
    return Month(
        year=first.year,
        month=first.month,
        weeks=tuple(tuple(of(day) for day in week) for week in weeks),
        previous=_beside(first, -1),
        following=_beside(first, 1),
    )


def _entries(day: date, dates: Schedule, calendar: WorkingCalendar) -> Iterator[MonthEntry]:
    """What begins or ends on the day; steps that go on over it are named only on working days."""
    for dated in dates.steps:
        if dated.first is None or dated.last is None or not dated.first <= day <= dated.last:
            continue
        if dated.first == dated.last:
            yield MonthEntry(dated, "on")
        elif day in (dated.first, dated.last):
            yield MonthEntry(dated, "begins" if day == dated.first else "ends")
        elif calendar.is_working(day):
            yield MonthEntry(dated, "goes on")


def _beside(first: date, by: int) -> date | None:
    number = first.year * 12 + first.month - 1 + by
    found = date(number // 12, number % 12 + 1, 1)
    return found if EARLIEST <= found <= LATEST else None


def month_title(first: date) -> str:
    """The name of a month: "April 2011"."""
    return f"{MONTHS[first.month - 1]} {first.year}"


def months_of(dates: Schedule) -> list[date]:
    """The first days of the months in which the inspection has days."""
    first, last = dates.notified.replace(day=1), dates.days[-1].date
    found = [first]
    while (following := _beside(found[-1], 1)) and following <= last:
        found.append(following)
    return found
