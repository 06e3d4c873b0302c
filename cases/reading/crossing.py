"""What several rows have to agree in: an identifier once in a list, one date of birth for one child, and so on.

This is all that is remembered of rows that have been read: the identifiers of each list with where they stand, and what
a rule compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cases.reading.results import ERROR, WARNING, Level
from cases.reading.rules import Values
from frameworks import CaseRule, Framework

# A place is kept as one number: which sheet of the import, and the row in it.
_ROWS = 1 << 21


class Place(NamedTuple):
    """Where a row stands: which sheet, counted over the whole import, and its number."""

    sheet: int
    row: int


class Crossed(NamedTuple):
    """What is wrong at a row with another: at which field (None for the identifier), and at which other row."""

    at: Place
    field: str | None
    level: Level
    kind: str
    message: str
    other: Place | None
    value: str


class Crossing:
    """Every row of one import is told to it once; `end` says what can only be known when all have been."""

    def __init__(self, framework: Framework) -> None:
        self.seen: dict[str, dict[str, int]] = {each.key: {} for each in framework.case_lists}
        rules = [rule for rule in framework.case_rules if rule.level != "contradiction"]
        self._same = [(rule, field) for rule in rules if rule.kind == "same-in-all" for field in rule.fields]
        self._first: list[dict[str, str]] = [{} for _ in self._same]
        self._only = [rule for rule in rules if rule.kind == "only-on"]
        self._not_both = [rule for rule in rules if rule.kind == "not-both" and len(rule.on) == 2]
        self._told_both: set[str] = set()
        self._waiting: list[tuple[CaseRule, str, str, Place, str]] = []
        self._with_noughts: dict[str, str] = {}

    def first_place(self, folded: str, lists: frozenset[str]) -> Place | None:
        """Where the identifier stands already on one of these lists; None where it is new on each."""
        for each in lists:
            if (code := self.seen[each].get(folded)) is not None:
                return Place(*divmod(code, _ROWS))
        return None

    def tell(
        self, folded: str, lists: frozenset[str], at: Place, values: Values, bad: frozenset[str], is_both: bool
    ) -> list[Crossed]:
        """What is wrong with a row that is new on its lists, seen with those before it. `is_both` was said already."""
        found: list[Crossed] = []
        if (folded[0] == "0" or self._with_noughts) and folded.isdigit():
            found.extend(self._noughts(folded, at))
        for (rule, field), first in zip(self._same, self._first, strict=True):
            value = values.get(field)
            if value is not None and field not in bad and first.setdefault(folded, value) != value:
                found.append(self._differing(rule, field, folded, at, first[folded]))
        if is_both:
            self._told_both.add(folded)
        for rule in self._only:
            if lists.isdisjoint(rule.on) and (not rule.lists or not lists.isdisjoint(rule.lists)):
                for field in rule.fields:
                    if field in values:
                        self._waiting.append((rule, field, folded, at, values[field]))
        for rule in self._not_both:
            if not lists.isdisjoint(rule.on):
                found.extend(self._both(rule, folded, lists, at))
        code = at.sheet * _ROWS + at.row
        for each in lists:
            self.seen[each][folded] = code
        return found

    def _differing(self, rule: CaseRule, field: str, folded: str, at: Place, known: str) -> Crossed:
        other = self.first_place(folded, frozenset(self.seen))
        return Crossed(at, field, ERROR if rule.level == ERROR else WARNING, rule.key, rule.text, other, known)

    def _both(self, rule: CaseRule, folded: str, lists: frozenset[str], at: Place) -> Iterator[Crossed]:
        for here, there in (rule.on, rule.on[::-1]):
            if here in lists and folded in self.seen[there] and folded not in self._told_both:
                self._told_both.add(folded)
                other = Place(*divmod(self.seen[there][folded], _ROWS))
                level = ERROR if rule.level == ERROR else WARNING
                yield Crossed(at, rule.fields[rule.on.index(here)], level, rule.key, rule.text, other, "")

    def _noughts(self, folded: str, at: Place) -> Iterator[Crossed]:
        """Identifiers that differ in the noughts before them alone are two, and likely one by mistake."""
        bare = folded.lstrip("0")
        if len(bare) < len(folded):
            known = self._with_noughts.setdefault(bare, folded)
            twin = known if known != folded else bare
        else:
            twin = self._with_noughts.get(bare, "")
        if twin and (other := self.first_place(twin, frozenset(self.seen))):
            message = f"The identifier differs from {twin} in noughts alone. They are taken for two."
            yield Crossed(at, None, WARNING, "noughts", message, other, "")

    def end(self) -> Iterator[Crossed]:
        """What is wrong with rows because somebody is on none of the lists on which a value has its place."""
        for rule, field, folded, at, value in self._waiting:
            if not any(folded in self.seen[each] for each in rule.on):
                level = ERROR if rule.level == ERROR else WARNING
                yield Crossed(at, field, level, rule.key, rule.text, None, value)
