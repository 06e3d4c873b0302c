"""Dates, yes and no, and names, as councils' systems write them."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.reading.dates import MONTHS, NoDate, in_words, read_date
from cases.reading.list_names import ListNames
from cases.reading.yes_no import yes_or_no
from tests.cases.reading.files import FRAMEWORK

DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))


@given(DAYS, st.sampled_from(["/", "-", ".", " "]), st.booleans(), st.sampled_from(["", " 00:00", " 00:00:00.000"]))
def test_day_first_is_always_read_so(day, between, padded, midnight) -> None:
    number = "{:02}" if padded else "{}"
    text = between.join([number.format(day.day), number.format(day.month), str(day.year)]) + midnight
    assert read_date(text) == day


@given(DAYS)
def test_iso_names_of_months_and_serial_numbers(day) -> None:
    named = f"{day.day}-{MONTHS[day.month - 1].capitalize()}-{day.year}"
    serial = (day - date(1899, 12, 30)).days
    for cell in (
        day.isoformat(),
        f"{day}T00:00:00Z",
        named,
        named.upper(),
        in_words(day),
        f"{day:%Y%m%d}",
        float(serial),
        str(serial),
    ):
        assert read_date(cell) == day
    assert read_date(datetime.combine(day, time())) == day


@given(st.dates(date(1955, 1, 1), date(2099, 12, 31)))
def test_serial_numbers_from_1904(day) -> None:
    assert read_date(float((day - date(1904, 1, 1)).days), from_1904=True) == day


@given(DAYS.filter(lambda day: day.day > 12))
def test_month_first_is_refused_and_says_what_would_be_right(day) -> None:
    found = read_date(f"{day.month}/{day.day}/{day.year}")
    assert isinstance(found, NoDate)
    assert found.kind == "date-month-first"
    assert f"{day.day}/{day.month:02}/{day.year}" in found.message


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("31/03/09", "date-two-figure-year"), ("31-Mar-09", "date-two-figure-year"), ("30/02/2009", "date-impossible"),
        ("31/04/2009", "date-impossible"), ("00/04/2009", "date-impossible"), ("2009-13-01", "date-impossible"),
        ("31/03/0209", "date-impossible"),
        ("March 31, 2009", "date-month-first"), ("31/03/2009 09:15", "date-with-time"),
        ("2009-03-30T23:00:00Z", "date-with-time"), (datetime(2009, 3, 31, 9, 15), "date-with-time"),
        ("2009", "date-unreadable"), ("31/03", "date-unreadable"), ("today", "date-unreadable"),
        (True, "date-unreadable"),
        (39903.5, "date-unreadable"), (2009.0, "date-unreadable"), (time(9, 15), "date-unreadable"),
        ("31 Mars 2009", "date-unreadable"), ("٣١/٠٣/٢٠٠٩ x", "date-unreadable"), ("1/2/3/2009", "date-unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_date_says_why(cell, kind) -> None:
    found = read_date(cell)
    assert isinstance(found, NoDate)
    assert found.kind == kind


@pytest.mark.parametrize(
    "text",
    ["Y", "y", "Yes", "YES", "yes.", "1", "TRUE", "True", "t", "a) Yes", "(a) yes", "A. Yes", "1 - Yes", "1: Yes",
     "Y - Yes", "Yes (Y)", "01 - Yes", "✓", "3 - yes"],
)  # fmt: skip
def test_yes_in_its_spellings(text) -> None:
    assert yes_or_no(text) == "yes"


@pytest.mark.parametrize(
    "text", ["N", "no", "No.", "0", "FALSE", "f", "b) No", "(b) no", "2 - No", "0 - No", "N: No", "No (N)", "02. No"]
)
def test_no_in_its_spellings(text) -> None:
    assert yes_or_no(text) == "no"


@pytest.mark.parametrize(
    "text",
    ["maybe", "perhaps", "Yes/No", "Y/N", "1 - No", "0 - Yes", "not known", "unknown", "2", "yes and no", "yesterday",
     "possibly yes", "?", "", "yes?no", "not yes", "no longer known"],
)  # fmt: skip
def test_what_is_neither_yes_nor_no(text) -> None:
    assert yes_or_no(text) is None


@pytest.mark.parametrize(
    ("name", "on"),
    [
        ("Sheet1", None), ("Export", None), ("cases", None), ("All children", None), ("CIN and CP", None),
        ("CIN", "child-in-need"), ("cin_list", "child-in-need"), ("2 - Child Protection", "child-protection"),
        ("LAC & Care Leavers", "looked-after"), ("Children looked after", "looked-after"),
        ("CLA31032009", "looked-after"), ("Unallocated Cases", "unallocated"), ("principal", None), ("cpanel", None),
    ],
)  # fmt: skip
def test_names_of_lists(name, on) -> None:
    found = ListNames(FRAMEWORK).named(name)
    assert (found.key if found else None) == on
