"""When a reminder is due: pure rules, without records or a clock.

Reminder times are at the start of working hours, so many working days before the day on which a duty is due, and on
each working day after it while it is late. The notification is a reminder time too. Only the latest one that has passed
counts, so after a pause one reminder is sent, not all that were missed. Before the notification only duties with a date
of their own have reminder times.
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
# Added to a reminder time that is said again because a deadline has moved back: "notified#1".
AGAIN = "#"
# Added to a reminder time at which something was said before the notification: "5~". The first email after the
# notification says everything again.
EARLY = "~"
MONDAY = 0
# For an inspection that was opened without a local plan.
USUAL_HOURS = WorkingHours(time(9), time(17))
USUAL_DAYS = (5, 2, 1, 0)
ONE_DAY = timedelta(days=1)
WEEK = timedelta(days=7)
# How many working days after the last day of the timetable reminders stop, even for what was never done.
AFTERMATH = 10


@dataclass(frozen=True, slots=True)
class ReminderTime:
    """A time to remind. `key` is "notified", "5" (working days before), "late:2011-04-28" or "weekly:2011-04-04"."""

    key: str
    at: datetime

    @property
    def is_late(self) -> bool:
        return without_marks(self.key).startswith(LATE)

    @property
    def waits_for_hours(self) -> bool:
        """Whether it is sent only within working hours; the notification is sent at once."""
        return without_marks(self.key) != NOTIFIED


def without_marks(key: str) -> str:
    """The key without its marks, whether said for the first time or again, before the notification or after it."""
    return key.partition(AGAIN)[0].removesuffix(EARLY)


def is_early(key: str) -> bool:
    """Whether the reminder time was said before the notification."""
    return key.partition(AGAIN)[0].endswith(EARLY)


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """What the reminder times of one inspection depend on.

    notified  the time from which reminder times count (aware); earlier ones do not. None before the notification:
              every reminder time counts, and only duties with a date of their own have any
    days      working days before a deadline on which there is a reminder time (the local plan's, else 5, 2, 1 and 0)
    """

    notified: datetime | None
    calendar: WorkingCalendar
    hours: WorkingHours = USUAL_HOURS
    days: tuple[int, ...] = USUAL_DAYS

    def latest(self, due: datetime | None, now: datetime) -> ReminderTime | None:
        """The latest reminder time that has passed by `now` for something due at `due`; None if none has.

        A duty without a date has only the notification.
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
        """The reminder times before `due`, passed or not; none if `due` is beyond the calendar."""
        try:
            day = self.calendar.previous_working(due.astimezone(LONDON).date())
            found = [self._reminder_time(str(n), self.calendar.add(day, -n)) for n in self.days]
        except NoWorkingDay:
            # A wrong year in one date must not hold back everybody else's reminders.
            return []
        # A deadline before working hours has no reminder time on its own day, which would say "today" about something
        # past.
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
        """For somebody with a daily summary at `hour`: when today's is sent, and when the next one after `now`."""
        today = now.astimezone(LONDON).date()
        at = summary_at(today, hour, self.hours)
        coming = today if now < at and self.calendar.is_working(today) else today + ONE_DAY
        return at, summary_at(self.calendar.next_working(coming), hour, self.hours)

    def opening(self, day: date) -> datetime:
        """The start of working hours on a day."""
        return datetime.combine(day, self.hours.start, tzinfo=LONDON)

    def is_over(self, last_day: date, now: datetime) -> bool:
        """Whether the inspection, whose timetable ends on `last_day`, ended so long ago that reminders have stopped."""
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
    """When a person who wants one summary a day at `hour` gets that of `day`: always within working hours."""
    last = time(hours.end.hour if hours.end.minute else max(hours.end.hour - 1, 0))
    at = max(hours.start, min(time(hour), last))
    return datetime.combine(day, at, tzinfo=LONDON)


def weekly(now: datetime, hours: WorkingHours, weekday: int = MONDAY) -> ReminderTime:
    """The latest weekly reminder time: the start of working hours on its weekday. A bank holiday only delays it."""
    local = now.astimezone(LONDON)
    day = local.date() - timedelta(days=(local.weekday() - weekday) % 7)
    if datetime.combine(day, hours.start, tzinfo=LONDON) > now:
        day -= timedelta(days=7)
    return ReminderTime(f"{WEEKLY}{day.isoformat()}", datetime.combine(day, hours.start, tzinfo=LONDON))


def notified_moment(notified_on: date, recorded_at: datetime, now: datetime, hours: WorkingHours) -> datetime | None:
    """The time from which an inspection counts as notified, seen from `now`; None if that is in the future.

    It is the time at which the notification was recorded. If it was recorded on a later day, and `now` is before that
    (a script that looks at another day), it is the opening of the notification's own day, or `now` if that is earlier
    on that day.
    """
    if recorded_at <= now:
        return recorded_at
    if recorded_at.astimezone(LONDON).date() == notified_on:
        return None
    if now.astimezone(LONDON).date() < notified_on:
        return None
    return min(now, datetime.combine(notified_on, hours.start, tzinfo=LONDON))


def quiet_until(now: datetime, hours: WorkingHours) -> datetime:
    """The time until which nothing can become due by the clock alone: the next midnight, opening, close or full hour.

    At full hours people get the daily summaries that they have chosen instead of single reminders.
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
