"""Drawing a sample of cases. Does not use Django or the database.

The rule is the domain's, section 5, item 16. Strata (a list and an age band) are in proportion by largest remainder, at
least one of each while the size allows, else the largest. Within a stratum the same rule spreads placements, and
ethnicities as far as the placements leave a choice. Children are drawn by seed from their identifiers in order, so that
the order of rows makes no difference.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that can be drawn. `place` is the stratum's place in the order of strata, such as (1, 3)."""

    identifier: str
    place: tuple[int, ...]
    placement: str = ""
    ethnicity: str = ""


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum: how many cases there are, and those that were drawn, by identifier."""

    place: tuple[int, ...]
    population: int
    drawn: tuple[str, ...]


def draw(candidates: Iterable[Candidate], *, size: int, seed: int) -> list[Stratum]:
    """Draw `size` of the candidates, whose identifiers differ. Returns every stratum with anybody in it, in order.

    Raises ValueError if there are fewer candidates than `size`, or `size` is less than 1.
    """
    ordered = sorted(candidates, key=lambda each: each.identifier)
    if not 1 <= size <= len(ordered):
        raise ValueError(f"{size} of {len(ordered)} cannot be drawn")
    # `random` gives the same numbers for a seed in every version of Python; `shuffle` need not.
    numbers = random.Random(seed)  # noqa: S311  # a sample that anybody can draw again, not a secret
    strata: dict[tuple[int, ...], list[tuple[float, Candidate]]] = defaultdict(list)
    for each in ordered:
        strata[each.place].append((numbers.random(), each))
    sizes = apportion({place: len(found) for place, found in sorted(strata.items())}, size)
    return [
        Stratum(place, len(strata[place]), tuple(sorted(_spread(_in_order(strata[place]), number))))
        for place, number in sizes.items()
    ]


def apportion(populations: Mapping[K, int], size: int) -> dict[K, int]:
    """How many to take of each, in proportion by largest remainder; at least one of each while `size` allows.

    If `size` is smaller than the number of populations, one is taken of each of the largest. Equals go by their order
    in the mapping. `size` must not be larger than all of them together.

    >>> apportion({"a": 60, "b": 30, "c": 1}, 9)
    {'a': 5, 'b': 3, 'c': 1}
    >>> apportion({"a": 2, "b": 9, "c": 5}, 2)
    {'a': 0, 'b': 1, 'c': 1}
    """
    if size < len(populations):
        largest = set(sorted(populations, key=lambda key: -populations[key])[:size])
        return {key: int(key in largest) for key in populations}
    open_to, alone = dict(populations), set[K]()
    while True:
        shares = _largest_remainder(open_to, size - len(alone))
        empty = [key for key, share in shares.items() if not share]
        if not empty:
            return {key: 1 if key in alone else shares[key] for key in populations}
        # Those that get nothing get one, and the others share what is left.
        for key in empty:
            alone.add(key)
            del open_to[key]


def _largest_remainder(populations: Mapping[K, int], size: int) -> dict[K, int]:
    total = sum(populations.values())
    shares = {key: size * number // total for key, number in populations.items()}
    left = size - sum(shares.values())
    for key in sorted(populations, key=lambda key: (-(size * populations[key] % total), -populations[key]))[:left]:
        shares[key] += 1
    return shares


def _in_order(numbered: Iterable[tuple[float, Candidate]]) -> list[Candidate]:
    return [each for _, each in sorted(numbered, key=lambda pair: (pair[0], pair[1].identifier))]


def _spread(drawn_order: Sequence[Candidate], size: int) -> list[str]:
    """The identifiers of `size` of these, placements and ethnicities spread, otherwise the first in this order."""
    placements = _shares([each.placement for each in drawn_order], size)
    ethnicities = _shares([each.ethnicity for each in drawn_order], size)
    rarest = Counter(each.ethnicity for each in drawn_order)
    taken: dict[str, None] = {}
    # Rare ethnicities first, because common ones are found in every placement.
    for each in sorted(drawn_order, key=lambda each: rarest[each.ethnicity]):
        if placements[each.placement] and ethnicities[each.ethnicity]:
            placements[each.placement] -= 1
            ethnicities[each.ethnicity] -= 1
            taken[each.identifier] = None
    # What the placements still need, whatever the ethnicity.
    for each in drawn_order:
        if placements[each.placement] and each.identifier not in taken:
            placements[each.placement] -= 1
            taken[each.identifier] = None
    return list(taken)


def _shares(values: Sequence[str], size: int) -> Counter[str]:
    """How many of each value to take. If there are more values than places, those that come first are taken."""
    populations = Counter(values)
    if size < len(populations):
        return Counter(dict.fromkeys(list(dict.fromkeys(values))[:size], 1))
    return Counter(apportion(populations, size))
