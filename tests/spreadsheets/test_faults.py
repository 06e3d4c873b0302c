"""Nearest values."""

from __future__ import annotations

import time

import pytest

from spreadsheets.faults import nearest

ETHNICITIES = ["White British", "White Irish", "Any other White background", "Chinese"]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("White Britsh", ["White British"]),
        ("WHITE IRISH", ["White Irish"]),
        ("chinesse", ["Chinese"]),
        ("zebra", []),
        ("", []),
    ],
)
def test_nearest_value_is_found_whatever_its_case(value, found) -> None:
    assert nearest(value, ETHNICITIES) == found


def test_several_near_values_come_nearest_first() -> None:
    assert nearest("white brit", ETHNICITIES, most=3, cutoff=0.5) == ["White British", "White Irish"]


def test_nearest_is_cheap_enough_to_be_asked_of_every_row() -> None:
    titles = [f"Number {number} of what the council is to send, with a title of many words" for number in range(50)]
    began = time.process_time()
    for number in range(5000):
        nearest(f"many words of what {number} the council is to title, number of with a send", titles)
    # A hundredth of a second is more like it; it was twenty seconds and more.
    assert time.process_time() - began < 5


def test_of_two_that_differ_in_case_alone_the_first_is_named() -> None:
    assert nearest("foster", ["Foster", "FOSTER"], most=2) == ["Foster"]
