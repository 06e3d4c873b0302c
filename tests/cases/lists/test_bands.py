"""Ages and times since referral fall into the bands of the domain, on every day of the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.lists.bands import AGES, UNBORN, UNKNOWN, age_band, age_on, born_between, months_between, time_band

ON = date(2011, 4, 21)
DAYS = st.dates(date(1980, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("born", "age", "band"),
    [
        (date(2011, 4, 22), -1, UNBORN),
        (ON, 0, "under-1"),
        (date(2010, 4, 22), 0, "under-1"),
        (date(2010, 4, 21), 1, "1-to-4"),
        (date(2006, 4, 22), 4, "1-to-4"),
        (date(2006, 4, 21), 5, "5-to-9"),
        (date(2001, 4, 21), 10, "10-to-15"),
        (date(1995, 4, 21), 16, "16-and-17"),
        (date(1993, 4, 22), 17, "16-and-17"),
        (date(1993, 4, 21), 18, "18-and-over"),
        (date(1980, 1, 1), 31, "18-and-over"),
    ],
)
def test_age_is_in_its_band(born, age, band) -> None:
    assert (age_on(born, ON), age_band(born, ON)) == (age, band)


def test_birthday_on_29_february_falls_on_1_march_in_other_years() -> None:
    born = date(2008, 2, 29)
    assert age_on(born, date(2009, 2, 28)) == 0
    assert age_on(born, date(2009, 3, 1)) == 1
    assert age_on(born, date(2012, 2, 28)) == 3
    assert age_on(born, date(2012, 2, 29)) == 4


def test_child_without_a_date_of_birth_is_unborn_or_not_known() -> None:
    assert age_band(None, ON, is_unborn=True) == UNBORN
    assert age_band(None, ON) == UNKNOWN


@pytest.mark.parametrize(
    ("referred", "band"),
    [
        (None, UNKNOWN),
        (ON + timedelta(days=1), UNKNOWN),
        (ON, "under-3-months"),
        (date(2011, 1, 22), "under-3-months"),
        (date(2011, 1, 21), "3-to-6-months"),
        (date(2010, 10, 21), "6-to-12-months"),
        (date(2010, 4, 21), "1-to-2-years"),
        (date(2009, 4, 21), "2-to-5-years"),
        (date(2006, 4, 21), "5-years-and-over"),
    ],
)
def test_time_since_referral_is_in_its_band(referred, band) -> None:
    assert time_band(referred, ON) == band


@given(DAYS, DAYS)
def test_births_between_two_days_are_those_of_the_band(born, on) -> None:
    band = age_band(born, on)
    for key in (*(each.key for each in AGES), UNBORN):
        after, until = born_between(key, on)
        assert ((after is None or born > after) and (until is None or born <= until)) == (key == band)


def test_there_are_no_births_of_a_band_that_does_not_exist() -> None:
    with pytest.raises(KeyError):
        born_between("teenager", ON)


@given(DAYS, DAYS)
def test_months_are_completed_ones(first, last) -> None:
    assert months_between(first, last) == -1 - months_between(last, first) or first.day == last.day
