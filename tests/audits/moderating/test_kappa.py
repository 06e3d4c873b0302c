"""Weighted kappa: published worked examples, and what holds for any two people's grades."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.moderating.kappa import Pair, crossed, in_words, mean_difference, weighted_kappa

#: Stata's reference manual, entry "kappa", example of two radiologists and 85 xeromammograms with the weights "w"
#: (N. F. Boyd and others, 1982; D. G. Altman, Practical Statistics for Medical Research, 1991, pages 403 to 405):
#: observed agreement 86.67 per cent, expected 69.11 per cent, kappa 0.5684.
RADIOLOGISTS = [[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]]
#: H. L. Kundel and M. Polansky, Measurement of Observer Agreement, Radiology 228 (2003), table A1: 110 mammograms. The
#: value with equal-spacing weights is that of R's vcdExtra, help page "Mammograms": 0.5964.
READERS = [[34, 10, 2, 0], [6, 8, 8, 2], [2, 5, 4, 12], [0, 1, 2, 14]]
PUBLISHED = [(RADIOLOGISTS, 0.5684), (READERS, 0.5964)]

GRADES = 4
PAIRS = st.lists(st.tuples(st.integers(0, GRADES - 1), st.integers(0, GRADES - 1)), max_size=40)


def pairs_of(table: list[list[int]]) -> list[Pair]:
    return [(one, other) for one, row in enumerate(table) for other, number in enumerate(row) for _ in range(number)]


@pytest.mark.parametrize(("table", "kappa"), PUBLISHED, ids=["85 xeromammograms", "110 mammograms"])
def test_published_example(table, kappa) -> None:
    found = weighted_kappa(pairs_of(table))
    assert found is not None
    assert round(float(found), 4) == kappa


@pytest.mark.parametrize("table", [RADIOLOGISTS, READERS])
def test_pairs_are_counted_into_the_table_that_they_came_from(table) -> None:
    assert crossed(pairs_of(table), GRADES) == table


@pytest.mark.parametrize("pairs", [[], [(1, 1)], [(2, 2)] * 20])
def test_kappa_is_undefined_without_pairs_or_variation(pairs) -> None:
    assert weighted_kappa(pairs) is None


@given(PAIRS)
def test_kappa_is_undefined_only_without_variation(pairs) -> None:
    every = {grade for pair in pairs for grade in pair}
    assert (weighted_kappa(pairs) is None) == (len(every) < 2)


@given(st.lists(st.integers(0, GRADES - 1), min_size=2).filter(lambda grades: len(set(grades)) > 1))
def test_perfect_agreement_with_variation_is_one(grades) -> None:
    assert weighted_kappa([(grade, grade) for grade in grades]) == 1


@given(PAIRS.filter(lambda pairs: any(one != other for one, other in pairs)))
def test_any_disagreement_is_less_than_one(pairs) -> None:
    found = weighted_kappa(pairs)
    assert found is not None
    assert -1 <= found < 1


@given(PAIRS)
def test_kappa_does_not_depend_on_who_is_first(pairs) -> None:
    assert weighted_kappa(pairs) == weighted_kappa([(other, one) for one, other in pairs])


@given(PAIRS)
def test_kappa_does_not_depend_on_which_end_of_the_scale_is_best(pairs) -> None:
    turned = [(GRADES - 1 - one, GRADES - 1 - other) for one, other in pairs]
    assert weighted_kappa(pairs) == weighted_kappa(turned)


@given(PAIRS, st.integers(1, 4))
def test_kappa_does_not_depend_on_how_often_everything_is_repeated(pairs, times) -> None:
    assert weighted_kappa(pairs) == weighted_kappa(pairs * times)


@given(PAIRS.filter(bool))
def test_kappa_is_the_textbooks_formula(pairs) -> None:
    """Observed and expected agreement with the weights 1 - i / (k - 1), as the textbooks have it."""
    table, number = crossed(pairs, GRADES), len(pairs)
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    cells = [(i, j, 1 - Fraction(abs(i - j), GRADES - 1)) for i in range(GRADES) for j in range(GRADES)]
    observed = sum(weight * table[i][j] for i, j, weight in cells) / number
    expected = sum(weight * rows[i] * columns[j] for i, j, weight in cells) / number**2
    assert weighted_kappa(pairs) == (None if expected == 1 else (observed - expected) / (1 - expected))


@pytest.mark.parametrize(
    ("kappa", "words"),
    [
        ("-1", "no agreement beyond chance"),
        ("0", "no agreement beyond chance"),
        ("1/100", "slight agreement"),
        ("1/5", "slight agreement"),
        ("2/5", "fair agreement"),
        ("3/5", "moderate agreement"),
        ("4/5", "substantial agreement"),
        ("81/100", "almost perfect agreement"),
        ("1", "almost perfect agreement"),
    ],
)
def test_kappa_in_words(kappa, words) -> None:
    assert in_words(Fraction(kappa)) == words


@given(PAIRS.filter(bool))
def test_mean_difference_turns_round_with_the_people(pairs) -> None:
    there, back = mean_difference(pairs), mean_difference([(other, one) for one, other in pairs])
    assert (there.steps, there.number) == (-back.steps, len(pairs))


def test_mean_difference_is_below_zero_where_the_first_grades_are_better() -> None:
    assert mean_difference([(0, 1), (1, 1), (0, 2)]).steps == -1


def test_there_is_no_mean_difference_of_no_pairs() -> None:
    with pytest.raises(ValueError, match="no mean of no pairs"):
        mean_difference([])
