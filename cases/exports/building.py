"""Build exports: one worker claims an export, reports progress and freezes it. Another takes over if it dies.

An export shows the lists as one import left them. Imports applied while it is being built change nothing in it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from cases.exports.csv_files import CsvZip
from cases.exports.queue import QUEUE
from cases.exports.tables import ListSheet, Value, applied_lists, facts_of, rows_as_of
from cases.exports.workbook import ExportWorkbook, sheet_name
from cases.models import CaseExport, CaseExportFile
from cases.stored_files import FOLDER
from cases.value_labels import value_labels_of
from files.folders import hashed
from govuk.dates import long_date, long_datetime
from inspections import audit
from inspections.locks import locked
from jobs.faults import place_of
from jobs.queue import JobTakenOver
from jobs.scratch import ScratchFolder

log = logging.getLogger(__name__)
SCRATCH = ScratchFolder("case-exports")
Clock = Callable[[], datetime]
State, Kind = CaseExport.State, CaseExportFile.Kind
SIGN_OF_LIFE = timedelta(seconds=2)
#: How many rows are written before the clock is read again.
STEP = 500
CHANGED = "The lists were changed while the export was made. Make it again."


class ListsChanged(Exception):
    """A child was erased while the export was being written, so it no longer matches the lists."""


@dataclass
class ExportBuild:
    """One export, as built by the worker that has claimed it. `scratch` is a folder of its own."""

    export: CaseExport
    scratch: Path
    now: Clock
    told_at: datetime
    done: int = 0

    def tell(self, rows: Iterator[list[Value]]) -> Iterator[list[Value]]:
        """Pass the rows on and record progress from time to time."""
        for row in rows:
            yield row
            self.done += 1
            if not self.done % STEP and (moment := self.now()) - self.told_at >= SIGN_OF_LIFE:
                self.told_at = moment
                QUEUE.keep(self.export, moment, done=self.done)


def make(export_id: int, *, now: Clock = timezone.now) -> CaseExport | None:
    """Build the export. Returns None if another worker has it or it is already finished.

    If something goes wrong the export is marked as failed, with a message for people. Nothing from a row is logged.
    """
    export = QUEUE.take(export_id, now(), state=State.MAKING, done=0)
    if export is None:
        return None
    if QUEUE.is_given_up(export):
        _fail(export, "Making it was cut off again and again. Ask the person who runs the server to look.", now())
        return None
    try:
        _make(export, now)
    except JobTakenOver:
        return None
    except (OperationalError, InterfaceError) as error:
        log.warning("export %s waits for another worker (%s)", export.pk, place_of(error))
        return None
    except ListsChanged:
        _fail(export, CHANGED, now())
        return None
    except Exception as error:
        log.error("export %s failed (%s)", export.pk, place_of(error))  # no traceback, because it quotes rows
        _fail(export, "The export could not be made. The fault has been written to the server’s log.", now())
        return None
    return CaseExport.objects.get(pk=export.pk)


def sweep() -> None:
    """Delete the unfinished files of workers that were killed."""
    SCRATCH.sweep(QUEUE)


def _fail(export: CaseExport, words: str, now: datetime) -> None:
    """Mark the export as failed, if this worker still has it."""
    with suppress(JobTakenOver), transaction.atomic():
        inspection = locked(export.inspection)
        QUEUE.end(export, state=State.FAILED, error=words)
        subject = f"Export {export.number}"
        audit.record(inspection, by=None, verb="case export failed", subject=subject, now=now, detail={"why": words})


def _make(export: CaseExport, now: Clock) -> None:
    with SCRATCH.of(export) as scratch:
        made_at = now()
        making = ExportBuild(export, scratch, now, made_at)
        sheets = _write(making, made_at)
        _freeze(making, sheets, made_at)


def _write(making: ExportBuild, made_at: datetime) -> list[ListSheet]:
    """Write the workbook and the CSV files in one pass over each list."""
    export, inspection = making.export, making.export.inspection
    assert export.as_of is not None
    moment = export.as_of.applied_at
    assert moment is not None
    labels, imports = value_labels_of(inspection.framework), applied_lists(inspection)
    wanted = [each for each in inspection.framework.case_lists if each.key in export.lists]
    sheets = []
    with ExportWorkbook(making.scratch) as book, CsvZip(making.scratch / Kind.CSV, made_at) as zipped:
        for case_list in wanted:
            sheet = ListSheet(labels, case_list, imports[case_list.key].day)
            csv_list = zipped.open(f"{case_list.key}.csv", sheet.headings)
            rows = making.tell(sheet.rows(facts_of(rows_as_of(inspection, case_list.key, moment))))
            book.add_list(sheet_name(case_list), sheet.headings, _each(rows, csv_list.write))
            csv_list.close()
            book.add_analysis(case_list, sheet.analysis())
            sheets.append(sheet)
        book.save(making.scratch / Kind.WORKBOOK, _about(export, sheets, made_at))
    return sheets


def _each(rows: Iterator[list[Value]], write: Callable[[list[Value]], object]) -> Iterator[list[Value]]:
    """Pass the rows on and write each to the CSV file as well."""
    for row in rows:
        write(row)
        yield row


def _about(export: CaseExport, sheets: list[ListSheet], made_at: datetime) -> list[list[str | int]]:
    """The first sheet of the workbook: which lists are in it, and which are not."""
    inspection, framework = export.inspection, export.inspection.framework
    many = framework.grain.several
    assert export.as_of is not None
    rows: list[list[str | int]] = [
        [f"Case lists: {inspection.council.name}"],
        [inspection.title],
        [f"Made on {long_datetime(made_at)} from import {export.as_of.number} and those before it."],
        [f"This workbook holds data about {many}. Keep it as such, and delete it when it is no longer needed."],
        [],
        ["List", many.capitalize()],
    ]
    by_key = {sheet.case_list.key: sheet for sheet in sheets}
    for case_list in framework.case_lists:
        sheet = by_key.get(case_list.key)
        rows.append([case_list.title, sheet.children if sheet else "NOT SUPPLIED: not imported"])
        if sheet:
            rows.append([f"As at {long_date(sheet.on)}"])
        rows.extend([f"Nothing was supplied under “{label}”."] for label in (sheet.lacking() if sheet else ()))
    return rows


def _freeze(making: ExportBuild, sheets: list[ListSheet], made_at: datetime) -> None:
    export = making.export
    assert export.as_of is not None
    assert export.as_of.applied_at is not None
    facts = {kind: hashed(making.scratch / kind) for kind in (Kind.WORKBOOK, Kind.CSV)}
    with FOLDER.storing() as kept, transaction.atomic():
        inspection = locked(export.inspection)
        for sheet in sheets:
            if rows_as_of(inspection, sheet.case_list.key, export.as_of.applied_at).count() != sheet.children:
                raise ListsChanged
        lists = {sheet.case_list.key: sheet.children for sheet in sheets}
        lacking = {sheet.case_list.key: sheet.lacking() for sheet in sheets if sheet.lacking()}
        ready = {"state": State.READY, "made_at": made_at, "error": "", "done": making.done, "total": making.done}
        QUEUE.end(export, lists=lists, lacking=lacking, **ready)
        for kind, name in ((Kind.WORKBOOK, "case-lists.xlsx"), (Kind.CSV, "case-lists-csv.zip")):
            kept.append(FOLDER.keep(making.scratch / kind))
            size, sha256 = facts[kind]
            CaseExportFile.objects.create(
                export=export, kind=kind, name=name, made_at=made_at, stored_name=kept[-1], size=size, sha256=sha256
            )
        detail = {"lists": lists, "sha256": [sha256 for _, sha256 in facts.values()]}
        subject = f"Export {export.number}"
        audit.record(
            inspection,
            by=export.requested_by,
            verb="case lists exported",
            subject=subject,
            now=made_at,
            detail=detail,
        )
