"""Working days: bank holidays, closures, and arithmetic that agrees with counting day by day."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.working_days import (
    EARLIEST,
    LATEST,
    NotAWorkingDay,
    NoWorkingDay,
    WorkingCalendar,
    bank_holidays,
    in_words,
    skipped_in_words,
)

DAY = timedelta(days=1)
ENGLAND = WorkingCalendar()

starts = st.dates(date(1991, 1, 1), date(2098, 12, 31))
closures = st.dictionaries(st.integers(-60, 120), st.sampled_from(["Council closed: move", "Extra bank holiday"]))


@st.composite
def calendars(draw):
    """A start that is a working day and a calendar with any closures around it, itself left open."""
    start = draw(starts)
    closed = {start + DAY * offset: reason for offset, reason in draw(closures).items()}
    calendar = WorkingCalendar(closed)
    start = calendar.next_working(start)
    return start, calendar


def naive_reason(day: date, calendar: WorkingCalendar) -> str | None:
    """The rule said again, as plainly as can be, to compare with."""
    if day.isoweekday() == 6:
        return "Saturday"
    if day.isoweekday() == 7:
        return "Sunday"
    return bank_holidays(day.year).get(day) or calendar.closures.get(day)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2011, 4, 18), None),
        (date(2011, 4, 22), "Good Friday"),
        (date(2011, 4, 23), "Saturday"),
        (date(2011, 4, 24), "Sunday"),
        (date(2011, 4, 25), "Easter Monday"),
        (date(2011, 4, 29), "Wedding of William and Catherine"),
        (date(2011, 5, 2), "May Day"),
        (date(2011, 5, 30), "Spring bank holiday"),
        (date(2011, 8, 29), "Summer bank holiday"),
        (date(2010, 12, 25), "Saturday"),
        (date(2010, 12, 27), "Substitute day for Christmas Day"),
        (date(2010, 12, 28), "Substitute day for Boxing Day"),
        (date(2012, 1, 2), "Substitute day for New Year's Day"),
        (date(2012, 6, 5), "Diamond Jubilee of Elizabeth II"),
        # Scotland's, not England's
        (date(2012, 1, 3), None),
        (date(2011, 8, 1), None),
    ],
)
def test_calendar_says_why_a_day_is_not_working(day, why):
    assert ENGLAND.why_not(day) == why
    assert ENGLAND.is_working(day) is (why is None)


# As published for England and Wales by the government for these years.
@pytest.mark.parametrize(
    ("year", "published"),
    [
        (2009, "01-01 04-10 04-13 05-04 05-25 08-31 12-25 12-28"),
        (2010, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),
        (2011, "01-03 04-22 04-25 04-29 05-02 05-30 08-29 12-26 12-27"),
        (2012, "01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26"),
        (2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28"),
        (2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"),
        (2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"),
        (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
    ],
)
def test_bank_holidays_on_weekdays_are_the_published_ones(year, published):
    on_weekdays = [f"{day:%m-%d}" for day in sorted(bank_holidays(year)) if day.isoweekday() < 6]
    assert " ".join(on_weekdays) == published


def test_closure_gives_its_own_reason_and_an_empty_one_a_plain_one():
    calendar = WorkingCalendar({date(2011, 4, 19): "Council closed: office move", date(2011, 4, 20): ""})
    assert calendar.why_not(date(2011, 4, 19)) == "Council closed: office move"
    assert calendar.why_not(date(2011, 4, 20)) == "Council closed"
    assert calendar.next_working(date(2011, 4, 19)) == date(2011, 4, 21)


def test_closure_on_a_bank_holiday_does_not_hide_its_name():
    calendar = WorkingCalendar({date(2011, 4, 22): "Council closed: Easter"})
    assert calendar.why_not(date(2011, 4, 22)) == "Good Friday"


def test_next_and_previous_working_day_are_the_day_itself_or_the_nearest():
    assert ENGLAND.next_working(date(2011, 4, 22)) == date(2011, 4, 26)
    assert ENGLAND.previous_working(date(2011, 4, 25)) == date(2011, 4, 21)
    assert ENGLAND.next_working(date(2011, 4, 26)) == date(2011, 4, 26)


def test_add_from_a_non_working_day_is_refused_with_reason_and_next_day():
    with pytest.raises(NotAWorkingDay) as refusal:
        ENGLAND.add(date(2011, 4, 22), 1)
    assert refusal.value.date == date(2011, 4, 22)
    assert refusal.value.reason == "Good Friday"
    assert refusal.value.next_working == date(2011, 4, 26)
    assert str(refusal.value) == (
        "Friday 22 April 2011 is not a working day (Good Friday). The next working day is Tuesday 26 April 2011."
    )


def test_between_counts_after_the_start_up_to_the_end():
    assert ENGLAND.between(date(2011, 4, 21), date(2011, 4, 26)) == 1
    assert ENGLAND.between(date(2011, 4, 26), date(2011, 4, 21)) == -1
    assert ENGLAND.between(date(2011, 4, 21), date(2011, 4, 21)) == 0
    assert ENGLAND.between(date(2011, 4, 23), date(2011, 4, 27)) == 2


def test_day_number_is_none_before_notification_and_on_non_working_days():
    notified = date(2011, 4, 18)
    assert ENGLAND.day_number(notified, date(2011, 4, 15)) is None
    assert ENGLAND.day_number(notified, date(2011, 4, 22)) is None
    assert ENGLAND.day_number(notified, notified) == 1
    assert ENGLAND.day_number(notified, date(2011, 6, 17)) == 40
    with pytest.raises(NotAWorkingDay):
        ENGLAND.day_number(date(2011, 4, 17), date(2011, 4, 18))


def test_skipped_lists_weekends_and_holidays_in_order():
    assert ENGLAND.skipped(date(2011, 4, 18), date(2011, 4, 26)) == (
        (date(2011, 4, 22), "Good Friday"),
        (date(2011, 4, 23), "Saturday"),
        (date(2011, 4, 24), "Sunday"),
        (date(2011, 4, 25), "Easter Monday"),
    )


@pytest.mark.parametrize("day", [EARLIEST - DAY, LATEST + DAY, date.min, date.max])
def test_dates_out_of_range_are_refused_by_every_question(day):
    inside = date(2011, 4, 18)
    for question in (
        lambda: ENGLAND.is_working(day),
        lambda: ENGLAND.next_working(day),
        lambda: ENGLAND.add(day, 1),
        lambda: ENGLAND.between(inside, day),
        lambda: ENGLAND.skipped(day, inside),
        lambda: ENGLAND.day_number(inside, day),
    ):
        with pytest.raises(NoWorkingDay, match="1 January 1990 to 31 December 2100"):
            question()


def test_counting_over_the_end_of_the_range_is_refused():
    with pytest.raises(NoWorkingDay, match="between 1990 and 2100"):
        ENGLAND.add(date(2100, 12, 31), 1)
    with pytest.raises(NoWorkingDay, match="between 1990 and 2100"):
        ENGLAND.add(date(1990, 1, 2), -1)
    with pytest.raises(NoWorkingDay, match="between 1990 and 2100"):
        ENGLAND.add(date(2011, 4, 18), 10**9)


def test_council_closed_for_years_is_reported_not_searched_through():
    start = date(2011, 4, 19)
    calendar = WorkingCalendar({start + DAY * n: "Council closed: by mistake" for n in range(3000)})
    with pytest.raises(NoWorkingDay, match=r"in the year after 19 April 2011.*check the closure days"):
        calendar.next_working(start)
    with pytest.raises(NoWorkingDay, match="check the closure days"):
        calendar.add(date(2011, 4, 18), 1)


def test_a_moment_is_not_taken_for_a_date():
    with pytest.raises(TypeError, match="not a moment"):
        ENGLAND.is_working(datetime(2011, 4, 18, 9, 0))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "1 May 2011"),
        ({"weekday": True}, "Sunday 1 May 2011"),
        ({"year": False}, "1 May"),
    ],
)
def test_in_words_reads_as_people_write(options, words):
    assert in_words(date(2011, 5, 1), **options) == words


def test_skipped_in_words_counts_weekends_and_runs_of_one_reason():
    calendar = WorkingCalendar({date(2011, 4, d): "Council closed: move" for d in (19, 20, 21)})
    assert skipped_in_words(calendar.skipped(date(2011, 4, 22), date(2011, 4, 25))) == (
        "Good Friday (22 April), Saturday, Sunday and Easter Monday (25 April)"
    )
    assert skipped_in_words(calendar.skipped(date(2011, 4, 18), date(2011, 5, 1))) == (
        "Council closed: move (3 days, 19 April to 21 April), Good Friday (22 April), 4 weekend days, "
        "Easter Monday (25 April) and Wedding of William and Catherine (29 April)"
    )


@given(calendars(), st.integers(0, 60))
def test_working_days_agree_with_counting_day_by_day(case, count):
    start, calendar = case
    day, left = start, count
    while left:
        day += DAY
        if naive_reason(day, calendar) is None:
            left -= 1
    assert calendar.add(start, count) == day
    assert calendar.between(start, day) == count
    assert calendar.day_number(start, day) == count + 1


@given(calendars(), st.integers(0, 60))
def test_days_rise_strictly_and_never_fall_on_a_non_working_day(case, count):
    start, calendar = case
    days = [calendar.add(start, n) for n in range(count + 1)]
    assert all(earlier < later for earlier, later in pairwise(days))
    assert [naive_reason(day, calendar) for day in days] == [None] * len(days)


@given(calendars(), st.integers(-40, 60))
def test_add_and_between_undo_each_other(case, count):
    start, calendar = case
    end = calendar.add(start, count)
    assert calendar.between(start, end) == count
    assert calendar.add(end, -count) == start
    assert calendar.add(start, calendar.between(start, end)) == end


@given(calendars(), st.integers(-80, 80), st.integers(-80, 80))
def test_between_adds_up_over_any_day_on_the_way(case, first, second):
    start, calendar = case
    middle, end = start + DAY * first, start + DAY * second
    if start <= middle <= end:
        assert calendar.between(start, middle) + calendar.between(middle, end) == calendar.between(start, end)
    assert calendar.between(start, end) == -calendar.between(end, start)


@given(calendars(), st.integers(0, 150))
def test_every_day_is_either_working_or_skipped_with_a_reason(case, length):
    start, calendar = case
    days = [start + DAY * n for n in range(length + 1)]
    skipped = calendar.skipped(start, days[-1])
    assert skipped == tuple((day, reason) for day in days if (reason := naive_reason(day, calendar)))
    working = {day for day in days if calendar.is_working(day)}
    assert working | {day for day, _ in skipped} == set(days)
    assert not working & {day for day, _ in skipped}


@given(calendars(), closures, st.integers(0, 40))
def test_more_closures_never_bring_a_day_forward(case, more, count):
    start, calendar = case
    later = WorkingCalendar({**calendar.closures, **{start + DAY * n: r for n, r in more.items() if n != 0}})
    assert later.add(start, count) >= calendar.add(start, count)
    unused = WorkingCalendar({**calendar.closures, calendar.add(start, count) + DAY: "Council closed: after it"})
    assert unused.add(start, count) == calendar.add(start, count)


@given(starts, closures)
def test_next_working_day_is_the_first_there_is(day, closed):
    calendar = WorkingCalendar({day + DAY * n: reason for n, reason in closed.items()})
    found = calendar.next_working(day)
    assert naive_reason(found, calendar) is None
    assert all(naive_reason(day + DAY * n, calendar) for n in range((found - day).days))
