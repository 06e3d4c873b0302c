from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frameworks import WorkingHours
from inspections.working_days import WorkingCalendar
from reminders.rules.reminder_times import (
    LONDON,
    NOTIFIED,
    ReminderRule,
    ReminderTime,
    in_hours,
    notified_moment,
    quiet_until,
    weekly,
)
from tests.factories.people import at

CALENDAR = WorkingCalendar()
HOURS = WorkingHours(time(9), time(17))
# Day 1 of the briefing paper's own example; day 10 is 5 May (Easter, the royal wedding and May Day lie between).
NOTIFIED_AT = at("2011-04-18 10:00")
RULE = ReminderRule(NOTIFIED_AT, CALENDAR, HOURS)
DAY_2, DAY_10 = at("2011-04-19 17:00"), at("2011-05-05 17:00")


@pytest.mark.parametrize(
    ("due", "now", "point"),
    [
        (DAY_10, "2011-04-18 09:59", None),
        (DAY_10, "2011-04-18 10:00", "notified"),
        (DAY_10, "2011-04-26 08:59", "notified"),
        (DAY_10, "2011-04-26 09:00", "5"),
        (DAY_10, "2011-04-30 12:00", "5"),
        (DAY_10, "2011-05-03 09:00", "2"),
        (DAY_10, "2011-05-04 08:59", "2"),
        (DAY_10, "2011-05-04 09:00", "1"),
        (DAY_10, "2011-05-05 09:00", "0"),
        (DAY_10, "2011-05-05 17:01", "0"),
        (DAY_10, "2011-05-06 08:59", "0"),
        (DAY_10, "2011-05-06 09:00", "late:2011-05-06"),
        # A weekend has no reminder times of its own.
        (DAY_10, "2011-05-08 12:00", "late:2011-05-06"),
        (DAY_10, "2011-05-09 09:00", "late:2011-05-09"),
        # The reminder time of one day before lies at 9 o'clock of day 1, before the call came at 10.
        (DAY_2, "2011-04-18 10:00", "notified"),
        (DAY_2, "2011-04-18 23:00", "notified"),
        (DAY_2, "2011-04-19 09:00", "0"),
        (DAY_2, "2011-04-20 09:00", "late:2011-04-20"),
        # Over Easter nobody is reminded.
        (DAY_2, "2011-04-25 12:00", "late:2011-04-21"),
        # Without a date there is the notification alone.
        (None, "2011-05-05 12:00", "notified"),
    ],
)
def test_latest_reminder_time_is_the_last_that_has_passed(due, now, point):
    found = RULE.latest(due, at(now))
    assert (found.key if found else None) == point


def test_latest_reminder_time_follows_a_closure_day():
    closed = WorkingCalendar({date(2011, 5, 4): "Council closed: office move"})
    rule = ReminderRule(NOTIFIED_AT, closed, HOURS)
    assert rule.latest(DAY_10, at("2011-05-03 09:00")) == ReminderTime("1", at("2011-05-03 09:00"))


def test_latest_reminder_time_takes_days_and_hours_of_the_plan():
    rule = ReminderRule(NOTIFIED_AT, CALENDAR, WorkingHours(time(8, 30), time(16)), (3,))
    assert rule.latest(DAY_10, at("2011-04-28 08:29")).key == "notified"
    assert rule.latest(DAY_10, at("2011-04-28 08:30")) == ReminderTime("3", at("2011-04-28 08:30"))


def test_deadline_on_a_day_off_is_reminded_of_on_the_working_day_before():
    saturday = at("2011-05-07 12:00")
    assert RULE.latest(saturday, at("2011-05-06 09:00")) == ReminderTime("0", at("2011-05-06 09:00"))
    assert RULE.latest(saturday, at("2011-05-09 09:00")) == ReminderTime("late:2011-05-09", at("2011-05-09 09:00"))


def test_deadline_before_the_working_day_begins_has_no_reminder_time_on_its_day():
    early = at("2011-05-05 08:00")
    assert RULE.latest(early, at("2011-05-05 09:00")).key == "1"
    assert RULE.latest(early, at("2011-05-06 09:00")).key == "late:2011-05-06"


def test_coming_reminder_times_are_those_of_the_next_days():
    coming = RULE.coming(DAY_10, at("2011-05-03 10:00"), at("2011-05-10 10:00"))
    assert [point.key for point in coming] == ["1", "0", "late:2011-05-06", "late:2011-05-09", "late:2011-05-10"]


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        ("2011-04-18 08:59", False),
        ("2011-04-18 09:00", True),
        ("2011-04-18 16:59", True),
        ("2011-04-18 17:00", False),
        ("2011-04-22 12:00", False),  # Good Friday
        ("2011-04-23 12:00", False),  # Saturday
    ],
)
def test_hours_are_those_of_working_days(now, is_open):
    assert in_hours(at(now), CALENDAR, HOURS) is is_open


@pytest.mark.parametrize(
    ("now", "point"),
    [
        ("2011-04-04 08:59", "weekly:2011-03-28"),
        ("2011-04-04 09:00", "weekly:2011-04-04"),
        ("2011-04-10 23:59", "weekly:2011-04-04"),
        ("2011-04-25 12:00", "weekly:2011-04-25"),
    ],
)
def test_weekly_reminder_time_is_the_last_monday_morning(now, point):
    assert weekly(at(now), HOURS).key == point


@pytest.mark.parametrize(
    ("recorded", "now", "moment"),
    [
        # Recorded on the day: from then on.
        ("2011-04-18 10:00", "2011-04-18 11:00", "2011-04-18 10:00"),
        ("2011-04-18 10:00", "2011-04-18 09:59", None),
        # Recorded late: what lies before is not made up for.
        ("2011-04-20 11:00", "2011-04-20 12:00", "2011-04-20 11:00"),
        # Looked at from before it was recorded: the day itself counts.
        ("2026-01-01 12:00", "2011-04-18 10:00", "2011-04-18 09:00"),
        ("2026-01-01 12:00", "2011-04-18 08:00", "2011-04-18 08:00"),
        ("2026-01-01 12:00", "2011-04-17 23:59", None),
    ],
)
def test_notification_counts_from_its_recording_or_its_day(recorded, now, moment):
    found = notified_moment(date(2011, 4, 18), at(recorded), at(now), HOURS)
    assert found == (at(moment) if moment else None)


def test_inspection_long_over_is_quiet():
    last_day = date(2011, 6, 17)
    assert not RULE.is_over(last_day, at("2011-07-01 09:00"))
    assert RULE.is_over(last_day, at("2011-07-04 09:00"))


# --- against a plain model: walk every hour from the notification on, and note what is reached -----------------------

minutes = st.integers(0, 24 * 60 - 1)
closed_days = st.sets(st.dates(date(2011, 4, 1), date(2011, 6, 30)), max_size=12)


@pytest.mark.parametrize(
    ("now", "key"),
    [
        ("2011-04-06 08:59", None),
        ("2011-04-06 09:00", "5~"),
        ("2011-04-12 12:00", "1~"),
        ("2011-04-13 16:59", "0~"),
        ("2011-04-14 08:59", "0~"),
        ("2011-04-14 09:00", "late:2011-04-14~"),
    ],
)
def test_before_the_notification_every_reminder_time_counts_and_is_marked_as_early(now, key):
    found = ReminderRule(None, CALENDAR, HOURS).latest(at("2011-04-13 17:00"), at(now))
    assert (found.key if found else None) == key


def test_before_the_notification_what_has_no_date_has_no_reminder_time():
    assert ReminderRule(None, CALENDAR, HOURS).latest(None, at("2011-04-14 09:00")) is None


def plain_latest(due: datetime, notified: datetime, now: datetime, closed: set[date], days: list[int]) -> str | None:
    """The same rule without its arithmetic: write down each morning's point, take the last."""

    def works(day: date) -> bool:
        return WorkingCalendar().is_working(day) and day not in closed

    if now < notified:
        return None
    deadline = due.astimezone(LONDON).date()
    latest, day = NOTIFIED, notified.astimezone(LONDON).date()
    while day <= now.astimezone(LONDON).date():
        morning = datetime.combine(day, time(9), tzinfo=LONDON)
        if works(day) and notified < morning <= now:
            if day > deadline:
                latest = f"late:{day}"
            else:
                left = sum(works(day + timedelta(n)) for n in range(1, (deadline - day).days + 1))
                if left in days and morning < due:
                    latest = str(left)
        day += timedelta(1)
    return latest


@settings(max_examples=300)
@given(
    due_day=st.dates(date(2011, 4, 10), date(2011, 6, 10)),
    due_minute=minutes,
    notified_day=st.dates(date(2011, 4, 10), date(2011, 5, 20)),
    notified_minute=minutes,
    later=st.integers(-600, 60 * 24 * 40),
    closed=closed_days,
    days=st.sets(st.integers(0, 8), max_size=4),
)
def test_latest_reminder_time_agrees_with_a_plain_model(
    due_day, due_minute, notified_day, notified_minute, later, closed, days
):
    due = datetime.combine(due_day, time(due_minute // 60, due_minute % 60), tzinfo=LONDON)
    notified = datetime.combine(notified_day, time(notified_minute // 60, notified_minute % 60), tzinfo=LONDON)
    now = notified + timedelta(minutes=later)
    calendar = WorkingCalendar(dict.fromkeys(closed, "Council closed"))
    rule = ReminderRule(notified, calendar, HOURS, tuple(sorted(days, reverse=True)))
    found = rule.latest(due, now)
    assert (found.key if found else None) == plain_latest(due, notified, now, closed, sorted(days))


@settings(max_examples=100)
@given(
    due=st.datetimes(datetime(2011, 4, 18), datetime(2011, 6, 10)),
    now=st.datetimes(datetime(2011, 4, 1), datetime(2011, 6, 20)),
)
def test_nothing_changes_by_the_clock_before_the_quiet_ends(due, now):
    due, now = due.replace(tzinfo=LONDON), now.replace(tzinfo=LONDON)
    before_end = quiet_until(now, HOURS) - timedelta(seconds=1)
    assert now < quiet_until(now, HOURS) <= now + timedelta(hours=1)
    assert RULE.latest(due, before_end) == RULE.latest(due, now) or now < NOTIFIED_AT <= before_end
    assert in_hours(before_end, CALENDAR, HOURS) == in_hours(now, CALENDAR, HOURS)
    assert weekly(before_end, HOURS) == weekly(now, HOURS)
