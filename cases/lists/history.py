"""The history of a child's record: the lists the child is and was on, and what each import changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cases.models import CaseImport, Child, ListRow


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that an import changed: its stored values before and after, empty if blank."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ListEvent:
    """What one import did to a child on one list. `what` is "added", "changed" or "gone"."""

    case_import: CaseImport
    list: str
    what: str
    changes: tuple[FieldChange, ...] = ()

    @property
    def on(self) -> date:
        return self.case_import.day


@dataclass(frozen=True, slots=True)
class ChildHistory:
    """A child's current rows by list, and what happened to them, latest first."""

    current: Mapping[str, ListRow]
    happenings: tuple[ListEvent, ...]

    @property
    def is_gone(self) -> bool:
        return not self.current


def history_of(child: Child) -> ChildHistory:
    """The current rows and the history of a child."""
    rows = list(child.rows.select_related("since", "since__applied_by", "until", "until__applied_by").order_by("pk"))
    by_list: dict[str, list[ListRow]] = defaultdict(list)
    for row in rows:
        by_list[row.list].append(row)
    happened = [each for of_list in by_list.values() for each in _happenings(of_list)]
    happened.sort(key=lambda each: (_applied(each.case_import), each.list), reverse=True)
    return ChildHistory({row.list: row for row in rows if row.until_id is None}, tuple(happened))


def _applied(case_import: CaseImport) -> tuple[datetime, int]:
    return case_import.applied_at or case_import.requested_at, case_import.number


def _happenings(rows: Iterable[ListRow]) -> Iterable[ListEvent]:
    """The events of one child on one list. A row starts with one import and may be followed by the next."""
    ordered = sorted(rows, key=lambda row: _applied(row.since))
    for place, row in enumerate(ordered):
        before = ordered[place - 1] if place else None
        if before is not None and before.until_id == row.since_id:
            yield ListEvent(row.since, row.list, "changed", changes_between(before.values, row.values))
        else:
            yield ListEvent(row.since, row.list, "added")
        after = ordered[place + 1] if place + 1 < len(ordered) else None
        if row.until is not None and (after is None or after.since_id != row.until_id):
            yield ListEvent(row.until, row.list, "gone")


def changes_between(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """The fields that differ, in the order of their keys."""
    pairs = ((key, before.get(key, ""), after.get(key, "")) for key in sorted({*before, *after}))
    return tuple(FieldChange(key, old, new) for key, old, new in pairs if old != new)


def on_list_since(rows: Iterable[ListRow]) -> dict[int, date]:
    """The as-at day since which each of these children has been on the list without a break, by the child's id.

    A row that an import changed continues the one before it.
    """
    current = list(rows)
    if not current:
        return {}
    there = ListRow.objects.filter(child__in=[row.child_id for row in current], list=current[0].list)
    begun: dict[tuple[int, int | None], ListRow] = {
        (row.child_id, row.until_id): row for row in there.select_related("since")
    }
    return {row.child_id: _first(row, begun).since.day for row in current}


def _first(row: ListRow, ended_by: Mapping[tuple[int, int | None], ListRow]) -> ListRow:
    first = ended_by[row.child_id, None]
    while (before := ended_by.get((row.child_id, first.since_id))) is not None:
        first = before
    return first
