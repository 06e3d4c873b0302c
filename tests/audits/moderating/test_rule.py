"""Which audits are moderated, by the plan's rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.moderating.rule import chosen, is_chosen, rule_in_words

INITIAL = [(number, "initial") for number in range(1, 9)]
ADDITIONAL = [(number, "additional") for number in range(9, 21)]
TITLES = {"initial": "Initial case files", "additional": "Additional case files"}


@pytest.mark.parametrize(
    ("one_in", "numbers"),
    [
        (1, set(range(1, 21))),
        (2, {1, 3, 5, 7, 9, 11, 13, 15, 17, 19}),
        (5, {1, 6, 9, 14, 19}),
        (20, {1, 9}),
    ],
)
def test_one_in_so_many_of_each_selection_is_chosen(one_in, numbers) -> None:
    assert chosen([*ADDITIONAL, *INITIAL], one_in) == numbers


@given(st.integers(1, 20), st.integers(1, 100))
def test_of_so_many_cases_in_a_row_exactly_one_is_chosen(one_in, first) -> None:
    assert sum(is_chosen(place, one_in) for place in range(first, first + one_in)) == 1


@given(st.integers(1, 20), st.lists(st.sampled_from(["initial", "additional"]), max_size=30), st.data())
def test_later_cases_change_nothing_for_earlier_ones(one_in, selections, data) -> None:
    ever = list(enumerate(selections, 1))
    until = data.draw(st.integers(0, len(ever)))
    assert chosen(ever[:until], one_in) == {number for number in chosen(ever, one_in) if number <= until}


def test_rule_in_words() -> None:
    assert rule_in_words(1, TITLES) == "Every audit is moderated."
    assert rule_in_words(3, TITLES) == (
        "One audit in 3 is moderated: that of the first case of each selection, and then of every third after it. "
        "A case officer may have more of them moderated."
    )
    assert rule_in_words(5, {"initial": "Initial"}).startswith(
        "One audit in 5 is moderated: that of the first case of the selection, and then of every 5th after it."
    )
