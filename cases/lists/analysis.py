"""Breakdowns of the lists by age, gender, ethnicity and so on, from the counts stored with each import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cases.lists.suppression import suppressed
from cases.models import ImportCount
from cases.state import ImportedList, ListState
from cases.value_labels import ValueLabels
from frameworks import CaseField

HIDDEN = "Hidden"
#: The number in each group, by import, list and field.
Kept = Mapping[tuple[int, str, str], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class BreakdownGroup:
    """One group: how many are in it now and how many were before. None means hidden, or not counted at the time."""

    key: str
    label: str
    count: int | None
    before: int | None

    @property
    def shown(self) -> str:
        return HIDDEN if self.count is None else str(self.count)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A list broken down by one field, without the groups that are empty now and were before. `total` is the list's."""

    title: str
    parts: tuple[BreakdownGroup, ...]
    total: int

    @property
    def is_hidden(self) -> bool:
        """Whether everything in it is hidden, so that no table is worth showing."""
        return bool(self.parts) and all(part.count is None for part in self.parts)

    @property
    def is_suppressed(self) -> bool:
        """Whether any number in it is hidden."""
        return any(part.count is None for part in self.parts)


def kept_counts(imports: Iterable[ImportedList | None]) -> Kept:
    """The counts stored with these imports."""
    found: dict[tuple[int, str, str], dict[str, int]] = defaultdict(dict)
    keys = {each.import_key for each in imports if each}
    rows = ImportCount.objects.filter(case_import__in=keys).exclude(field="")
    for import_key, case_list, field, value, count in rows.values_list(
        "case_import_id", "list", "field", "value", "count"
    ):
        found[import_key, case_list, field][value] = count
    return found


def breakdowns(state: ListState, kept: Kept, labels: ValueLabels, *, is_whole: bool) -> list[Breakdown]:
    """A list broken down by each field that is counted; none if it was never imported or is empty.

    `is_whole` is for those who may see its children. For others small numbers are hidden, and so is the import before,
    because more can be worked out from two tables than from one.
    """
    if state.last is None or not state.last.count:
        return []
    return [
        _breakdown(field, state, state.last, kept, labels, is_whole=is_whole)
        for field in labels.counted_on(state.case_list.key)
    ]


def _breakdown(
    field: CaseField, state: ListState, last: ImportedList, kept: Kept, labels: ValueLabels, *, is_whole: bool
) -> Breakdown:
    key = state.case_list.key
    now = kept.get((last.import_key, key, field.key), {})
    before = kept.get((state.before.import_key, key, field.key), {}) if state.before and is_whole else None
    groups = labels.groups_of(field)
    # Includes empty groups, because a zero may have to be hidden too.
    numbers = [now.get(group.key, 0) for group in groups]
    parts = [
        BreakdownGroup(group.key, group.label, count, None if before is None else before.get(group.key, 0))
        for group, count in zip(groups, numbers if is_whole else suppressed(numbers), strict=True)
    ]
    return Breakdown(title_of(field), tuple(part for part in parts if part.count != 0 or part.before), last.count)


def title_of(field: CaseField) -> str:
    """The title of a breakdown by this field."""
    return {"birth": "Age", "referral": "Time since referral"}.get(str(field.role), field.label)
