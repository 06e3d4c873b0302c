"""Applied imports of case lists with their children, files and faults; every child is plainly fictional."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

from django.conf import settings

from cases.models import CaseImport, Child, ImportCount, ImportFault, ImportFile, ListRow, StagedRow
from cases.stored_files import FOLDER
from inspections.models import Inspection
from tests.factories.people import NOW

State = CaseImport.State
Rows = Mapping[str, Mapping[str, str]]
_numbers = count(1)


def stored(content: bytes) -> str:
    """The stored name of bytes that lie where the files of imports and exports do."""
    path = Path(settings.DATA_DIR) / f"incoming-{next(_numbers)}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return FOLDER.keep(path)


def add_file(case_import: CaseImport, name: str = "lists.csv", content: bytes = b"fictional") -> ImportFile:
    return ImportFile.objects.create(
        case_import=case_import,
        name=name,
        stored_name=stored(content),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def new_import(inspection: Inspection, state: str = State.CHECKED, *, now: datetime = NOW, **facts) -> CaseImport:
    number = CaseImport.objects.filter(inspection=inspection).count() + 1
    if state == State.APPLIED:
        facts.setdefault("applied_at", now + timedelta(seconds=number))
    return CaseImport.objects.create(
        inspection=inspection, number=number, state=state, requested_at=now, free_at=now, on=date(2011, 3, 31), **facts
    )


def apply_lists(inspection: Inspection, lists: Mapping[str, Rows], *, now: datetime = NOW, **facts) -> CaseImport:
    """An import applied as the software would apply it: by list key, by identifier, the values of each row."""
    made = new_import(
        inspection, State.APPLIED, now=now, lists={key: len(rows) for key, rows in lists.items()}, **facts
    )
    for key, rows in lists.items():
        current = {row.child.folded: row for row in _current(inspection, key)}
        for identifier, values in rows.items():
            folded = identifier.strip().casefold()
            before = current.pop(folded, None)
            if before is not None and before.values == dict(values):
                continue
            if before is not None:
                ListRow.objects.filter(pk=before.pk).update(until=made)
            child, _ = Child.objects.get_or_create(
                inspection=inspection, folded=folded, defaults={"identifier": identifier}
            )
            ListRow.objects.create(
                inspection=inspection,
                child=child,
                list=key,
                since=made,
                values=dict(values),
                born=values.get("date-of-birth"),
                referred=values.get("referral-date"),
            )
        ListRow.objects.filter(pk__in=[row.pk for row in current.values()]).update(until=made)
        ImportCount.objects.create(case_import=made, list=key, count=len(rows))
    return made


def _current(inspection: Inspection, key: str):
    return ListRow.objects.filter(inspection=inspection, list=key, until=None).select_related("child")


def add_fault(case_import: CaseImport, value: str, message: str = "Not a date.", level: str = "error") -> ImportFault:
    return ImportFault.objects.create(
        case_import=case_import,
        level=level,
        kind="unreadable-date",
        file="lists.csv",
        row=2,
        value=value,
        message=message,
    )


def stage(case_import: CaseImport, list_key: str, identifier: str, **values: str) -> StagedRow:
    return StagedRow.objects.create(
        case_import=case_import,
        list=list_key,
        identifier=identifier,
        folded=identifier.strip().casefold(),
        values=values,
    )
