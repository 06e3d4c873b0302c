"""The token of a difference is the same only for the same difference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from spreadsheets.confirmation import token_of, was_shown


@dataclass(frozen=True)
class Change:
    key: str
    before: date | None
    after: tuple[str, ...]


ADDED, GONE = ["A1", "A2"], ["B1"]
CHANGED = [Change("C1", date(2009, 3, 31), ("x", "y"))]


def test_what_was_shown_is_known_again() -> None:
    seen = token_of(ADDED, CHANGED, GONE)
    assert len(seen) == 64
    assert was_shown(seen, iter(ADDED), (Change("C1", date(2009, 3, 31), ("x", "y")) for _ in range(1)), tuple(GONE))


@pytest.mark.parametrize(
    "parts",
    [
        (ADDED, CHANGED),
        (ADDED, CHANGED, GONE, []),
        (["A1"], CHANGED, GONE),
        (["A2", "A1"], CHANGED, GONE),
        (["A1", "A2", "B1"], CHANGED, []),
        (GONE, CHANGED, ADDED),
        (ADDED, [Change("C1", date(2009, 4, 1), ("x", "y"))], GONE),
        (ADDED, [Change("C1", None, ("x", "y"))], GONE),
        (ADDED, [Change("C1", date(2009, 3, 31), ("xy",))], GONE),
    ],
)
def test_another_difference_is_refused(parts) -> None:
    assert not was_shown(token_of(ADDED, CHANGED, GONE), *parts)


@pytest.mark.parametrize("seen", ["", "x" * 64, "é", token_of()])
def test_what_is_no_token_of_it_is_refused(seen) -> None:
    assert not was_shown(seen, ADDED)


def test_what_has_no_plain_form_cannot_be_compared() -> None:
    with pytest.raises(TypeError, match="object has no plain form"):
        token_of([object()])
