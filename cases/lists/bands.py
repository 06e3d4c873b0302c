"""Bands of age, and of time since referral, in which children are counted. Does not use Django.

Ages are completed years on the as-at day; a birthday on 29 February falls on 1 March in other years (domain, section 5,
items 1, 2 and 16).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

UNBORN, UNKNOWN = "unborn", ""


class Band(NamedTuple):
    """A band: its key, its label, and the first year (or month) above it; None for the last band."""

    key: str
    label: str
    below: int | None


AGES = (
    Band("under-1", "Under 1", 1),
    Band("1-to-4", "1 to 4", 5),
    Band("5-to-9", "5 to 9", 10),
    Band("10-to-15", "10 to 15", 16),
    Band("16-and-17", "16 and 17", 18),
    Band("18-and-over", "18 and over", None),
)
#: Counted in completed months since the referral.
TIMES = (
    Band("under-3-months", "Under 3 months", 3),
    Band("3-to-6-months", "3 to 6 months", 6),
    Band("6-to-12-months", "6 to 12 months", 12),
    Band("1-to-2-years", "1 to 2 years", 24),
    Band("2-to-5-years", "2 to 5 years", 60),
    Band("5-years-and-over", "5 years and over", None),
)


def months_between(first: date, last: date) -> int:
    """Completed months from one day to a later one; negative if the second day is earlier.

    >>> months_between(date(2008, 2, 29), date(2009, 2, 28))
    11
    """
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def age_on(born: date, on: date) -> int:
    """Age in completed years; negative before birth."""
    return months_between(born, on) // 12


def age_band(born: date | None, on: date, *, is_unborn: bool = False) -> str:
    """The key of an age's band: `UNBORN` before birth, `UNKNOWN` without a date of birth."""
    if born is None:
        return UNBORN if is_unborn else UNKNOWN
    return UNBORN if born > on else _band(age_on(born, on), AGES)


def time_band(referred: date | None, on: date) -> str:
    """The key of the band for the time since a referral: `UNKNOWN` without a date, or for one in the future."""
    return UNKNOWN if referred is None or referred > on else _band(months_between(referred, on), TIMES)


def born_between(key: str, on: date) -> tuple[date | None, date | None]:
    """The dates of birth of an age band on a day: after the first date, up to and including the second. None means no
    limit.

    Raises KeyError for an unknown band.
    """
    if key == UNBORN:
        return on, None
    place = [band.key for band in AGES].index(key) if key in {band.key for band in AGES} else None
    if place is None:
        raise KeyError(key)
    below = AGES[place].below
    older = AGES[place - 1].below if place else 0
    return (_years_before(on, below) if below is not None else None), _years_before(on, older or 0)


def _years_before(on: date, years: int) -> date:
    """The last date of birth at which somebody is this old on the day."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February of another year: somebody born on 1 March has the birthday a day later.
        return on.replace(year=on.year - years, day=28)


def _band(number: int, bands: Sequence[Band]) -> str:
    return next(band.key for band in bands if band.below is None or number < band.below)
