"""Imports of case lists in each of their states, as rows; every child in them is plainly fictional."""

from __future__ import annotations

import hashlib
import io
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from cases.models import CaseImport, Child, ImportFault, ImportFile, ListRow, StagedRow
from cases.stored_files import FOLDER
from files.receiving import receive
from inspections.models import Inspection
from tests.factories.people import NOW

State = CaseImport.State
AS_AT = date(2011, 3, 31)
CONTENT = b"Ref,DOB,Team phone\r\nF1001,31/02/2003,01632 960001\r\nF1002,01/02/2003,01632 960002\r\n"
COLUMNS = [
    {"file": "lists.csv", "sheet": "", "heading": "Ref", "field": "identifier", "good": 20, "empty": 0, "bad": 0,
     "samples": ["F1001", "F1002"]},
    {"file": "lists.csv", "sheet": "", "heading": "DOB", "field": "date-of-birth", "good": 17, "empty": 1, "bad": 2,
     "samples": ["01/02/2003"]},
    {"file": "lists.csv", "sheet": "", "heading": "Team phone", "field": None, "good": 0, "empty": 0, "bad": 0,
     "samples": []},
]  # fmt: skip


def make_import(
    inspection: Inspection, state: str = State.CHECKED, *, by: User, now: datetime = NOW, files: int = 1, **facts: Any
) -> CaseImport:
    """An import in a state, with so many files."""
    number = CaseImport.objects.filter(inspection=inspection).count() + 1
    if state == State.APPLIED:
        facts = {"applied_at": now + timedelta(seconds=number), "applied_by": by, **facts}
    made = CaseImport.objects.create(
        inspection=inspection,
        number=number,
        state=state,
        requested_at=now,
        requested_by=by,
        free_at=now,
        on=AS_AT,
        **facts,
    )
    for place in range(files):
        name = "lists.csv" if not place else f"lists {place + 1}.csv"
        ImportFile.objects.create(
            case_import=made,
            name=name,
            stored_name=FOLDER.keep(receive(io.BytesIO(CONTENT), name=name).path),
            size=len(CONTENT),
            sha256=hashlib.sha256(CONTENT).hexdigest(),
        )
    return made


def make_faults(case_import: CaseImport, kind: str, count: int, *, level: str = "error") -> None:
    """Faults of one kind in rows of the import's first file, counted on the import too."""
    ImportFault.objects.bulk_create(
        ImportFault(
            case_import=case_import,
            level=level,
            kind=kind,
            file="lists.csv",
            row=row + 2,
            column="DOB",
            place=2,
            value="31/02/2003",
            message="There is no 31 February. Enter a real date, such as 28/02/2003.",
        )
        for row in range(count)
    )
    counts = [*case_import.fault_counts, {"level": level, "kind": kind, "count": count}]
    CaseImport.objects.filter(pk=case_import.pk).update(fault_counts=counts)
    case_import.fault_counts = counts


def stage_rows(case_import: CaseImport, list_key: str, count: int, *, first: int = 1, **values: str) -> None:
    """Rows that the import has read, their identifiers counted from `first`."""
    StagedRow.objects.bulk_create(
        StagedRow(
            case_import=case_import,
            list=list_key,
            identifier=f"F{1000 + first + place}",
            folded=f"f{1000 + first + place}",
            values=values,
        )
        for place in range(count)
    )


def put_on_list(case_import: CaseImport, list_key: str, count: int, *, first: int = 1, **values: str) -> list[Child]:
    """Children who are on a list, as the applied import left it."""
    children = Child.objects.bulk_create(
        Child(
            inspection=case_import.inspection,
            identifier=f"F{1000 + first + place}",
            folded=f"f{1000 + first + place}",
        )
        for place in range(count)
    )
    ListRow.objects.bulk_create(
        ListRow(inspection=case_import.inspection, child=child, list=list_key, since=case_import, values=values)
        for child in children
    )
    return children
