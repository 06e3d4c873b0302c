"""Case lists for the tests: files, imports and what is on the lists; every child is plainly fictional."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from cases.imports import actions, worker
from cases.models import CaseImport, ListRow
from files.receiving import Received, receive
from inspections.models import Inspection
from tests.factories.people import NOW

IN_NEED, PROTECTION, LOOKED_AFTER, UNALLOCATED = "child-in-need", "child-protection", "looked-after", "unallocated"
HEADINGS = ("Child ID", "Date of referral", "Date of birth", "Gender", "Ethnicity", "Legal status", "Disability",
            "Child protection plan", "Previous child protection plan", "Child in need plan")  # fmt: skip


def row(identifier: str, **changed: str) -> dict[str, str]:
    """A row of a child in need that breaks no rule, with these cells changed; underscores stand for spaces."""
    cells = ("15/03/2010", "02/02/2004", "Female", "WBRI", "None", "None", "No", "No", "Yes")
    made = dict(zip(HEADINGS, (identifier, *cells), strict=True))
    return made | {key.replace("_", " "): value for key, value in changed.items()}


def csv_of(rows: Iterable[dict[str, str]], headings: Sequence[str] = HEADINGS) -> bytes:
    """A CSV file with headings and these rows."""
    lines = [",".join(headings), *(",".join(f'"{each.get(key, "")}"' for key in headings) for each in rows)]
    return ("\r\n".join(lines) + "\r\n").encode()


def case_file(content: bytes, name: str = "Child in need.csv") -> Received:
    """The bytes as a file that has arrived."""
    return receive(io.BytesIO(content), name=name)


def ask(inspection: Inspection, *files: Received, **said: Any) -> CaseImport:
    """An import that was asked for and that no worker has begun."""
    facts: dict[str, Any] = {
        "on": date(2011, 3, 31), "list_key": "", "source": "", "allow_empty": False, "by": None, "now": NOW
    }  # fmt: skip
    return actions.request_import(inspection=inspection, files=files, **{**facts, **said})


def read(inspection: Inspection, *files: Received, **said: Any) -> CaseImport:
    """An import that a worker has read: checked, refused, or waiting for its headings."""
    asked = ask(inspection, *files, **said)
    found = worker.work(asked.pk, now=lambda: NOW)
    assert found is not None
    return found


def applied(inspection: Inspection, *files: Received, allow_empty: bool = False, **said: Any) -> CaseImport:
    """An import that was read and applied."""
    return apply(read(inspection, *files, **said), allow_empty=allow_empty)


def apply(case_import: CaseImport, *, allow_empty: bool = False) -> CaseImport:
    """A checked import, applied."""
    assert case_import.state == CaseImport.State.CHECKED, (case_import.state, case_import.fault_counts)
    actions.apply_import(case_import=case_import, by=None, now=NOW, allow_empty=allow_empty)
    found = worker.work(case_import.pk, now=lambda: NOW)
    assert found is not None
    return found


def on_list(inspection: Inspection, list_key: str = IN_NEED) -> dict[str, dict[str, str]]:
    """What is on a list now: the values of each child by its identifier."""
    rows = ListRow.objects.filter(inspection=inspection, list=list_key, until=None).select_related("child")
    return {row.child.identifier: row.values for row in rows}
