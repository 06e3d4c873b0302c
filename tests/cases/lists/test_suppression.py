"""What is shown of a breakdown never gives a small number away, whoever knows the total and the rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.lists.suppression import MOST_HIDDEN, suppressed

COUNTS = st.lists(st.integers(0, 60), min_size=2, max_size=12)
SMALL = range(1, MOST_HIDDEN + 1)


def breakdowns(total: int, groups: int) -> Iterator[tuple[int, ...]]:
    """Every way in which a total can fall into so many groups."""
    if groups == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in breakdowns(total - first, groups - 1):
            yield (first, *rest)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([12, 0, 40], [12, 0, 40]),
        ([3, 12, 40], [None, None, 40]),
        ([3, 12, 40, 12], [None, None, 40, None]),
        ([1, 4, 40], [None, None, 40]),
        ([2, 2, 9, 40], [None, None, None, 40]),
        ([2, 3, 0, 9], [None, None, 0, 9]),
        ([3, 0, 0], [None, None, None]),
        ([1, 1, 1, 1, 1], [None, None, None, None, None]),
        ([], []),
        ([0, 0], [0, 0]),
    ],
)
def test_breakdown_is_shown_so(counts, shown) -> None:
    assert suppressed(counts) == shown


@pytest.mark.parametrize(("total", "groups"), [(total, groups) for groups in (2, 3) for total in range(26)])
def test_no_small_number_can_be_worked_out_in_any_breakdown_of(total, groups) -> None:
    _prove(total, groups)


@pytest.mark.parametrize(("total", "groups"), [(13, 4), (16, 4), (5, 5), (8, 5), (7, 7), (20, 4)])
def test_no_small_number_can_be_worked_out_among_several_groups_of(total, groups) -> None:
    _prove(total, groups)


def _prove(total: int, groups: int) -> None:
    """Puts together all breakdowns that look the same, as somebody would who knows the total and the rule."""
    alike = defaultdict(list)
    for counts in breakdowns(total, groups):
        alike[tuple(suppressed(counts))].append(counts)
    for shown, possible in alike.items():
        for place, number in enumerate(shown):
            there = {counts[place] for counts in possible}
            assert number is None or there == {number}
            assert not (number is None and len(there) == 1 and there <= set(SMALL)), (shown, possible)


@given(COUNTS)
def test_no_small_number_is_shown(counts) -> None:
    assert not set(suppressed(counts)) & set(SMALL)


@given(COUNTS)
def test_what_is_hidden_may_stand_in_another_order(counts) -> None:
    """For breakdowns of any size: at least two are hidden, and another order of them is shown alike."""
    shown = suppressed(counts)
    places = [place for place, number in enumerate(shown) if number is None]
    if not places:
        assert not set(counts) & set(SMALL)
        return
    assert len(places) > 1
    turned = list(counts)
    for place, following in zip(places, [*places[1:], places[0]], strict=True):
        turned[place] = counts[following]
    assert suppressed(turned) == shown
    # Where all that is hidden is the same, no number larger than 4 is left to hide it with.
    assert len({counts[place] for place in places}) > 1 or max(counts) <= MOST_HIDDEN


@given(COUNTS)
def test_numbers_that_point_at_nobody_are_shown_as_they_are(counts) -> None:
    shown = suppressed(counts)
    assert all(number in (None, count) for number, count in zip(shown, counts, strict=True))
    if not set(counts) & set(SMALL):
        assert shown == counts


@given(COUNTS, st.randoms())
def test_the_order_of_the_groups_does_not_matter(counts, random) -> None:
    order = list(range(len(counts)))
    random.shuffle(order)
    shown = suppressed(counts)
    assert suppressed([counts[place] for place in order]) == [shown[place] for place in order]
