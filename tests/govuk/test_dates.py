from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govuk.dates import clock_time, day_month, file_size, long_date, long_datetime, short_date, weekday_date


def test_dates_are_written_as_gov_uk_writes_them():
    day = date(2011, 4, 18)
    assert [long_date(day), short_date(day), day_month(day), weekday_date(day)] == [
        "18 April 2011",
        "18 Apr 2011",
        "18 April",
        "Monday 18 April 2011",
    ]


@pytest.mark.parametrize(
    "write", [long_date, short_date, day_month, weekday_date, clock_time, long_datetime, file_size]
)
def test_nothing_is_written_for_nothing(write):
    assert write(None) == ""


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2011, 4, 18, 16, 0, tzinfo=UTC), "18 April 2011 at 5pm"),
        (datetime(2011, 1, 18, 16, 30, tzinfo=UTC), "18 January 2011 at 4:30pm"),
        (datetime(2011, 4, 18, 23, 0, tzinfo=UTC), "19 April 2011 at midnight"),
        (datetime(2011, 4, 18, 11, 0, tzinfo=UTC), "18 April 2011 at midday"),
        (datetime(2011, 4, 18, 8, 5), "18 April 2011 at 8:05am"),
    ],
)
def test_moment_is_shown_as_london_clocks_show_it(moment, written):
    assert long_datetime(moment) == written


def test_midnight_is_a_time_like_any_other():
    assert clock_time(time(0, 0)) == "midnight"


@pytest.mark.parametrize(
    ("size", "written"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (34_816, "34 KB"),
        (1024**2 - 1, "1.0 MB"),
        (1_258_291, "1.2 MB"),
        (262_144_000, "250 MB"),
        (3 * 1024**3, "3.0 GB"),
    ],
)
def test_file_size_is_written_in_the_unit_people_read(size, written):
    assert file_size(size) == written


@given(st.integers(min_value=0, max_value=10**13))
def test_file_size_never_shows_a_thousand_kilobytes_of_the_next_unit(size):
    number, unit = file_size(size).split()
    assert unit == "GB" or float(number) < 1024
