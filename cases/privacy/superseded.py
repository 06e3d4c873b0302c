"""Which imports have been superseded by later ones, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from cases.models import UNDER_WAY, CaseImport

State = CaseImport.State


def superseded_at(imports: Iterable[CaseImport]) -> dict[int, datetime]:
    """The moment at which each import of one inspection was superseded, by id. Imports still in use are left out.

    An applied import is superseded when later ones have changed all of its lists. One that was never applied counts
    from when it was requested.
    """
    rows = list(imports)
    applied = sorted((row for row in rows if row.state == State.APPLIED), key=lambda row: (row.applied_at, row.number))
    found = {row.pk: row.requested_at for row in rows if row.state not in (State.APPLIED, *UNDER_WAY)}
    replaced: dict[str, datetime] = {}
    for row in reversed(applied):
        if row.lists and row.lists.keys() <= replaced.keys():
            found[row.pk] = max(replaced[key] for key in row.lists)
        if row.applied_at is not None:
            replaced |= dict.fromkeys(row.lists, row.applied_at)
    return found


def to_erase(imports: Iterable[CaseImport], *, on: date, days: int) -> list[CaseImport]:
    """The imports that were superseded at least `days` days before `on` and still hold data."""
    rows = list(imports)
    since = superseded_at(rows)
    last = on - timedelta(days=days)
    return [row for row in rows if row.erased_at is None and row.pk in since and localdate(since[row.pk]) <= last]


def coming(imports: Iterable[CaseImport], *, days: int) -> list[tuple[CaseImport, date]]:
    """The superseded imports that still hold data, with the day on which each is erased, earliest first."""
    rows = [row for row in imports if row.erased_at is None]
    since = superseded_at(rows)
    found = [(row, localdate(since[row.pk]) + timedelta(days=days)) for row in rows if row.pk in since]
    return sorted(found, key=lambda pair: (pair[1], pair[0].number))
