"""Apply an import: change the lists to match it, in a few SQL statements and one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection

from accounts.models import User
from cases.contradictions import find_contradictions
from cases.imports import staging
from cases.imports.difference import counts_now, last_applied, total
from cases.lists.counting import count_lists
from cases.models import CaseImport, Child
from database.hashing import hashing
from inspections import audit
from inspections.models import Inspection

_RANDOM_KEY = {
    "postgresql": "ENCODE(uuid_send(gen_random_uuid()), 'hex')",
    "sqlite": "LOWER(HEX(RANDOMBLOB(16)))",
}
_NEW_CHILDREN = """
INSERT INTO cases_child (inspection_id, key, identifier, folded, worker)
SELECT %s, {key}, MIN(s.identifier), s.folded, COALESCE(MAX(s.worker), '')
FROM cases_stagedrow s
LEFT JOIN cases_child c ON c.inspection_id = %s AND c.folded = s.folded
WHERE s.case_import_id = %s AND c.id IS NULL
GROUP BY s.folded
ORDER BY s.folded
"""
# Identifiers that differ only in case are the same child. The latest file's spelling is kept.
_CALLED_OTHERWISE = """
UPDATE cases_child SET identifier = s.identifier
FROM cases_stagedrow s
WHERE s.case_import_id = %s AND cases_child.inspection_id = %s AND cases_child.folded = s.folded
AND cases_child.identifier <> s.identifier
"""
# Of several rows of a child, the last one that names a worker counts; without one, the child has none any more. Rows
# without the column say nothing. New children mostly have their worker already, so few rows are written.
_ALLOCATED = """
UPDATE cases_child SET worker = s.worker
FROM cases_stagedrow s
JOIN (
    SELECT COALESCE(MAX(CASE WHEN worker <> '' THEN id END), MAX(id)) AS id
    FROM cases_stagedrow WHERE case_import_id = %s AND worker IS NOT NULL GROUP BY folded
) latest ON latest.id = s.id
WHERE cases_child.inspection_id = %s AND cases_child.folded = s.folded AND cases_child.worker <> s.worker
"""
# An outer join on the list and the identifier leaves the planner one way only. It knows nothing about the staged rows,
# and would otherwise compare each with all the rows of its list.
_END = """
UPDATE cases_listrow SET until_id = %s
WHERE inspection_id = %s AND until_id IS NULL AND id IN (
    SELECT r.id FROM cases_listrow r
    JOIN cases_child c ON c.inspection_id = r.inspection_id AND c.id = r.child_id
    LEFT JOIN cases_stagedrow s ON s.case_import_id = %s AND s.list = r.list AND s.folded = c.folded
    WHERE r.inspection_id = %s AND r.list IN ({lists}) AND r.until_id IS NULL
    AND (s.id IS NULL OR s."values" <> r."values")
)
"""
_BEGIN = """
INSERT INTO cases_listrow (inspection_id, child_id, list, since_id, "values", born, referred)
SELECT c.inspection_id, c.id, s.list, s.case_import_id, s."values", s.born, s.referred
FROM cases_stagedrow s
JOIN cases_child c ON c.inspection_id = %s AND c.folded = s.folded
LEFT JOIN cases_listrow r
    ON r.inspection_id = c.inspection_id AND r.child_id = c.id AND r.list = s.list AND r.until_id IS NULL
WHERE s.case_import_id = %s AND r.id IS NULL
"""
LEAST = timedelta(microseconds=1)


class DifferenceChanged(Exception):
    """The changes would not be those that were shown, so nothing may be changed."""


def apply(case_import: CaseImport, inspection: Inspection, *, by: User | None, now: datetime) -> None:
    """Change the lists to match the import and record it. Sets fields of the import, which the caller saves.

    The inspection must be locked and the difference up to date. Rows that changed or are gone end with this import, and
    new rows begin; unchanged rows are not touched. Lists that the import does not hold stay as they are. Raises
    DifferenceChanged if the numbers do not match the difference.
    """
    counts = total(case_import.difference)
    if counts_now(case_import) != {key: _before(each) for key, each in case_import.difference.items()}:
        raise DifferenceChanged
    ended, begun = _merge(case_import, counts)
    if (ended, begun) != (counts["changed"] + counts["gone"], counts["changed"] + counts["added"]):
        raise DifferenceChanged
    staging.clear(case_import, faults=False)
    latest = last_applied(case_import.inspection_id)
    # Imports are ordered by this time, so no two may share it.
    after = latest.applied_at + LEAST if latest and latest.applied_at else now
    case_import.state = CaseImport.State.APPLIED
    case_import.applied_at = max(now, after)
    case_import.applied_by = by
    case_import.done = case_import.total
    case_import.error = ""
    with hashing():
        count_lists(case_import)
        find_contradictions(case_import)
    audit.record(
        inspection,
        by=by,
        verb="case lists applied",
        subject=f"Import {case_import.number}",
        now=now,
        detail={"lists": case_import.lists, **counts},
    )


def _merge(case_import: CaseImport, counts: Mapping[str, int]) -> tuple[int, int]:
    """End and begin rows. Returns how many of each.

    `counts` is the difference. What it counts as none is not looked for again: no other import was applied since, and
    none of the lists' rows has been erased.
    """
    pk, inspection, lists = case_import.pk, case_import.inspection_id, list(case_import.lists)
    ended = begun = 0
    with hashing() as cursor:
        if Child.objects.filter(inspection=inspection).exists():
            cursor.execute(_CALLED_OTHERWISE, [pk, inspection])
        if counts["added"]:
            cursor.execute(_NEW_CHILDREN.format(key=_RANDOM_KEY[connection.vendor]), [inspection, inspection, pk])
        if _names_workers(case_import):
            cursor.execute(_ALLOCATED, [pk, inspection])
        if counts["changed"] or counts["gone"]:
            cursor.execute(_END.format(lists=", ".join(["%s"] * len(lists))), [pk, inspection, pk, inspection, *lists])
            ended = cursor.rowcount
        if counts["changed"] or counts["added"]:
            cursor.execute(_BEGIN, [inspection, pk])
            begun = cursor.rowcount
    return ended, begun


def _before(counts: Mapping[str, int]) -> int:
    """How many rows a list had when it was compared."""
    return counts["changed"] + counts["gone"] + counts["unchanged"]


def _names_workers(case_import: CaseImport) -> bool:
    """Whether a column of its files names allocated workers. One that is empty throughout says nothing."""
    workers = {field.key for field in case_import.inspection.framework.case_fields if field.role == "worker"}
    return any(column.get("field") in workers and column.get("good") for column in case_import.columns)
