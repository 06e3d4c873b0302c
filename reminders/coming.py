"""The emails of the next working days, if nothing is done or changed until then.

The rules of the tick are applied at each time at which something can fall due, with a told index that also notes the
emails of this preview. So the preview shows what the ticks would do, and has no rules of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from inspections.duty import Duty
from outbox.models import Message
from reminders.due import reminder_time_keys, weekly_reminder_time, with_weekly
from reminders.mails.writing import compose
from reminders.records.news import lines_of, news_of, with_news
from reminders.records.reading import Reading
from reminders.records.stale_mail import stale_messages, waiting_by_inspection
from reminders.records.told_index import ToldIndex, told_index_of
from reminders.rules import planning
from reminders.rules.people import Person
from reminders.rules.planning import Mail, MailKind
from reminders.rules.reminder_times import LONDON, ONE_DAY, summary_at

DAYS = 10

Said = tuple[datetime, Mail, Reading]


@dataclass(frozen=True, slots=True)
class ComingMail:
    """An email that a person will get at a time; `number` distinguishes emails of one person and day."""

    at: datetime
    mail: Mail
    reading: Reading
    number: int

    @property
    def person(self) -> Person:
        return self.mail.person

    @property
    def titles(self) -> list[str]:
        """The titles of what it will mention."""
        agenda = self.mail.agenda
        owed = (*agenda.late, *agenda.ahead) if agenda and not self.mail.group else ()
        items = (*self.mail.items, *self.mail.group)
        news = (line.title for line in lines_of(self.reading.snapshot, self.mail.news))
        duties = [*(item.duty for item in items), *owed]
        return list(dict.fromkeys([*(duty.title_beside(self.person.pk) for duty in duties), *news]))

    @property
    def is_private(self) -> bool:
        """Whether it says what only its reader may know to be theirs, such as which case they audit."""
        items = (*self.mail.items, *self.mail.done, *self.mail.also)
        return any(item.duty.is_private_to(self.person.pk) for item in items)

    @property
    def is_weekly(self) -> bool:
        return self.mail.kind is MailKind.WEEKLY

    @property
    def is_agenda(self) -> bool:
        return self.mail.kind is MailKind.AGENDA

    def message(self) -> Message:
        """The email itself, not saved."""
        return compose(self.reading, self.mail, now=self.at)


@dataclass(frozen=True, slots=True)
class ComingDay:
    """The emails of one day, by time and name."""

    date: date
    mails: tuple[ComingMail, ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """The coming emails day by day, without empty days; `last` is the last day of the preview.

    `nobody` lists duties that are not done and have nobody at all who could be told about them.
    """

    days: tuple[ComingDay, ...]
    last: date
    nobody: tuple[Duty, ...]

    def of(self, person: int) -> tuple[ComingDay, ...]:
        """The days on which one person gets anything."""
        days = (ComingDay(d.date, tuple(m for m in d.mails if m.person.pk == person)) for d in self.days)
        return tuple(day for day in days if day.mails)

    def people(self) -> list[Person]:
        """Everybody who gets anything, by name."""
        found = {mail.person for day in self.days for mail in day.mails}
        return sorted(found, key=lambda person: (person.name, person.pk))

    def mail(self, day: date, person: int, number: int) -> ComingMail | None:
        """One of them."""
        mails = (mail for each in self.days if each.date == day for mail in each.mails)
        return next((mail for mail in mails if (mail.person.pk, mail.number) == (person, number)), None)


def coming(reading: Reading, *, days: int = DAYS) -> Coming:
    """The emails from now to the end of so many working days, counting today if it is one."""
    dates = list(_working_days(reading, days))
    moments = _moments(reading, dates)
    if reading.is_over:
        return Coming((), dates[-1], ())
    found: dict[date, list[Said]] = {}
    for at, mail, then in _said_at(reading, moments):
        found.setdefault(at.astimezone(LONDON).date(), []).append((at, mail, then))
    nobody = planning.without_recipient(reading.duties(), reading.people)
    return Coming(tuple(_day(day, found[day]) for day in sorted(found)), dates[-1], tuple(nobody))


def _said_at(reading: Reading, moments: list[datetime]) -> Iterator[Said]:
    """What ticks at these times would send, each with the inspection as it would be read then."""
    inspection, duties = reading.snapshot.inspection, reading.reminded_of()
    rows = news_of(inspection, reading.snapshot.now)
    weekly = {moment: week for moment in moments if (week := weekly_reminder_time(reading.at(moment)))}
    keys = {key for moment in moments for key in reminder_time_keys(reading.rule, duties, moment)}
    keys |= {week.key for week in weekly.values()} | {row.key for row in rows}
    # The next tick takes these back, and what they said is said in the emails of this preview.
    wrong = stale_messages(waiting_by_inspection([inspection.pk]).get(inspection.pk, ()), duties)
    told_index = told_index_of(inspection, keys, without=wrong)
    seen = set()
    for moment in moments:
        then, week = reading.at(moment), weekly.get(moment)
        if then.is_over:
            continue
        mails = planning.reminders(duties, then.planning_context(told_index))
        # Before the call documents are read again for each summary, because they go out of date in the meantime.
        if reading.is_notified or week not in seen:
            mails = with_weekly(then, mails, week, told_index)
        seen.add(week)
        yield from _said(with_news(then, mails, rows, told_index), told_index, then)


def _said(mails: list[Mail], told_index: ToldIndex, then: Reading) -> Iterator[Said]:
    for mail in mails:
        told_index.write(mail.entries(), then.snapshot.now)
        yield then.snapshot.now, mail, then


def _working_days(reading: Reading, count: int) -> Iterator[date]:
    calendar, day = reading.snapshot.calendar, reading.snapshot.today
    for _ in range(count):
        day = calendar.next_working(day)
        yield day
        day += ONE_DAY


def _moments(reading: Reading, dates: list[date]) -> list[datetime]:
    """Now, and every time at which anything can fall due on these days: the opening, and the hours of people's daily
    summaries.
    """
    hours, now = reading.arrangement.hours, reading.snapshot.now
    wanted = {person.summary_hour for people in reading.people.by_role.values() for person in people}
    found = {datetime.combine(day, hours.start, tzinfo=LONDON) for day in dates}
    found |= {summary_at(day, hour, hours) for day in dates for hour in wanted if hour is not None}
    end = datetime.combine(dates[-1], time.max, tzinfo=LONDON)
    return [now, *sorted(moment for moment in found if now < moment <= end)]


def _day(day: date, found: Iterable[Said]) -> ComingDay:
    counts: dict[int, int] = {}
    mails = []
    for at, mail, reading in found:
        counts[mail.person.pk] = number = counts.get(mail.person.pk, 0) + 1
        mails.append(ComingMail(at, mail, reading, number))
    return ComingDay(day, tuple(sorted(mails, key=lambda m: (m.at, m.person.name, m.person.pk))))
