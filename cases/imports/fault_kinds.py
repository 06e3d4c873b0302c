"""Faults grouped by kind: the title of each kind, how many there are, and the first few."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cases.models import CaseImport, ImportFault
from cases.reading import CaseFault
from frameworks import Framework

#: How many faults of each kind the import's page shows. Another page lists them all.
FIRST = 3
#: How many faults of each kind the result of a check shows. It has no other page.
FIRST_OF_CHECK = 20
#: The titles of the kinds that do not come from a framework's rules.
TITLES = {
    "blank": "Empty cells",
    "column-lacking": "Columns that are not in the file",
    "column-not-read": "Columns that repeat another one",
    "date-after-as-at": "Dates after the day of the list",
    "date-future": "Dates in the future",
    "date-impossible": "Dates that do not exist",
    "date-month-first": "Dates with the month first",
    "date-two-figure-year": "Years of two figures",
    "date-unreadable": "Cells that are not a date",
    "date-with-time": "Dates with a time of day",
    "error-word": "Error values such as #N/A",
    "flag-says-no": "Rows that say they are not on the list",
    "formula-without-value": "Formulas without a value",
    "heading-twice": "Headings that appear twice",
    "headings-unknown": "Headings that are not those of a case list",
    "identifier-missing": "Identifiers that are missing",
    "identifier-twice": "Identifiers that are on the list twice",
    "identifier-unreadable": "Cells that are not an identifier",
    "kept-as-text": "Values that are kept as text",
    "list-unknown": "Files that do not say which list they hold",
    "names": "Names in place of identifiers",
    "no-identifiers": "No column of identifiers",
    "no-row": "Files without a row of a list",
    "not-a-code": "Values that are not on the list of values",
    "not-a-number": "Cells that are not a number",
    "not-yes-or-no": "Cells that are neither yes nor no",
    "noughts": "Identifiers that differ only in their noughts",
    "on-no-list": "Rows that are on no list",
    "other-return": "Files of another return",
    "would-be-empty": "Lists that would become empty",
}


@dataclass(frozen=True, slots=True)
class FaultKind:
    """All faults of one kind: how many there are, and the first few."""

    level: str
    kind: str
    title: str
    count: int
    first: Sequence[Any] = field(default=(), compare=False)

    @property
    def more(self) -> int:
        """How many there are beyond the first few."""
        return max(0, self.count - len(self.first))


def title_of(kind: str, framework: Framework) -> str:
    """The title of a kind of fault. For a framework's rule it is the first sentence of its text."""
    rule = next((rule for rule in framework.case_rules if rule.key == kind), None)
    if rule is not None:
        return rule.text.partition(". ")[0].removesuffix(".")
    return TITLES.get(kind, kind.replace("-", " ").capitalize())


def kinds_of_import(found: CaseImport, level: str, framework: Framework, *, first: int = FIRST) -> list[FaultKind]:
    """The kinds of faults of one level in an import, the most frequent first."""
    rows = [(row["count"], row["kind"]) for row in found.fault_counts if row["level"] == level]
    faults = ImportFault.objects.filter(case_import=found, level=level)
    return [
        FaultKind(
            level, kind, title_of(kind, framework), count, list(faults.filter(kind=kind)[:first]) if first else ()
        )
        for count, kind in sorted(rows, key=lambda row: (-row[0], row[1]))
    ]


def kinds_of_check(faults: Iterable[CaseFault], framework: Framework) -> list[FaultKind]:
    """The kinds of faults found by a check, the most frequent first."""
    by_kind: dict[tuple[str, str], list[CaseFault]] = defaultdict(list)
    for fault in faults:
        by_kind[fault.level, fault.kind].append(fault)
    return [
        FaultKind(level, kind, title_of(kind, framework), len(found), found[:FIRST_OF_CHECK])
        for (level, kind), found in sorted(by_kind.items(), key=lambda each: (-len(each[1]), each[0]))
    ]


def in_words(kinds: Iterable[FaultKind], one: str) -> str:
    """How many faults there are: "12 errors in 3 kinds"."""
    rows = list(kinds)
    number = sum(row.count for row in rows)
    words = f"{number:,} {one}{'' if number == 1 else 's'}"
    return f"{words} in {len(rows)} kinds" if len(rows) > 1 else words
