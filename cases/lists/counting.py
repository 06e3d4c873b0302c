"""Count each list when an import is applied: its total, and how many are in each group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.fields.json import KeyTextTransform

from cases.lists.bands import age_band, time_band
from cases.models import CaseImport, ImportCount, ListRow
from cases.value_labels import ValueLabels, value_labels_of
from frameworks import CaseField

Counts = dict[tuple[str, str], int]


def count_lists(case_import: CaseImport) -> None:
    """Store the counts of an import's lists as they are now, replacing any stored before.

    Call it in the transaction that applies the import. Of a child, the queries return only dates of birth or referral,
    and codes.
    """
    on = case_import.day
    labels = value_labels_of(case_import.inspection.framework)
    known = {each.key for each in labels.framework.case_lists}
    case_import.counts.all().delete()
    for key in case_import.lists:
        if key in known:
            counted = _counted(labels, case_import.inspection_id, key, on)
            ImportCount.objects.bulk_create(
                ImportCount(case_import=case_import, list=key, field=field, value=value, count=number)
                for (field, value), number in counted.items()
            )


def current_rows(inspection: int, case_list: str) -> QuerySet[ListRow]:
    """The current rows of a list, unordered. `inspection` is an id."""
    return ListRow.objects.filter(inspection=inspection, list=case_list, until=None)


def _counted(labels: ValueLabels, inspection: int, case_list: str, on: date) -> Counts:
    """How many children are in each group of each field. The list's total is under ("", "")."""
    rows = current_rows(inspection, case_list).order_by()
    fields = labels.counted_on(case_list)
    found: Counter[tuple[str, str]] = Counter({("", ""): 0})
    coded = [field for field in fields if field.key in labels.coded]
    for *stored, number in _grouped(rows, coded):
        found["", ""] += number
        for field, value in zip(coded, stored, strict=True):
            found[field.key, labels.coded[field.key].group_of(value or "")] += number
    for field in fields:
        if field.role == "birth":
            unborn = labels.framework.field_with("unborn", case_list)
            for born, *flag, number in _grouped(rows, [unborn] if unborn else [], "born"):
                found[field.key, age_band(born, on, is_unborn=flag == ["yes"])] += number
        elif field.role == "referral":
            for referred, number in _grouped(rows, [], "referred"):
                found[field.key, time_band(referred, on)] += number
    return dict(found)


def _grouped(rows: QuerySet[ListRow], fields: Sequence[CaseField], *columns: str) -> Iterable[tuple[Any, ...]]:
    """Each combination of the columns and the fields' stored values, with the number of rows."""
    stored = {f"stored_{place}": KeyTextTransform(field.key, "values") for place, field in enumerate(fields)}
    if not stored and not columns:
        return [(rows.count(),)]
    found = rows.annotate(**stored).values_list(*columns, *stored)
    return found.annotate(number=Count("pk")).iterator()
