"""Which audits are moderated: one in so many of each selection, by the plan. Does not use Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def is_chosen(place: int, one_in: int) -> bool:
    """Whether the audit of the case that was named as the `place`-th of its selection (from 1) is moderated.

    The first is, and then every so many, so that even a small selection has one. The place counts cases that were taken
    out again too: it never changes, so nobody's audit is chosen or spared because of another case.
    """
    return (place - 1) % one_in == 0


def chosen(selections: Iterable[tuple[int, str]], one_in: int) -> frozenset[int]:
    """The numbers of the cases that are moderated; `selections` has each case ever selected: its number, its
    selection."""
    places: dict[str, int] = {}
    found = set()
    for number, selection in sorted(selections):
        places[selection] = places.get(selection, 0) + 1
        if is_chosen(places[selection], one_in):
            found.add(number)
    return frozenset(found)


def rule_in_words(one_in: int, titles: Mapping[str, str]) -> str:
    """The rule as sentences; `titles` are those of the selections that are audited."""
    if one_in == 1:
        return "Every audit is moderated."
    each = "the selection" if len(titles) == 1 else "each selection"
    return (
        f"One audit in {one_in} is moderated: that of the first case of {each}, and then of every {_nth(one_in)} after "
        "it. A case officer may have more of them moderated."
    )


def _nth(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")
