"""Compare rows with each other: an identifier is on a list once, a child has one date of birth, and so on.

Only this is remembered of rows that have been read: the identifiers on each list, where they are, and the values that a
rule compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cases.reading.results import ERROR, WARNING, Level
from cases.reading.rules import Values
from frameworks import CaseRule, Framework

# A place is stored as one number, made of the sheet's number and the row.
_ROWS = 1 << 21


class RowPlace(NamedTuple):
    """Where a row is: the number of its sheet in the import, and its row number."""

    sheet: int
    row: int


class Clash(NamedTuple):
    """A row that disagrees with another: in which field (None for the identifier), and where the other row is."""

    at: RowPlace
    field: str | None
    level: Level
    kind: str
    message: str
    other: RowPlace | None
    value: str


class RowComparison:
    """Compares the rows of one import. Each row is passed to it once; `end` adds what is known only at the end."""

    def __init__(self, framework: Framework) -> None:
        self.seen: dict[str, dict[str, int]] = {each.key: {} for each in framework.case_lists}
        rules = [rule for rule in framework.case_rules if rule.level != "contradiction"]
        self._same = [(rule, field) for rule in rules if rule.kind == "same-in-all" for field in rule.fields]
        self._first: list[dict[str, str]] = [{} for _ in self._same]
        self._only = [rule for rule in rules if rule.kind == "only-on"]
        both = [rule for rule in rules if rule.kind == "not-both" and len(rule.on) == 2]
        # Each of two lists that exclude each other, with the children on the other one.
        self._not_both = [(rule, here, self.seen[there]) for rule in both for here, there in (rule.on, rule.on[::-1])]
        self._told_both: set[str] = set()
        self._waiting: list[tuple[CaseRule, str, str, RowPlace, str]] = []
        self._with_noughts: dict[str, str] = {}

    def first_place(self, folded: str, lists: frozenset[str]) -> RowPlace | None:
        """Where this identifier already is on one of these lists; None if it is on none."""
        for each in lists:
            if (code := self.seen[each].get(folded)) is not None:
                return RowPlace(*divmod(code, _ROWS))
        return None

    def tell(
        self, folded: str, lists: frozenset[str], at: RowPlace, values: Values, bad: frozenset[str], is_both: bool
    ) -> list[Clash]:
        """The clashes of a row with earlier rows. `is_both` is true if its own contradiction was already reported."""
        found: list[Clash] = []
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
        for rule, here, others in self._not_both:
            if here in lists and folded in others and folded not in self._told_both:
                self._told_both.add(folded)
                other = RowPlace(*divmod(others[folded], _ROWS))
                level = ERROR if rule.level == ERROR else WARNING
                field = rule.fields[rule.on.index(here)]
                found.append(Clash(at, field, level, rule.key, rule.text, other, ""))
        code = at.sheet * _ROWS + at.row
        for each in lists:
            self.seen[each][folded] = code
        return found

    def _differing(self, rule: CaseRule, field: str, folded: str, at: RowPlace, known: str) -> Clash:
        other = self.first_place(folded, frozenset(self.seen))
        return Clash(at, field, ERROR if rule.level == ERROR else WARNING, rule.key, rule.text, other, known)

    def _noughts(self, folded: str, at: RowPlace) -> Iterator[Clash]:
        """Identifiers that differ only in leading zeros are different, but it is probably a mistake."""
        bare = folded.lstrip("0")
        if len(bare) < len(folded):
            known = self._with_noughts.setdefault(bare, folded)
            twin = known if known != folded else bare
        else:
            twin = self._with_noughts.get(bare, "")
        if twin and (other := self.first_place(twin, frozenset(self.seen))):
            message = f"The identifier differs from {twin} in noughts alone. They are taken for two."
            yield Clash(at, None, WARNING, "noughts", message, other, "")

    def end(self) -> Iterator[Clash]:
        """Values that are allowed only on certain lists, for children who turned out to be on none of them."""
        for rule, field, folded, at, value in self._waiting:
            if not any(folded in self.seen[each] for each in rule.on):
                level = ERROR if rule.level == ERROR else WARNING
                yield Clash(at, field, level, rule.key, rule.text, None, value)
