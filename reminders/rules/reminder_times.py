"""When a reminder is due: pure rules, no records and no clock.

Reminder times lie at the start of working hours, so many working days before the day on which a duty is due and on each
working day after it while it is late. The notification is a reminder time too. Of all that have passed only the latest
counts, so that a pause is followed by one reminder and not by all that were missed. Before the notification only what
has a date of its own has reminder times.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from frameworks import WorkingHours
from inspections.working_days import NoWorkingDay, WorkingCalendar

LONDON = ZoneInfo("Europe/London")
NOTIFIED = "notified"
LATE = "late:"
WEEKLY = "weekly:"
# Follows a reminder time that is said again because a deadline has come back to where it was: "notified#1".
AGAIN = "#"
# Follows a reminder time at which something was said before the notification: "5~". The first email after the
# notification says all anew.
EARLY = "~"
MONDAY = 0
# Where an inspection was opened without a local plan.
USUAL_HOURS = WorkingHours(time(9), time(17))
USUAL_DAYS = (5, 2, 1, 0)
ONE_DAY = timedelta(days=1)
WEEK = timedelta(days=7)
# Working days after the last day of the timetable on which reminders of what was never done end.
AFTERMATH = 10


@dataclass(frozen=True, slots=True)
class ReminderTime:
    """A moment to remind. `key` is "notified", "5" (working days before), "late:2011-04-28" or "weekly:2011-04-04"."""

    key: str
    at: datetime

    @property
    def is_late(self) -> bool:
        return without_marks(self.key).startswith(LATE)

    @property
    def waits_for_hours(self) -> bool:
        """Whether it goes out in working hours only; the notification goes at once."""
        return without_marks(self.key) != NOTIFIED


def without_marks(key: str) -> str:
    """The key without its marks: whether it was said for the first time or again, before the notification or after."""
    return key.partition(AGAIN)[0].removesuffix(EARLY)


def is_early(key: str) -> bool:
    """Whether the reminder time was said before the notification."""
    return key.partition(AGAIN)[0].endswith(EARLY)


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """What the reminder times of one inspection hang on.

    notified  the moment from which reminder times count (aware); nothing before it fires. None before the notification:
              every reminder time counts, and only what has a date of its own has any
    days      working days before a deadline on which there is a reminder time (the local plan's, else 5, 2, 1 and 0)
    """

    notified: datetime | None
    calendar: WorkingCalendar
    hours: WorkingHours = USUAL_HOURS
    days: tuple[int, ...] = USUAL_DAYS

    def latest(self, due: datetime | None, now: datetime) -> ReminderTime | None:
        """The latest reminder time that has passed by `now` for something due at `due`; None where none has.

        What has no date yet has the notification alone.
        """
        if self.notified is not None and now < self.notified:
            return None
        passed = [] if self.notified is None else [ReminderTime(NOTIFIED, self.notified)]
        if due is not None:
            passed += [each for each in self.before(due) if self._counts(each.at) and each.at <= now]
            passed += self._late(due, now)
        return max(passed, key=lambda each: each.at, default=None)

    def coming(self, due: datetime | None, now: datetime, until: datetime) -> list[ReminderTime]:
        """The reminder times after `now` up to `until`, in order, if nothing changes."""
        if due is None:
            return []
        found = [each for each in self.before(due) if self._counts(each.at)]
        day = now.astimezone(LONDON).date()
        while day <= until.astimezone(LONDON).date():
            found += [each for each in self._late(due, self.opening(day)) if each.at == self.opening(day)]
            day += ONE_DAY
        return sorted((each for each in found if now < each.at <= until), key=lambda each: each.at)

    def before(self, due: datetime) -> list[ReminderTime]:
        """The reminder times before `due`, passed or not; none where `due` lies beyond all calendars."""
        try:
            day = self.calendar.previous_working(due.astimezone(LONDON).date())
            found = [self._reminder_time(str(n), self.calendar.add(day, -n)) for n in self.days]
        except NoWorkingDay:
            # One slip of a year must not keep everybody else's reminders back.
            return []
        # A deadline before working hours has no reminder time on its own day: it would say "today" of what is over.
        return [each for each in found if each.at < due]

    def _late(self, due: datetime, now: datetime) -> list[ReminderTime]:
        """The latest reminder time after `due`, if one has come."""
        local = now.astimezone(LONDON)
        day = local.date() if local >= self.opening(local.date()) else local.date() - ONE_DAY
        due_day = due.astimezone(LONDON).date()
        if day <= due_day:
            return []
        day = self.calendar.previous_working(day)
        if day <= due_day or not self._counts(self.opening(day)):
            return []
        return [self._reminder_time(f"{LATE}{day.isoformat()}", day)]

    def _counts(self, at: datetime) -> bool:
        return self.notified is None or at > self.notified

    def _reminder_time(self, key: str, day: date) -> ReminderTime:
        return ReminderTime(f"{key}{EARLY}" if self.notified is None else key, self.opening(day))

    def summary(self, hour: int, now: datetime) -> tuple[datetime, datetime]:
        """For somebody with a daily summary at `hour`: when that of today goes, and when the next one after `now`."""
        today = now.astimezone(LONDON).date()
        at = summary_at(today, hour, self.hours)
        coming = today if now < at and self.calendar.is_working(today) else today + ONE_DAY
        return at, summary_at(self.calendar.next_working(coming), hour, self.hours)

    def opening(self, day: date) -> datetime:
        """The start of working hours on a day."""
        return datetime.combine(day, self.hours.start, tzinfo=LONDON)

    def is_over(self, last_day: date, now: datetime) -> bool:
        """Whether the inspection, whose timetable ends on `last_day`, is so long over that nothing is reminded of."""
        last = self.calendar.add(self.calendar.previous_working(last_day), AFTERMATH)
        return now.astimezone(LONDON).date() > last


def in_hours(now: datetime, calendar: WorkingCalendar, hours: WorkingHours) -> bool:
    """Whether `now` is within working hours of a working day."""
    local = now.astimezone(LONDON)
    return calendar.is_working(local.date()) and hours.start <= local.time() < hours.end


def next_opening(at: datetime, calendar: WorkingCalendar, hours: WorkingHours) -> datetime:
    """The first start of working hours after `at`."""
    local = at.astimezone(LONDON)
    day = local.date() if local < datetime.combine(local.date(), hours.start, tzinfo=LONDON) else local.date() + ONE_DAY
    return datetime.combine(calendar.next_working(day), hours.start, tzinfo=LONDON)


def summary_at(day: date, hour: int, hours: WorkingHours) -> datetime:
    """When a person who wants one summary a day at `hour` gets that of `day`: within working hours in any case."""
    last = time(hours.end.hour if hours.end.minute else max(hours.end.hour - 1, 0))
    at = max(hours.start, min(time(hour), last))
    return datetime.combine(day, at, tzinfo=LONDON)


def weekly(now: datetime, hours: WorkingHours, weekday: int = MONDAY) -> ReminderTime:
    """The latest weekly reminder time: the start of working hours on its weekday. A bank holiday only makes it wait."""
    local = now.astimezone(LONDON)
    day = local.date() - timedelta(days=(local.weekday() - weekday) % 7)
    if datetime.combine(day, hours.start, tzinfo=LONDON) > now:
        day -= timedelta(days=7)
    return ReminderTime(f"{WEEKLY}{day.isoformat()}", datetime.combine(day, hours.start, tzinfo=LONDON))


def notified_moment(notified_on: date, recorded_at: datetime, now: datetime, hours: WorkingHours) -> datetime | None:
    """The moment from which an inspection counts as notified, seen from `now`; None while that is to come.

    It is when the notification was recorded. Where it was recorded on a later day, and is seen from before that (a
    script that looks at another day), it is the opening of its own day, or the present if that is earlier on that day.
    """
    if recorded_at <= now:
        return recorded_at
    if recorded_at.astimezone(LONDON).date() == notified_on:
        return None
    if now.astimezone(LONDON).date() < notified_on:
        return None
    return min(now, datetime.combine(notified_on, hours.start, tzinfo=LONDON))


def quiet_until(now: datetime, hours: WorkingHours) -> datetime:
    """Until when nothing becomes due by the clock alone: the next midnight, opening, close or full hour.

    At full hours people get the daily summaries that they have chosen in place of single reminders.
    """
    local = now.astimezone(LONDON)
    today, tomorrow = local.date(), local.date() + ONE_DAY
    bounds = [
        datetime.combine(today, hours.start, tzinfo=LONDON),
        datetime.combine(today, hours.end, tzinfo=LONDON),
        datetime.combine(tomorrow, time(0), tzinfo=LONDON),
    ]
    full_hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return min([bound for bound in bounds if bound > now] + [full_hour])
