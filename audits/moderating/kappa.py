"""Agreement of two people who grade the same things on an ordered scale: weighted kappa with linear weights.

Does not use Django. Source of the measure: J. Cohen, Weighted kappa, Psychological Bulletin 70 (1968); linear weights
as in D. V. Cicchetti and T. Allison (1971). Source of the words: J. R. Landis and G. G. Koch, The measurement of
observer agreement for categorical data, Biometrics 33 (1977).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

#: The two grades of one thing as places on the scale, counted from 0, the first person's first.
Pair = tuple[int, int]

#: With fewer pairs than this, a single one changes kappa a lot.
FEW = 20
_WORDS = (
    (Fraction(0), "no agreement beyond chance"),
    (Fraction(1, 5), "slight agreement"),
    (Fraction(2, 5), "fair agreement"),
    (Fraction(3, 5), "moderate agreement"),
    (Fraction(4, 5), "substantial agreement"),
    (Fraction(1), "almost perfect agreement"),
)


def weighted_kappa(pairs: Iterable[Pair]) -> Fraction | None:
    """1 for perfect agreement, 0 for as much as chance would give, below 0 for less.

    One step apart counts as one disagreement, two steps as two and so on. None where it is undefined: without pairs,
    and where every grade of both people is the same, since chance alone would then agree too.
    """
    known = list(pairs)
    # Observed and expected disagreement, both times the square of the number of pairs.
    observed = sum(abs(one - other) for one, other in known) * len(known)
    expected = sum(abs(one - other) for one, _ in known for _, other in known)
    return 1 - Fraction(observed, expected) if expected else None


def in_words(kappa: Fraction) -> str:
    """What it is usually taken to mean: "substantial agreement"."""
    return next(words for most, words in _WORDS if kappa <= most)


def crossed(pairs: Iterable[Pair], grades: int) -> list[list[int]]:
    """How many pairs have each combination: a row for each grade of the first person, a column for the second's."""
    counts = [[0] * grades for _ in range(grades)]
    for one, other in pairs:
        counts[one][other] += 1
    return counts


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """How far the first person's grades are from the second's: in steps towards the scale's worse end, over `number`
    pairs. Below 0 the first person's are better.
    """

    steps: Fraction
    number: int


def mean_difference(pairs: Sequence[Pair]) -> MeanDifference:
    """The mean of the signed steps from the second grade to the first. Raises ValueError without pairs."""
    if not pairs:
        raise ValueError("There is no mean of no pairs.")
    return MeanDifference(Fraction(sum(one - other for one, other in pairs), len(pairs)), len(pairs))
