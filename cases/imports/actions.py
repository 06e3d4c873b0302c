"""What can be done with an import: ask for one, match its headings, apply it, discard it, bring a former one back.

Each action is atomic and on the record and has one effect when it is asked twice. The record holds numbers and never
what is in a row, nor the name of a file, which may name a child.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from accounts.models import User
from cases.imports import applying, difference, staging
from cases.imports.keeping import FOLDER, check_files, storage_failed
from cases.imports.queue import UNFINISHED, new_import
from cases.imports.words import STALE, would_be_empty
from cases.models import CaseImport, Heading, ImportFile
from cases.privacy.erasure import may_be_brought_back
from cases.reading import SOURCES, fold_heading
from files.receiving import Received
from files.storage import discard
from inspections import audit
from inspections.locks import locked_unless_withdrawn, locked_with_council
from inspections.models import Inspection
from inspections.once import made_before
from refusals import Refused

State, Kind = CaseImport.State, CaseImport.Kind
#: What an import keeps of a column that may name a child.
SAMPLES = ("samples", "bad_samples")
#: Imports that can still be thrown away.
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
    """Keep files and ask a worker to read them; nothing of the lists changes before the import is applied.

    `on` is the as-at day, None where nobody stated it; `list_key` and `source` are empty where the files tell. A form
    that is sent twice with its `once` is one import. Raises Refused, and then nothing is kept, for files that are not
    taken and for a day that is yet to come.
    """
    kept: list[str] = []
    try:
        check_files(files)
        said = {"on": on, "list_key": list_key, "source": source, "allow_empty": allow_empty}
        return _request(inspection, files, kept, said, once, by, now)
    except (OperationalError, InterfaceError):
        # A connection lost at the commit may have committed: rather bytes without a row, which `sweep` finds.
        raise
    except BaseException:
        for stored_name in kept:
            FOLDER.discard(stored_name)
        raise
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
    """Keep the bytes of received files for an import; `kept` is told each stored name. Raises Refused."""
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
    """Raises Refused for what a person cannot have meant: a day to come, a list or a kind of source that is not."""
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
    """Say which field each heading stands for, "" for none; it is remembered for the council, and the files are read
    again.

    Raises Refused for a field that there is not, for one that two headings are said to stand for, and where the import
    does not wait for it any more.
    """
    inspection = locked_with_council(case_import.inspection)
    row = CaseImport.objects.get(pk=case_import.pk)
    if row.state in UNFINISHED:
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
    """Ask a worker to make the lists what a checked import says.

    Raises Refused where it is not checked, where a list would become empty and nobody said that it may, and where
    another import was applied since: the difference has then been worked out anew and can be looked at.
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
    emptied = difference.emptied(row)
    if emptied and not (allow_empty or row.allow_empty):
        raise Refused(would_be_empty(inspection, emptied), field="allow_empty")
    changes: dict[str, Any] = {"state": State.APPLYING, "free_at": now, "tries": 0, "claim": "", "error": ""}
    _change(row, applied_by=by, allow_empty=bool(emptied), done=0, **changes)
    _record(inspection, row, "case import asked to be applied", by, now)
    return row, False


@transaction.atomic
def discard_import(*, case_import: CaseImport, by: User | None, now: datetime) -> CaseImport:
    """Throw away an import that was not applied, with its files and whatever was read from them.

    A worker that is at it stops before its next bunch of rows. Raises Refused for one that is applied or about to be.
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
    """Take away everything of an import that may name a child: bytes and names of its files, faults, rows not yet
    applied, samples of its columns. How many files there were. Call it under the inspection's lock.

    What it changed in the lists stays, and so do its counts.
    """
    staging.clear(case_import)
    names = [file.stored_name for file in case_import.files.all() if file.stored_name]
    case_import.files.update(stored_name=None, name="")
    columns = [{key: value for key, value in column.items() if key not in SAMPLES} for column in case_import.columns]
    _change(case_import, columns=columns, unmapped=[])
    for name in names:
        transaction.on_commit(partial(FOLDER.discard, name))
    return len(names)


@transaction.atomic
def state_empty(*, inspection: Inspection, list_key: str, by: User | None, now: datetime) -> CaseImport:
    """State that no child is on a list, on record. Applied at once where none is on it now; else it is checked, shows
    who would go, and waits to be applied with a yes.

    Raises Refused for a list that there is not.
    """
    inspection = locked_unless_withdrawn(inspection)
    check_said(inspection, now=now, list_key=list_key)
    if not list_key:
        raise Refused("Say which list is empty.", field="list_key")
    row = new_import(inspection, kind=Kind.STATED_EMPTY, by=by, now=now, list_key=list_key, state=State.CHECKED)
    row.inspection, row.lists = inspection, {list_key: 0}
    difference.work_out(row)
    _record(inspection, row, "case list stated to be empty", by, now, list=list_key)
    if not difference.emptied(row):
        applying.apply(row, inspection, by=by, now=now)
    row.save()
    return row


@transaction.atomic
def bring_back(*, case_import: CaseImport, by: User | None, now: datetime) -> CaseImport:
    """Ask for the lists that a former import held to be as they were once it was applied.

    A new import, which a worker compares with the lists as they are and a person then applies. Raises Refused where the
    former one was not applied, or its rows have been erased.
    """
    inspection = locked_unless_withdrawn(case_import.inspection)
    former = CaseImport.objects.get(pk=case_import.pk)
    if former.state != State.APPLIED:
        raise Refused("This import was never applied, so there is nothing to bring back.")
    if not may_be_brought_back(former):
        raise Refused("The rows of this import have been erased, so it cannot be brought back.")
    waiting = CaseImport.objects.filter(inspection=inspection, restored_from=former)
    if (same := waiting.filter(state__in=[*UNFINISHED, State.CHECKED]).first()) is not None:
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
