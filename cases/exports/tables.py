"""The lists as tables. The headings are the framework's labels, so an export can be imported again unchanged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Q, QuerySet

from cases.lists.analysis import title_of
from cases.lists.bands import age_band, time_band
from cases.models import CaseImport, ListRow
from cases.value_labels import YES_NO, ValueLabels
from frameworks import CaseField, CaseList
from inspections.models import Inspection

Value = str | date | None
#: A row of a list: the identifier, the stored values by field, the date of birth and the date of referral.
Facts = tuple[str, Mapping[str, str], date | None, date | None]
Tables = list[tuple[str, list[tuple[str, int]]]]
# How many rows are fetched from the database at a time.
BUNCH = 2000
REMEMBERED = 20_000


def applied_lists(inspection: Inspection) -> Mapping[str, CaseImport]:
    """For the key of each list that was imported or stated to be empty, the import that last changed it."""
    rows = CaseImport.objects.filter(inspection=inspection, state=CaseImport.State.APPLIED)
    return {key: row for row in rows.order_by("applied_at", "number") for key in row.lists}


def rows_as_of(inspection: Inspection, case_list: str, moment: datetime) -> QuerySet[ListRow]:
    """The rows of a list as they were at a moment, ordered by identifier. Later imports make no difference."""
    return ListRow.objects.filter(
        Q(until=None) | Q(until__applied_at__gt=moment),
        inspection=inspection,
        list=case_list,
        since__applied_at__lte=moment,
    ).order_by("child__folded")


def facts_of(rows: QuerySet[ListRow]) -> Iterator[Facts]:
    """What is written of each row, fetched a few thousand rows at a time."""
    return rows.values_list("child__identifier", "values", "born", "referred").iterator(BUNCH)


@dataclass
class ListSheet:
    """One list while it is being written. It counts children by group and notes which fields are empty."""

    labels: ValueLabels
    case_list: CaseList
    on: date

    def __post_init__(self) -> None:
        key = self.case_list.key
        self.fields: tuple[CaseField, ...] = self.labels.framework.fields_of(key)
        self.counted = self.labels.counted_on(key)
        self.children = 0
        self._unborn = self.labels.framework.field_with("unborn", key)
        self._groups: dict[str, Counter[str]] = {field.key: Counter() for field in self.counted}
        self._filled: set[str] = set()
        # The framework's own categories are asked for; the national label beside them is what is imported again.
        self._categories = {
            field.key: {category.key: category.label for category in self.labels.framework.categories_of(field)}
            for field in self.fields
        }
        self._shown: dict[str, Callable[[str], str]] = {}
        self._group_of: dict[str, Callable[[str], str]] = {}
        for field_key, coded in self.labels.coded.items():
            self._shown[field_key] = lru_cache(REMEMBERED)(coded.label_of)
            self._group_of[field_key] = lru_cache(REMEMBERED)(coded.group_of)

    @property
    def headings(self) -> list[str]:
        return [heading for field in self.fields for heading in self._headings_of(field)]

    def _headings_of(self, field: CaseField) -> tuple[str, ...]:
        if not self._categories[field.key]:
            return (field.label,)
        return f"Category of {field.label[:1].lower()}{field.label[1:]}", field.label

    def rows(self, facts: Iterable[Facts]) -> Iterator[list[Value]]:
        """Each row as cells: dates for date fields, text for all others."""
        for identifier, values, born, referred in facts:
            self._count(values, born, referred)
            yield [cell for field in self.fields for cell in self._cells_of(field, identifier, values)]

    def _cells_of(self, field: CaseField, identifier: str, values: Mapping[str, str]) -> tuple[Value, ...]:
        if field.kind == "identifier":
            return (identifier,)
        cell = self._cell(field, values)
        categories = self._categories[field.key]
        if not categories:
            return (cell,)
        stored = values.get(field.key, "")
        return categories.get(self._group_of[field.key](stored)) if stored else None, cell

    def _cell(self, field: CaseField, values: Mapping[str, str]) -> Value:
        stored = values.get(field.key, "")
        if not stored:
            return None
        if field.kind == "date":
            return date.fromisoformat(stored)
        if field.kind == "yes-no":
            return YES_NO[stored]
        shown = self._shown.get(field.key)
        return shown(stored) if shown else stored

    def _count(self, values: Mapping[str, str], born: date | None, referred: date | None) -> None:
        self.children += 1
        self._filled.update(values)
        for field in self.counted:
            if field.role == "birth":
                is_unborn = self._unborn is not None and values.get(self._unborn.key) == "yes"
                group = age_band(born, self.on, is_unborn=is_unborn)
            elif field.role == "referral":
                group = time_band(referred, self.on)
            else:
                group = self._group_of[field.key](values.get(field.key, ""))
            self._groups[field.key][group] += 1

    def lacking(self) -> list[str]:
        """The labels of the fields that the framework asks for on this list and that are empty in every row."""
        if not self.children:
            return []
        asked = (field for field in self.fields if field.is_asked_of(self.case_list) and field.kind != "identifier")
        return [field.label for field in asked if field.key not in self._filled]

    def analysis(self) -> Tables:
        """The list broken down by each counted field: a title, and how many children are in each group."""
        if not self.children:
            return []
        found = []
        for field in self.counted:
            counts = self._groups[field.key]
            groups = [(group.label, counts[group.key]) for group in self.labels.groups_of(field)]
            found.append((title_of(field), [(label, number) for label, number in groups if number]))
        return found
