"""The sample against a plain model: sizes, proportions, one of each, spread, and nothing but the lists and the seed."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.selecting.sampling import Candidate, Stratum, apportion, draw

sizes = st.dictionaries(st.integers(0, 30), st.integers(1, 400), min_size=1, max_size=15)


def plain_largest_remainder(populations: dict[int, int], size: int) -> dict[int, int]:
    """The rule as a book has it: whole parts, then one more for the largest remainders."""
    total = sum(populations.values())
    quotas = {key: Fraction(size * number, total) for key, number in populations.items()}
    shares = {key: int(quota) for key, quota in quotas.items()}
    by_remainder = sorted(populations, key=lambda key: (quotas[key] - shares[key], populations[key]), reverse=True)
    for key in by_remainder[: size - sum(shares.values())]:
        shares[key] += 1
    return shares


@st.composite
def populations_and_size(draw_from) -> tuple[dict[int, int], int]:
    populations = draw_from(sizes)
    return populations, draw_from(st.integers(1, sum(populations.values())))


@given(populations_and_size())
def test_shares_add_up_and_are_at_most_what_there_is(given_: tuple[dict[int, int], int]) -> None:
    populations, size = given_
    shares = apportion(populations, size)
    assert list(shares) == list(populations)
    assert sum(shares.values()) == size
    assert all(0 <= shares[key] <= populations[key] for key in populations)


@given(populations_and_size())
def test_at_least_one_of_each_while_the_size_allows_else_the_largest(given_: tuple[dict[int, int], int]) -> None:
    populations, size = given_
    shares = apportion(populations, size)
    if size >= len(populations):
        assert min(shares.values()) >= 1
        return
    assert set(shares.values()) <= {0, 1}
    left_out = [populations[key] for key, share in shares.items() if not share]
    taken = [populations[key] for key, share in shares.items() if share]
    assert max(left_out) <= min(taken)


@given(populations_and_size())
def test_shares_are_those_of_the_largest_remainder_where_it_leaves_nobody_out(
    given_: tuple[dict[int, int], int],
) -> None:
    populations, size = given_
    plain = plain_largest_remainder(populations, size)
    if min(plain.values()) >= 1:
        shares = apportion(populations, size)
        # Equal remainders of equal populations may go to either.
        assert sorted((populations[key], share) for key, share in shares.items()) == sorted(
            (populations[key], share) for key, share in plain.items()
        )


@given(populations_and_size())
def test_whoever_has_more_than_one_shares_in_proportion_what_the_others_leave(
    given_: tuple[dict[int, int], int],
) -> None:
    populations, size = given_
    if size < len(populations):
        return
    shares = apportion(populations, size)
    several = {key: number for key, number in populations.items() if shares[key] > 1}
    if several:
        total, seats = sum(several.values()), sum(shares[key] for key in several)
        assert all(abs(shares[key] - Fraction(seats * number, total)) < 1 for key, number in several.items())


@given(populations_and_size())
def test_a_larger_population_never_has_less(given_: tuple[dict[int, int], int]) -> None:
    populations, size = given_
    shares = apportion(populations, size)
    ordered = sorted(populations, key=lambda key: (populations[key], shares[key]))
    found = [shares[key] for key in ordered]
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("populations", "size", "shares"),
    [
        ([50, 30, 20], 10, [5, 3, 2]),
        ([53, 24, 23], 7, [4, 2, 1]),  # 3.71, 1.68, 1.61: one each for the two largest remainders
        ([97, 1, 1, 1], 8, [5, 1, 1, 1]),
        ([97, 1, 1, 1], 2, [1, 1, 0, 0]),
        ([3], 3, [3]),
        ([1, 1, 1], 3, [1, 1, 1]),
        ([10, 10], 3, [2, 1]),
    ],
)
def test_worked_examples(populations: list[int], size: int, shares: list[int]) -> None:
    assert list(apportion(dict(enumerate(populations)), size).values()) == shares


@st.composite
def children(draw_from) -> list[Candidate]:
    names = draw_from(st.lists(st.text("abc0123456789", min_size=1, max_size=6), min_size=1, max_size=120, unique=True))
    place = st.tuples(st.integers(0, 3), st.integers(0, 5))
    return [
        Candidate(
            name, draw_from(place), draw_from(st.sampled_from(["", "u", "v", "w"])), draw_from(st.sampled_from("pqr"))
        )
        for name in names
    ]


@st.composite
def draws(draw_from) -> tuple[list[Candidate], int, int]:
    found = draw_from(children())
    return found, draw_from(st.integers(1, len(found))), draw_from(st.integers(0, 2**31))


@given(draws())
def test_sample_has_its_size_and_every_stratum_its_share(given_: tuple[list[Candidate], int, int]) -> None:
    candidates, size, seed = given_
    strata = draw(candidates, size=size, seed=seed)
    populations = Counter(each.place for each in candidates)
    assert [each.place for each in strata] == sorted(populations)
    assert {each.place: each.population for each in strata} == populations
    shares = apportion(dict(sorted(populations.items())), size)
    assert {each.place: len(each.drawn) for each in strata} == shares
    names = {each.identifier: each.place for each in candidates}
    drawn = [(name, stratum.place) for stratum in strata for name in stratum.drawn]
    assert len(drawn) == len(set(drawn)) == size
    assert all(names[name] == place for name, place in drawn)


@given(draws(), st.randoms())
def test_sample_is_the_same_whatever_the_order_of_rows(
    given_: tuple[list[Candidate], int, int], order: random.Random
) -> None:
    candidates, size, seed = given_
    first = draw(candidates, size=size, seed=seed)
    shuffled = list(candidates)
    order.shuffle(shuffled)
    assert draw(shuffled, size=size, seed=seed) == first
    assert draw(iter(candidates), size=size, seed=seed) == first


def _within(candidates: list[Candidate], stratum: Stratum) -> tuple[list[Candidate], list[Candidate]]:
    there = [each for each in candidates if each.place == stratum.place]
    return there, [each for each in there if each.identifier in stratum.drawn]


@given(draws())
def test_placements_are_spread_within_each_stratum_by_the_same_rule(given_: tuple[list[Candidate], int, int]) -> None:
    candidates, size, seed = given_
    for stratum in draw(candidates, size=size, seed=seed):
        there, taken = _within(candidates, stratum)
        populations = Counter(each.placement for each in there)
        found = Counter(each.placement for each in taken)
        assert len(found) == min(len(populations), len(taken))
        if len(taken) >= len(populations):
            shares = apportion(populations, len(taken))
            assert sorted((populations[key], found[key]) for key in populations) == sorted(
                (populations[key], shares[key]) for key in populations
            )


@given(draws())
def test_ethnicities_are_spread_where_placements_leave_the_choice(given_: tuple[list[Candidate], int, int]) -> None:
    candidates, size, seed = given_
    alike = [Candidate(each.identifier, each.place, "", each.ethnicity) for each in candidates]
    for stratum in draw(alike, size=size, seed=seed):
        there, taken = _within(alike, stratum)
        populations = Counter(each.ethnicity for each in there)
        found = Counter(each.ethnicity for each in taken)
        assert len(found) == min(len(populations), len(taken))


def _many() -> list[Candidate]:
    return [
        Candidate(f"c{number:04}", (number % 2, number % 3), "uv"[number % 2], "pq"[number % 5 == 0])
        for number in range(600)
    ]


def test_another_seed_draws_other_cases() -> None:
    samples = {tuple(name for each in draw(_many(), size=12, seed=seed) for name in each.drawn) for seed in range(20)}
    assert len(samples) == 20


def test_every_case_can_be_drawn() -> None:
    """Over many seeds nobody is drawn far more or less often than the others of their stratum."""
    counts = Counter(name for seed in range(400) for each in draw(_many(), size=60, seed=seed) for name in each.drawn)
    assert len(counts) == 600
    assert 15 <= min(counts.values()) <= max(counts.values()) <= 80


def test_a_seed_gives_this_sample_for_ever() -> None:
    """Written down, so that a change of the rule or of Python cannot change a sample that was drawn before."""
    drawn = [each.drawn for each in draw(_many(), size=9, seed=2011)]
    assert drawn == FOR_EVER


FOR_EVER: list[tuple[str, ...]] = [
    ("c0090", "c0168"),
    ("c0358", "c0520"),
    ("c0170", "c0476"),
    ("c0357",),
    ("c0505",),
    ("c0125",),
]


@pytest.mark.parametrize("size", [0, -1, 7])
def test_a_size_that_cannot_be_drawn_is_an_error(size: int) -> None:
    with pytest.raises(ValueError, match="cannot be drawn"):
        draw([Candidate(str(number), (0, 0)) for number in range(6)], size=size, seed=1)
