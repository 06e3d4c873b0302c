"""The lists by age, gender, ethnicity and so on, from the counts kept with each import; never from the children."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cases.lists.suppression import suppressed
from cases.lists.words import Words
from cases.models import ImportCount
from cases.state import Imported, ListState
from frameworks import CaseField

HIDDEN = "Hidden"
#: How many are in each group, by import, list and field.
Kept = Mapping[tuple[int, str, str], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Part:
    """One group: how many are in it now and were after the import before. None is hidden, or was not counted then."""

    key: str
    label: str
    count: int | None
    before: int | None

    @property
    def shown(self) -> str:
        return HIDDEN if self.count is None else str(self.count)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A list by one field: groups that nobody is in now or was before are left out; `total` is the list's."""

    title: str
    parts: tuple[Part, ...]
    total: int

    @property
    def is_suppressed(self) -> bool:
        """Whether something in it is hidden."""
        return any(part.count is None for part in self.parts)


def kept_counts(imports: Iterable[Imported | None]) -> Kept:
    """The counts kept with these imports (one query)."""
    found: dict[tuple[int, str, str], dict[str, int]] = defaultdict(dict)
    keys = {each.import_key for each in imports if each}
    rows = ImportCount.objects.filter(case_import__in=keys).exclude(field="")
    for import_key, case_list, field, value, count in rows.values_list(
        "case_import_id", "list", "field", "value", "count"
    ):
        found[import_key, case_list, field][value] = count
    return found


def breakdowns(state: ListState, kept: Kept, words: Words, *, is_whole: bool) -> list[Breakdown]:
    """A list by each of the fields that it is counted by; none where it was never imported, or is empty.

    `is_whole` for those who may see its children. For others small numbers are hidden, and nothing is said of the
    import before: from two such tables side by side more could be worked out than from each.
    """
    if state.last is None or not state.last.count:
        return []
    return [
        _breakdown(field, state, state.last, kept, words, is_whole=is_whole)
        for field in words.counted_on(state.case_list.key)
    ]


def _breakdown(
    field: CaseField, state: ListState, last: Imported, kept: Kept, words: Words, *, is_whole: bool
) -> Breakdown:
    key = state.case_list.key
    now = kept.get((last.import_key, key, field.key), {})
    before = kept.get((state.before.import_key, key, field.key), {}) if state.before and is_whole else None
    groups = words.groups_of(field)
    # Of all groups: which of them nobody is in may be what has to be hidden.
    numbers = [now.get(group.key, 0) for group in groups]
    parts = [
        Part(group.key, group.label, count, None if before is None else before.get(group.key, 0))
        for group, count in zip(groups, numbers if is_whole else suppressed(numbers), strict=True)
    ]
    return Breakdown(title_of(field), tuple(part for part in parts if part.count != 0 or part.before), last.count)


def title_of(field: CaseField) -> str:
    """What a breakdown by a field is called."""
    return {"birth": "Age", "referral": "Time since referral"}.get(str(field.role), field.label)
