"""The difference between an import and the lists: counts for each list, and single rows and fields."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db import connection
from django.db.models import Count

from cases.lists.history import FieldChange, changes_between
from cases.models import CaseImport, ListRow
from database.hashing import hashing

Kind = Literal["added", "changed", "gone"]
KINDS: tuple[Kind, ...] = ("added", "changed", "gone")
Counts = dict[str, dict[str, int]]

_STAGED = """
SELECT s.list, COUNT(*), COUNT(r.id), SUM(CASE WHEN r."values" = s."values" THEN 1 ELSE 0 END)
FROM cases_stagedrow s
LEFT JOIN cases_child c ON c.inspection_id = %s AND c.folded = s.folded
LEFT JOIN cases_listrow r
    ON r.inspection_id = c.inspection_id AND r.child_id = c.id AND r.list = s.list AND r.until_id IS NULL
WHERE s.case_import_id = %s
GROUP BY s.list
"""
# The same where no list has anybody yet, for which nothing need be joined.
_STAGED_ALONE = "SELECT s.list, COUNT(*), 0, 0 FROM cases_stagedrow s WHERE s.case_import_id = %s GROUP BY s.list"


def last_applied(inspection_id: int) -> CaseImport | None:
    """The import that was last applied to an inspection."""
    applied = CaseImport.objects.filter(inspection=inspection_id, state=CaseImport.State.APPLIED)
    return applied.order_by("-applied_at").first()


def is_stale(case_import: CaseImport) -> bool:
    """Whether another import was applied after the difference was worked out. Call it under the inspection's lock."""
    latest = last_applied(case_import.inspection_id)
    return case_import.compared_with_id != (latest.pk if latest else None)


def work_out(case_import: CaseImport) -> None:
    """Compare the staged rows with the lists, and set `difference` and `compared_with`.

    Only the lists that the import holds are compared. Call it under the inspection's lock, and save the import
    afterwards.
    """
    rows_now = ListRow.objects.filter(inspection=case_import.inspection_id, until=None)
    with hashing() as cursor:
        if rows_now.exists():
            cursor.execute(_STAGED, [case_import.inspection_id, case_import.pk])
        else:
            cursor.execute(_STAGED_ALONE, [case_import.pk])
        staged = {key: (rows, present, int(same or 0)) for key, rows, present, same in cursor.fetchall()}
    found: Counts = {}
    for key, current in counts_now(case_import).items():
        rows, present, same = staged.get(key, (0, 0, 0))
        found[key] = {
            "added": rows - present,
            "changed": present - same,
            "gone": current - present,
            "unchanged": same,
        }
    case_import.difference = found
    case_import.compared_with = last_applied(case_import.inspection_id)


def counts_now(case_import: CaseImport) -> dict[str, int]:
    """How many rows each of the import's lists has now."""
    rows = ListRow.objects.filter(inspection=case_import.inspection_id, until=None, list__in=list(case_import.lists))
    return dict.fromkeys(case_import.lists, 0) | dict(rows.order_by().values_list("list").annotate(Count("pk")))


def total(counts: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """The counts of all lists added up."""
    return {kind: sum(each[kind] for each in counts.values()) for kind in (*KINDS, "unchanged")}


def emptied(lists: Mapping[str, int], difference: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The keys of the lists that have children now and would have none. `lists` are the rows that each would have."""
    return [key for key, rows in lists.items() if not rows and difference.get(key, {}).get("gone")]


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that an import adds, changes or removes. `child` is the child's random key, "" for a child new to the
    lists.
    """

    child: str
    identifier: str
    before: Mapping[str, str]
    after: Mapping[str, str]

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        """The fields that differ, in the order of their keys."""
        return changes_between(self.before, self.after)


# Columns of each query: the child's key, the identifier, the values before and after, and the sort key.
_TO_COME = {
    "added": """
        SELECT COALESCE(c.key, ''), s.identifier, NULL, s."values", s.folded
        FROM cases_stagedrow s
        LEFT JOIN cases_child c ON c.inspection_id = %(inspection)s AND c.folded = s.folded
        LEFT JOIN cases_listrow r ON r.child_id = c.id AND r.list = s.list AND r.until_id IS NULL
        WHERE s.case_import_id = %(import)s AND s.list = %(list)s AND r.id IS NULL""",
    "changed": """
        SELECT c.key, s.identifier, r."values", s."values", s.folded
        FROM cases_stagedrow s
        JOIN cases_child c ON c.inspection_id = %(inspection)s AND c.folded = s.folded
        JOIN cases_listrow r ON r.child_id = c.id AND r.list = s.list AND r.until_id IS NULL
        WHERE s.case_import_id = %(import)s AND s.list = %(list)s AND r."values" <> s."values\"""",
    "gone": """
        SELECT c.key, c.identifier, r."values", NULL, c.folded
        FROM cases_listrow r
        JOIN cases_child c ON c.id = r.child_id
        LEFT JOIN cases_stagedrow s ON s.case_import_id = %(import)s AND s.list = r.list AND s.folded = c.folded
        WHERE r.inspection_id = %(inspection)s AND r.list = %(list)s AND r.until_id IS NULL AND s.id IS NULL""",
}
_DONE = {
    "added": """
        SELECT c.key, c.identifier, NULL, r."values", c.folded
        FROM cases_listrow r
        JOIN cases_child c ON c.id = r.child_id
        LEFT JOIN cases_listrow o ON o.child_id = r.child_id AND o.list = r.list AND o.until_id = r.since_id
        WHERE r.since_id = %(import)s AND r.list = %(list)s AND o.id IS NULL""",
    "changed": """
        SELECT c.key, c.identifier, o."values", r."values", c.folded
        FROM cases_listrow r
        JOIN cases_child c ON c.id = r.child_id
        JOIN cases_listrow o ON o.child_id = r.child_id AND o.list = r.list AND o.until_id = r.since_id
        WHERE r.since_id = %(import)s AND r.list = %(list)s""",
    "gone": """
        SELECT c.key, c.identifier, o."values", NULL, c.folded
        FROM cases_listrow o
        JOIN cases_child c ON c.id = o.child_id
        LEFT JOIN cases_listrow r ON r.child_id = o.child_id AND r.list = o.list AND r.since_id = o.until_id
        WHERE o.until_id = %(import)s AND o.list = %(list)s AND r.id IS NULL""",
}


@dataclass(frozen=True)
class ChangedRows:
    """The changed rows of one list and kind, for a paginator. The database counts and slices them.

    For a checked import they are compared with the lists as they are now; for an applied one they are what it changed.
    """

    case_import: CaseImport
    list_key: str
    kind: Kind

    @property
    def _sql(self) -> str:
        applied = self.case_import.state == CaseImport.State.APPLIED
        return (_DONE if applied else _TO_COME)[self.kind]

    @property
    def _params(self) -> dict[str, Any]:
        inspection = self.case_import.inspection_id
        return {"inspection": inspection, "import": self.case_import.pk, "list": self.list_key}

    def count(self) -> int:
        """How many rows there are."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({self._sql}) found", self._params)  # noqa: S608
            return int(cursor.fetchone()[0])

    __len__ = count

    def __getitem__(self, part: slice) -> list[RowChange]:
        start, stop = part.start or 0, part.stop
        with connection.cursor() as cursor:
            sql = f"SELECT * FROM ({self._sql}) found ORDER BY 5 LIMIT %(most)s OFFSET %(start)s"  # noqa: S608
            cursor.execute(sql, {**self._params, "most": stop - start, "start": start})
            return [_row(found) for found in cursor.fetchall()]

    def __iter__(self) -> Iterator[RowChange]:
        return iter(self[0 : self.count()])


def changed_rows(case_import: CaseImport, list_key: str, kind: Kind) -> ChangedRows:
    """The rows of a list that an import adds, changes or removes."""
    return ChangedRows(case_import, list_key, kind)


def _row(found: tuple[Any, ...]) -> RowChange:
    child, identifier, before, after, _ = found
    return RowChange(child, identifier, _values(before), _values(after))


def _values(found: Any) -> dict[str, str]:
    values: dict[str, str] = json.loads(found) if isinstance(found, str) else found or {}
    return values
