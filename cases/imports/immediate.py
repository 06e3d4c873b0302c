"""Read and apply files in one transaction, for the command: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cases.imports import applying
from cases.imports.actions import check_said, keep_files
from cases.imports.checking import CheckResult, refuse_emptied
from cases.imports.queue import new_import
from cases.imports.worker import conclude, reading_of, take_in
from cases.models import CaseImport
from cases.stored_files import FOLDER
from files.receiving import Received
from files.storage import discard
from inspections.locks import locked_unless_withdrawn
from inspections.models import Inspection

State = CaseImport.State


def import_immediately(
    *,
    inspection: Inspection,
    files: Sequence[Received],
    on: date | None,
    list_key: str,
    source: str,
    allow_empty: bool,
    by: User | None,
    now: datetime,
    with_values: bool = False,
) -> CheckResult:
    """Read received files and change the lists to match them. Returns what was found, with every fault.

    Files with an error leave nothing behind. The inspection stays locked while this runs, so other actions on it wait.
    Raises Refused for an as-at day in the future, an unknown list or an unknown source.
    """
    checked = CheckResult(records=[] if with_values else None)
    try:
        with FOLDER.storing() as kept, transaction.atomic():
            inspection = locked_unless_withdrawn(inspection)
            said: dict[str, Any] = {"on": on, "list_key": list_key, "source": source, "allow_empty": allow_empty}
            check_said(inspection, now=now, **said)
            row = new_import(inspection, kind=CaseImport.Kind.FILES, by=by, now=now, state=State.READING, **said)
            row.inspection = inspection
            keep_files(row, files, kept)
            _read_and_apply(row, checked, by, now)
            if not checked.accepted:
                transaction.set_rollback(True)
    finally:
        for file in files:
            discard(file.path)
    if not checked.accepted:
        FOLDER.discard_all(kept)
    return checked


def _read_and_apply(row: CaseImport, checked: CheckResult, by: User | None, now: datetime) -> None:
    reading = reading_of(row, today=timezone.localdate(now))
    found = take_in(row, reading, seen=checked.seen, told=checked.tell)
    checked.rows, checked.lists, checked.columns = found.rows, found.lists, list(reading.columns)
    conclude(row, found)
    if row.state != State.CHECKED:
        return
    checked.difference = row.difference
    refuse_emptied(checked, row.inspection, allow_empty=row.allow_empty)
    if checked.accepted:
        row.done = row.total = row.rows
        applying.apply(row, row.inspection, by=by, now=now)
        row.save()
