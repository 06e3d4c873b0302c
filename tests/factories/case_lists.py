"""Case lists as they stand after imports, put into the database without files; every child is plainly fictional."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from accounts.models import User
from cases.contradictions import find_contradictions
from cases.lists.counting import count_lists
from cases.models import CaseExport, CaseExportSending, CaseImport, Child, ListRow
from inspections.models import Inspection
from tests.factories.people import NOW

ON = date(2011, 3, 31)
IN_NEED, PROTECTION, LOOKED_AFTER, UNALLOCATED = "child-in-need", "child-protection", "looked-after", "unallocated"

Values = Mapping[str, str]


def record(**changed: str) -> dict[str, str]:
    """What is said of one child, with these values changed or, where they are empty, left out; `_` stands for `-`."""
    values = {
        "referral-date": "2010-03-15",
        "date-of-birth": "2004-02-02",
        "gender": "2",
        "ethnicity": "WBRI",
        "legal-status": "group:not-looked-after",
        "disability": "NONE",
    }
    values |= {key.replace("_", "-"): value for key, value in changed.items()}
    return {key: value for key, value in values.items() if value}


def import_lists(
    inspection: Inspection,
    lists: Mapping[str, Mapping[str, Values]],
    *,
    on: date | None = ON,
    now: datetime = NOW,
    by: User | None = None,
    **said: Any,
) -> CaseImport:
    """An import that was applied: afterwards each of the lists holds these children, by their identifiers.

    What an import does to history, counts and contradictions is done as applying does it, row by row.
    """
    case_import = CaseImport.objects.create(
        inspection=inspection,
        number=CaseImport.objects.filter(inspection=inspection).count() + 1,
        state=CaseImport.State.APPLIED,
        requested_at=now,
        free_at=now,
        requested_by=by,
        applied_at=now,
        applied_by=by,
        on=on,
        lists={key: len(rows) for key, rows in lists.items()},
        **said,
    )
    children = {child.folded: child for child in Child.objects.filter(inspection=inspection)}
    new = {name.casefold(): name for rows in lists.values() for name in rows if name.casefold() not in children}
    made = (Child(inspection=inspection, identifier=name, folded=folded) for folded, name in new.items())
    children |= {child.folded: child for child in Child.objects.bulk_create(made)}
    for key, rows in lists.items():
        wanted = {children[name.casefold()].pk: dict(values) for name, values in rows.items()}
        current = ListRow.objects.filter(inspection=inspection, list=key, until=None)
        there = {row.child_id: row for row in current}
        ended = [row.pk for child, row in there.items() if row.values != wanted.get(child)]
        current.filter(pk__in=ended).update(until=case_import) if len(ended) < 500 else _end(
            current, wanted, case_import
        )
        ListRow.objects.bulk_create(
            (
                ListRow(
                    inspection=inspection,
                    child_id=child,
                    list=key,
                    since=case_import,
                    values=values,
                    born=values.get("date-of-birth"),
                    referred=values.get("referral-date"),
                )
                for child, values in wanted.items()
                if child not in there or there[child].values != values
            ),
            batch_size=5000,
        )
    count_lists(case_import)
    find_contradictions(case_import)
    return case_import


def _end(current: Any, wanted: Mapping[int, Values], case_import: CaseImport) -> None:
    for row in current:
        if row.values != wanted.get(row.child_id):
            ListRow.objects.filter(pk=row.pk).update(until=case_import)


def child_of(inspection: Inspection, identifier: str) -> Child:
    return Child.objects.get(inspection=inspection, folded=identifier.casefold())


def send(inspection: Inspection, *lists: str, now: datetime = NOW, by: User | None = None) -> CaseExportSending:
    """An export of these lists that is recorded as sent; of all lists of the framework where none is named."""
    import uuid

    keys = lists or tuple(each.key for each in inspection.framework.case_lists)
    export = CaseExport.objects.create(
        inspection=inspection,
        number=CaseExport.objects.filter(inspection=inspection).count() + 1,
        state=CaseExport.State.READY,
        requested_at=now,
        requested_by=by,
        free_at=now,
        made_at=now,
        lists=dict.fromkeys(keys, 1),
    )
    return CaseExportSending.objects.create(
        export=export, sent_at=now, recipient="the lead inspector", how="By email", recorded_at=now, once=uuid.uuid4()
    )
