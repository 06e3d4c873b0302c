"""Build exports of audits: one worker claims an export, reports progress and freezes it. Another takes over if it dies.

If an audit changes or a child is erased while the export is built, it fails and says so, so that an export never holds
what was erased.
"""

from __future__ import annotations

import logging
import shutil
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from audits.exports.content import AuditContent, fingerprint, submitted_audits
from audits.exports.documents import all_audits, one_audit
from audits.exports.queue import QUEUE
from audits.models import AuditExport, AuditExportFile
from audits.state import SelectionState, audits_state
from audits.stored_files import FOLDER
from files.folders import hashed
from files.zip_names import ZipNames
from inspections.audit import record
from inspections.locks import locked
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from jobs.faults import place_of
from jobs.queue import JobTakenOver
from jobs.scratch import ScratchFolder

log = logging.getLogger(__name__)
SCRATCH = ScratchFolder("audit-exports")
Clock = Callable[[], datetime]
State, Kind = AuditExport.State, AuditExportFile.Kind
NAMES = {Kind.PDF: "audits.pdf", Kind.ZIP: "audits.zip"}
CHANGED = "The audits were changed while the export was made. Make it again."
GIVEN_UP = "Making it was cut off again and again. Ask the person who runs the server to look."
FAULT = "The export could not be made. The fault has been written to the server’s log."


class AuditsChanged(Exception):
    """An audit was changed, or a child erased, while the export was being written."""


@dataclass
class ExportBuild:
    """One export, as built by the worker that has claimed it. `scratch` is a folder of its own."""

    export: AuditExport
    scratch: Path
    now: Clock
    made_at: datetime


def make(export_id: int, *, now: Clock = timezone.now) -> AuditExport | None:
    """Build the export. Returns None if another worker has it or it is already finished.

    If something goes wrong the export is marked as failed, with a message for people. Nothing of an audit is logged.
    """
    export = QUEUE.take(export_id, now(), state=State.MAKING, done=0)
    if export is None:
        return None
    if QUEUE.is_given_up(export):
        _fail(export, GIVEN_UP, now())
        return None
    try:
        _make(export, now)
    except JobTakenOver:
        return None
    except (OperationalError, InterfaceError) as error:
        log.warning("audit export %s waits for another worker (%s)", export.pk, place_of(error))
        return None
    except AuditsChanged:
        _fail(export, CHANGED, now())
        return None
    except Exception as error:
        log.error("audit export %s failed (%s)", export.pk, place_of(error))  # no traceback, because it quotes audits
        _fail(export, FAULT, now())
        return None
    return AuditExport.objects.get(pk=export.pk)


def sweep() -> None:
    """Delete the unfinished files of workers that were killed."""
    SCRATCH.sweep(QUEUE)


def _fail(export: AuditExport, words: str, now: datetime) -> None:
    """Mark the export as failed, if this worker still has it."""
    with suppress(JobTakenOver), transaction.atomic():
        inspection = locked(export.inspection)
        QUEUE.end(export, state=State.FAILED, error=words)
        record(inspection, by=None, verb="audit export failed", subject=str(export), now=now, detail={"why": words})


def _make(export: AuditExport, now: Clock) -> None:
    with SCRATCH.of(export) as scratch:
        making = ExportBuild(export, scratch, now, now())
        contents = submitted_audits(export.inspection, export.selection)
        if not contents:
            raise AuditsChanged
        lacking = _lacking(_state_of(export, export.inspection, making.made_at), contents)
        _write(making, contents, lacking)
        _freeze(making, contents, lacking)


def _state_of(export: AuditExport, inspection: Inspection, now: datetime) -> SelectionState:
    return audits_state(snapshot_of(inspection, now=now)).of(export.selection)


def _lacking(state: SelectionState, contents: Sequence[AuditContent]) -> list[int]:
    there = {content.number for content in contents}
    return [case.number for case in state.cases if not case.is_erased and case.number not in there]


def _write(making: ExportBuild, contents: Sequence[AuditContent], lacking: Sequence[int]) -> None:
    """Write a PDF of each audit with its files into the ZIP, then the PDF of all."""
    export, inspection = making.export, making.export.inspection
    names = ZipNames()
    with zipfile.ZipFile(making.scratch / Kind.ZIP, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, content in enumerate(contents, start=1):
            folder = f"case-{content.number:02}"
            written = one_audit(inspection, content, made_at=making.made_at)
            archive.writestr(_entry(names.take(folder, "audit.pdf"), making.made_at), written)
            for file in content.files:
                _add(archive, names.take(f"{folder}/files", file.name), file.stored_name, making.made_at)
            QUEUE.keep(export, making.now(), done=done, total=len(contents))
        if lacking:
            lines = "".join(f"Case {number}: not submitted\r\n" for number in lacking)
            archive.writestr(_entry("NOT SUPPLIED.txt", making.made_at), lines)
    selection = inspection.framework.case_selection(export.selection)
    written = all_audits(inspection, selection, contents, lacking, number=export.number, made_at=making.made_at)
    (making.scratch / Kind.PDF).write_bytes(written)


def _entry(name: str, made_at: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, timezone.localtime(made_at).timetuple()[:6])  # type: ignore[arg-type]
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _add(archive: zipfile.ZipFile, name: str, stored_name: str, made_at: datetime) -> None:
    """Copy a file of an audit into the ZIP. Raises AuditsChanged if it was removed meanwhile."""
    try:
        source = FOLDER.path_of(stored_name).open("rb")
    except FileNotFoundError:
        raise AuditsChanged from None
    with source, archive.open(_entry(name, made_at), "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target)


def _freeze(making: ExportBuild, contents: Sequence[AuditContent], lacking: Sequence[int]) -> None:
    export = making.export
    facts = {kind: hashed(making.scratch / kind) for kind in NAMES}
    with FOLDER.storing() as kept, transaction.atomic():
        inspection = locked(export.inspection)
        if fingerprint(submitted_audits(inspection, export.selection)) != fingerprint(contents):
            raise AuditsChanged
        if _lacking(_state_of(export, inspection, making.made_at), contents) != lacking:
            raise AuditsChanged
        cases = [content.number for content in contents]
        ready = {"state": State.READY, "made_at": making.made_at, "error": "", "done": len(cases), "total": len(cases)}
        QUEUE.end(export, cases=cases, lacking=lacking, **ready)
        for kind, name in NAMES.items():
            kept.append(FOLDER.keep(making.scratch / kind))
            size, sha256 = facts[kind]
            AuditExportFile.objects.create(
                export=export, kind=kind, name=name, stored_name=kept[-1], size=size, sha256=sha256
            )
        detail = {
            "selection": export.selection,
            "cases": cases,
            "lacking": lacking,
            "sha256": [sha256 for _, sha256 in facts.values()],
        }
        by, now = export.requested_by, making.made_at
        record(inspection, by=by, verb="audits exported", subject=str(export), now=now, detail=detail)
