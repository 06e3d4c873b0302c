"""Rows of a list as a page and a spreadsheet show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString

from cases.lists.history import on_list_since
from cases.lists.querying import SORTS
from cases.lists.words import Words
from cases.models import ListRow
from frameworks import CaseField
from govuk.addresses import address_of
from govuk.dates import short_date
from govuk.markup import build, table_rows

#: What a field is where the list that it is on holds those who wait.
WAITING = ("waiting-since", "unallocated", "awaiting-transfer")
_SORTED_BY = {"identifier": "identifier", "birth": "born", "referral": "referred"}


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column; `sort` is what its link asks for, empty for a column that nothing is sorted by."""

    label: str
    sort: str = ""
    order: str = ""


def shows_how_long(words: Words, case_list: str) -> bool:
    """Whether the list is one of children who wait, so that how long counts."""
    return any(field.role in WAITING for field in words.framework.fields_of(case_list))


def columns(rows: Sequence[ListRow], words: Words, case_list: str) -> list[CaseField]:
    """The fields of a list that any of these rows says something of: an empty column would only take room."""
    said = {key for row in rows for key in row.values}
    fields = words.framework.fields_of(case_list)
    return [field for field in fields if field.kind == "identifier" or field.key in said]


def headings(fields: Iterable[CaseField], sort: str, *, with_how_long: bool) -> list[Heading]:
    """The headings of these columns, with the one that the list is sorted by."""
    found = [_heading(field, sort) for field in fields]
    return [*found, Heading("How long")] if with_how_long else found


def _heading(field: CaseField, sort: str) -> Heading:
    by = _SORTED_BY.get("identifier" if field.kind == "identifier" else str(field.role))
    if by not in SORTS:
        return Heading(field.label)
    order = {by: "ascending", f"-{by}": "descending"}.get(sort, "")
    return Heading(field.label, f"-{by}" if order == "ascending" else str(by), order)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a list as a table: its headings, and its rows as HTML."""

    headings: list[Heading]
    body: SafeString


def table_of(rows: Sequence[ListRow], words: Words, case_list: str, slug: str, *, sort: str, on: date) -> Shown:
    """A page of a list, each child a link to its own page (one query where the list shows how long)."""
    fields = columns(rows, words, case_list)
    since = on_list_since(rows) if shows_how_long(words, case_list) else None
    found = headings(fields, sort, with_how_long=since is not None)
    cells = (_cells(row, fields, words, slug, since, on) for row in rows)
    return Shown(found, table_rows([heading.label for heading in found], cells))


def _cells(
    row: ListRow, fields: Sequence[CaseField], words: Words, slug: str, since: Mapping[int, date] | None, on: date
) -> list[Any]:
    found: list[Any] = [
        build(
            '<a class="govuk-link" href="{}">{}</a>',
            address_of("cases:child", slug, row.child.key),
            row.child.identifier,
        )
        if field.kind == "identifier"
        else words.show(field, row.values.get(field.key, ""))
        for field in fields
    ]
    return found if since is None else [*found, how_long(row, words, since.get(row.child_id), on)]


def how_long(row: ListRow, words: Words, since: date | None, on: date) -> str:
    """Since when a child waits: by the date that its row gives, else by the first import that had it on the list."""
    field = words.framework.field_with("waiting-since", row.list)
    said = row.values.get(field.key, "") if field else ""
    if said:
        return f"{days(date.fromisoformat(said), on)} (since {short_date(date.fromisoformat(said))})"
    return f"{days(since, on)} (on the list since {short_date(since)})" if since else ""


def days(first: date, last: date) -> str:
    """How many days lie between two: "1 day", "28 days"."""
    number = (last - first).days
    return "1 day" if number == 1 else f"{number} days"


def spreadsheet(rows: Iterable[ListRow], words: Words, case_list: str) -> Iterator[list[Any]]:
    """A list as rows of cells, headings first, as its framework's fields are called; dates are dates."""
    fields = words.framework.fields_of(case_list)
    yield [field.label for field in fields]
    for row in rows:
        yield [_cell(row, field, words) for field in fields]


def _cell(row: ListRow, field: CaseField, words: Words) -> Any:
    stored = row.values.get(field.key, "")
    if field.kind == "identifier":
        return row.child.identifier
    return date.fromisoformat(stored) if field.kind == "date" and stored else words.show(field, stored)
