"""Show the rows of a list on a page or in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString

from cases.lists.history import on_list_since
from cases.lists.querying import SORTS
from cases.models import ListRow
from cases.value_labels import ValueLabels
from frameworks import CaseField
from govuk.addresses import address_of
from govuk.dates import short_date
from govuk.markup import build, table_rows

#: The roles of fields that are found on lists of children who are waiting.
WAITING = ("waiting-since", "unallocated", "awaiting-transfer")
_SORTED_BY = {"identifier": "identifier", "birth": "born", "referral": "referred"}


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """The heading of a column. `sort` is the sort order its link asks for, empty if the column cannot be sorted."""

    label: str
    sort: str = ""
    order: str = ""


def shows_how_long(labels: ValueLabels, case_list: str) -> bool:
    """Whether children on the list are waiting for something, so that the page shows for how long."""
    return any(field.role in WAITING for field in labels.framework.fields_of(case_list))


def columns(rows: Sequence[ListRow], labels: ValueLabels, case_list: str) -> list[CaseField]:
    """The fields that any of these rows fills. Empty columns are left out."""
    said = {key for row in rows for key in row.values}
    fields = labels.framework.fields_of(case_list)
    return [field for field in fields if field.kind == "identifier" or field.key in said]


def headings(fields: Iterable[CaseField], sort: str, *, with_how_long: bool) -> list[ColumnHeading]:
    """The headings of these columns. The one sorted by is marked. How long a child waits comes second."""
    found = [_heading(field, sort) for field in fields]
    return [*found[:1], ColumnHeading("How long"), *found[1:]] if with_how_long else found


def _heading(field: CaseField, sort: str) -> ColumnHeading:
    by = _SORTED_BY.get("identifier" if field.kind == "identifier" else str(field.role))
    if by not in SORTS:
        return ColumnHeading(field.label)
    order = {by: "ascending", f"-{by}": "descending"}.get(sort, "")
    return ColumnHeading(field.label, f"-{by}" if order == "ascending" else str(by), order)


@dataclass(frozen=True, slots=True)
class ListTable:
    """A page of a list as a table: its headings, and its rows as HTML."""

    headings: list[ColumnHeading]
    body: SafeString


def table_of(
    rows: Sequence[ListRow], labels: ValueLabels, case_list: str, slug: str, *, sort: str, on: date
) -> ListTable:
    """A page of a list. Each child links to its own page."""
    fields = columns(rows, labels, case_list)
    since = on_list_since(rows) if shows_how_long(labels, case_list) else None
    found = headings(fields, sort, with_how_long=since is not None)
    cells = (_cells(row, fields, labels, slug, since, on) for row in rows)
    return ListTable(found, table_rows([heading.label for heading in found], cells))


def _cells(
    row: ListRow,
    fields: Sequence[CaseField],
    labels: ValueLabels,
    slug: str,
    since: Mapping[int, date] | None,
    on: date,
) -> list[Any]:
    found: list[Any] = [
        build(
            '<a class="govuk-link" href="{}">{}</a>',
            address_of("cases:child", slug, row.child.key),
            row.child.identifier,
        )
        if field.kind == "identifier"
        else labels.show(field, row.values.get(field.key, ""))
        for field in fields
    ]
    return found if since is None else [*found[:1], how_long(row, labels, since.get(row.child_id), on), *found[1:]]


def how_long(row: ListRow, labels: ValueLabels, since: date | None, on: date) -> str:
    """How long a child has waited: since the date in the row, or since the first import of the list with the child."""
    field = labels.framework.field_with("waiting-since", row.list)
    said = row.values.get(field.key, "") if field else ""
    if said:
        return f"{days(date.fromisoformat(said), on)} (since {short_date(date.fromisoformat(said))})"
    return f"{days(since, on)} (on the list since {short_date(since)})" if since else ""


def days(first: date, last: date) -> str:
    """The number of days between two dates: "1 day", "28 days"."""
    number = (last - first).days
    return "1 day" if number == 1 else f"{number} days"


def spreadsheet(rows: Iterable[ListRow], labels: ValueLabels, case_list: str) -> Iterator[list[Any]]:
    """A list as rows of cells, with the fields' labels first. Dates are dates."""
    fields = labels.framework.fields_of(case_list)
    yield [field.label for field in fields]
    for row in rows:
        yield [_cell(row, field, labels) for field in fields]


def _cell(row: ListRow, field: CaseField, labels: ValueLabels) -> Any:
    stored = row.values.get(field.key, "")
    if field.kind == "identifier":
        return row.child.identifier
    return date.fromisoformat(stored) if field.kind == "date" and stored else labels.show(field, stored)
