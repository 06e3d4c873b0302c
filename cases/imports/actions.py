"""What people do with an import: request it, match its headings, apply it, discard it, bring a former one back.

Each action is atomic and recorded, and doing it twice has one effect. The record holds numbers, but nothing from a row
and no file names, which could name a child.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cases.imports import applying, difference, staging
from cases.imports.files import check_files, storage_failed
from cases.imports.messages import STALE, would_be_empty
from cases.imports.queue import new_import
from cases.models import UNDER_WAY, CaseImport, Heading, ImportFile
from cases.privacy.erasure import counts_of_columns, may_be_brought_back
from cases.reading import SOURCES, fold_heading
from cases.stored_files import FOLDER
from files.receiving import Received
from files.storage import discard
from inspections import audit
from inspections.locks import locked_unless_withdrawn, locked_with_council
from inspections.models import Inspection
from inspections.once import made_before
from refusals import Refused

State, Kind = CaseImport.State, CaseImport.Kind
#: Imports in these states can be discarded.
NOT_APPLIED = (State.WAITING, State.READING, State.MAPPING, State.REFUSED, State.CHECKED, State.FAILED)


def request_import(
    *,
    inspection: Inspection,
    files: Sequence[Received],
    on: date | None,
    list_key: str,
    source: str,
    allow_empty: bool,
    by: User | None,
    now: datetime,
    once: UUID | None = None,
) -> CaseImport:
    """Store files and have a worker read them. The lists do not change until the import is applied.

    `on` is the as-at day, None if it was not given. `list_key` and `source` are empty if the files say it themselves. A
    form submitted twice with the same `once` is one import. Raises Refused, and stores nothing, for files that cannot
    be accepted and for a day in the future.
    """
    try:
        check_files(files)
        said = {"on": on, "list_key": list_key, "source": source, "allow_empty": allow_empty}
        with FOLDER.storing() as kept:
            return _request(inspection, files, kept, said, once, by, now)
    finally:
        for file in files:
            discard(file.path)


@transaction.atomic
def _request(
    inspection: Inspection,
    files: Sequence[Received],
    kept: list[str],
    said: Mapping[str, Any],
    once: UUID | None,
    by: User | None,
    now: datetime,
) -> CaseImport:
    inspection = locked_unless_withdrawn(inspection)
    if once and (same := made_before(CaseImport, once, inspection=inspection)) is not None:
        return same
    check_said(inspection, now=now, **said)
    case_import = new_import(inspection, kind=Kind.FILES, by=by, now=now, once=once, **said)
    keep_files(case_import, files, kept)
    detail = {"files": len(files), "sha256": [file.sha256 for file in files]}
    _record(inspection, case_import, "case import asked for", by, now, **detail)
    return case_import


def keep_files(case_import: CaseImport, files: Sequence[Received], kept: list[str]) -> None:
    """Store received files for an import and add their stored names to `kept`. Raises Refused if a file cannot be
    stored.
    """
    for file in files:
        name = file.name or "file"
        try:
            kept.append(FOLDER.keep(file.path))
        except OSError as error:
            raise Refused(storage_failed(name), field="files") from error
        ImportFile.objects.create(
            case_import=case_import, name=name, stored_name=kept[-1], size=file.size or 0, sha256=file.sha256
        )


def check_said(
    inspection: Inspection,
    *,
    now: datetime,
    on: date | None = None,
    list_key: str = "",
    source: str = "",
    allow_empty: bool = False,
) -> None:
    """Raises Refused for an as-at day in the future, an unknown list or an unknown kind of source."""
    if on is not None and on > timezone.localdate(now):
        raise Refused("The as-at day is yet to come. Give the day on which the lists were made.", field="on")
    if list_key and list_key not in list_keys(inspection):
        raise Refused("There is no such list. Choose one of those that are offered.", field="list_key")
    if source and source not in SOURCES:
        raise Refused(f"There is no such kind of source. There are: {', '.join(SOURCES)}.", field="source")


def list_keys(inspection: Inspection) -> list[str]:
    """The keys of the inspection's case lists, in the framework's order."""
    return [each.key for each in inspection.framework.case_lists]


@transaction.atomic
def match_headings(*, case_import: CaseImport, fields: Mapping[str, str], by: User | None, now: datetime) -> CaseImport:
    """Say which field each heading stands for, "" for none. This is remembered for the council, and the files are read
    again.

    Raises Refused for an unknown field, for a field given to two headings, and if the import is not waiting for its
    headings.
    """
    inspection = locked_with_council(case_import.inspection)
    row = CaseImport.objects.get(pk=case_import.pk)
    if row.state in UNDER_WAY:
        return row
    if row.state != State.MAPPING:
        raise Refused("The headings of this import are matched already, or it is over.")
    known = {field.key for field in inspection.framework.case_fields}
    chosen = [field for field in fields.values() if field]
    if not chosen or not known.issuperset(chosen):
        raise Refused("Choose what each of the columns holds.", field="fields")
    if len(set(chosen)) < len(chosen):
        raise Refused("Two columns are said to hold the same. Choose one of them.", field="fields")
    for heading, field in fields.items():
        Heading.objects.update_or_create(
            council=inspection.council,
            heading=fold_heading(heading)[:200],
            defaults={"field": field, "recorded_at": now, "recorded_by": by},
        )
    _change(row, state=State.WAITING, unmapped=[], free_at=now, tries=0, claim="")
    _record(inspection, row, "headings of case lists matched", by, now, headings=len(fields))
    return row


def apply_import(*, case_import: CaseImport, by: User | None, now: datetime, allow_empty: bool = False) -> CaseImport:
    """Have a worker apply a checked import.

    Raises Refused if the import has not been checked, if a list would become empty without confirmation, and if another
    import was applied in the meantime. In that case the difference has been worked out again.
    """
    row, is_stale = _ask_to_apply(case_import, by, now, allow_empty=allow_empty)
    if is_stale:
        raise Refused(STALE)
    return row


@transaction.atomic
def _ask_to_apply(
    case_import: CaseImport, by: User | None, now: datetime, *, allow_empty: bool
) -> tuple[CaseImport, bool]:
    inspection = locked_unless_withdrawn(case_import.inspection)
    row = CaseImport.objects.get(pk=case_import.pk)
    if row.state in (State.APPLYING, State.APPLIED):
        return row, False
    if row.state != State.CHECKED:
        raise Refused("This import is not checked, or it is over, so it cannot be applied.")
    if difference.is_stale(row):
        difference.work_out(row)
        _change(row, difference=row.difference, compared_with=row.compared_with)
        _record(inspection, row, "case import compared anew", by, now)
        return row, True
    emptied = difference.emptied(row.lists, row.difference)
    if emptied and not (allow_empty or row.allow_empty):
        raise Refused(would_be_empty(inspection, emptied), field="allow_empty")
    changes: dict[str, Any] = {"state": State.APPLYING, "free_at": now, "tries": 0, "claim": "", "error": ""}
    _change(row, applied_by=by, allow_empty=bool(emptied), done=0, **changes)
    _record(inspection, row, "case import asked to be applied", by, now)
    return row, False


@transaction.atomic
def discard_import(*, case_import: CaseImport, by: User | None, now: datetime) -> CaseImport:
    """Discard an import that was not applied, with its files and everything read from them.

    A worker that is reading it stops before its next batch of rows. Raises Refused if it was applied or is being
    applied.
    """
    inspection = locked_unless_withdrawn(case_import.inspection)
    row = CaseImport.objects.get(pk=case_import.pk)
    if row.state == State.DISCARDED:
        return row
    if row.state not in NOT_APPLIED:
        raise Refused("This import was applied. What it changed can be undone by bringing back a former one.")
    _change(row, state=State.DISCARDED, claim="", difference={}, compared_with=None)
    forget(row)
    _record(inspection, row, "case import discarded", by, now)
    return row


def forget(case_import: CaseImport) -> int:
    """Delete everything in an import that could name a child: files and their names, faults, staged rows, and what its
    columns say beyond the counts. Returns the number of files. Call it under the inspection's lock.

    What the import changed on the lists stays, and so do its counts.
    """
    staging.clear(case_import)
    names = [file.stored_name for file in case_import.files.all() if file.stored_name]
    case_import.files.update(stored_name=None, name="")
    _change(case_import, columns=counts_of_columns(case_import), unmapped=[])
    transaction.on_commit(partial(FOLDER.discard_all, names))
    return len(names)


@transaction.atomic
def state_empty(*, inspection: Inspection, list_key: str, by: User | None, now: datetime) -> CaseImport:
    """Record that a list has no children. If there are none now, this applies at once; otherwise it waits, checked, to
    be confirmed and applied.

    Raises Refused for an unknown list.
    """
    inspection = locked_unless_withdrawn(inspection)
    check_said(inspection, now=now, list_key=list_key)
    if not list_key:
        raise Refused("Say which list is empty.", field="list_key")
    row = new_import(inspection, kind=Kind.STATED_EMPTY, by=by, now=now, list_key=list_key, state=State.CHECKED)
    row.inspection, row.lists = inspection, {list_key: 0}
    difference.work_out(row)
    _record(inspection, row, "case list stated to be empty", by, now, list=list_key)
    if not difference.emptied(row.lists, row.difference):
        applying.apply(row, inspection, by=by, now=now)
    row.save()
    return row


@transaction.atomic
def bring_back(*, case_import: CaseImport, by: User | None, now: datetime) -> CaseImport:
    """Restore the lists of a former import to what they were when it was applied.

    Returns a new import, which a worker compares with the lists and a person then applies. Raises Refused if the former
    import was not applied, or if its rows have been erased.
    """
    inspection = locked_unless_withdrawn(case_import.inspection)
    former = CaseImport.objects.get(pk=case_import.pk)
    if former.state != State.APPLIED:
        raise Refused("This import was never applied, so there is nothing to bring back.")
    if not may_be_brought_back(former):
        raise Refused("The rows of this import have been erased, so it cannot be brought back.")
    waiting = CaseImport.objects.filter(inspection=inspection, restored_from=former)
    if (same := waiting.filter(state__in=[*UNDER_WAY, State.CHECKED]).first()) is not None:
        return same
    row = new_import(inspection, kind=Kind.RESTORED, by=by, now=now, restored_from=former, on=former.on)
    _record(inspection, row, "former case import brought back", by, now, former=former.number)
    return row


def _change(row: CaseImport, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))


def _record(inspection: Inspection, row: CaseImport, verb: str, by: User | None, now: datetime, **detail: Any) -> None:
    audit.record(inspection, by=by, verb=verb, subject=f"Import {row.number}", now=now, detail=detail)
