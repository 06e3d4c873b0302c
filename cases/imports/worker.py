"""Read an import's files and apply what was checked. This is the worker's part of an import.

Files are read in batches. Each batch is a transaction, which also renews the worker's lease. If a worker is killed, the
next one deletes its staged rows and starts again. The lists change in one transaction, which also ends the import.
Nothing from a row may be logged. Because a database error quotes the row, only its type and place are written down.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from typing import Any, BinaryIO

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from cases.imports import applying, difference, staging
from cases.imports.limits import limits
from cases.imports.messages import NO_FILES, STALE
from cases.imports.queue import QUEUE
from cases.models import CaseImport, Heading
from cases.reading import CaseFault, CaseListReader, Record, SourceFile
from cases.stored_files import FOLDER
from inspections import audit
from inspections.locks import locked, locked_unless_withdrawn
from inspections.models import Inspection
from jobs.faults import place_of
from jobs.queue import JobTakenOver
from refusals import Refused

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
State = CaseImport.State

#: How many rows are staged in one transaction.
BUNCH = 10_000


def work(import_id: int, *, now: Clock = timezone.now) -> CaseImport | None:
    """Read or apply the import, whichever is due. Returns None if another worker has it or nothing is due.

    Never raises. If the work cannot be done now, it is left for another worker; any other error marks the import as
    failed, with a message.
    """
    try:
        job = QUEUE.take(import_id, now())
        if job is None:
            return None
        _work(job, now)
        return CaseImport.objects.get(pk=job.pk)
    except JobTakenOver:
        return None
    except Exception as error:  # without a database the failure cannot be recorded; the lease runs out
        log.warning("import %s waits for another worker (%s)", import_id, place_of(error))
        return None


def _work(job: CaseImport, now: Clock) -> None:
    if QUEUE.is_given_up(job):
        _fail(job, "It was cut off again and again. Ask the person who runs the server to look.", now())
        return
    try:
        if job.state == State.APPLYING:
            _apply(job, now)
        else:
            _read(job, now)
    except (JobTakenOver, OperationalError, InterfaceError):
        raise
    except Refused as refused:
        _fail(job, refused.message, now())
    except FileNotFoundError:
        _fail(job, NO_FILES, now())
    except Exception as error:
        log.error("import %s failed (%s)", job.pk, place_of(error))  # no traceback, because it quotes rows
        _fail(job, "The import could not be finished. The fault has been written to the server’s log.", now())


def _fail(job: CaseImport, words: str, now: datetime) -> None:
    """Mark the import as failed, if this worker still has it."""
    with suppress(JobTakenOver), transaction.atomic():
        inspection = locked(job.inspection)
        QUEUE.end(job, state=State.FAILED, error=words)
        staging.clear(job)
        subject = f"Import {job.number}"
        audit.record(inspection, by=None, verb="case import failed", subject=subject, now=now, detail={"why": words})


# --- Reading ----------------------------------------------------------------------------------------------------------


@dataclass
class ReadResult:
    """What the files of an import hold besides the rows: rows on each list, and faults by level and kind."""

    rows: int = 0
    lists: dict[str, int] = field(default_factory=dict)
    columns: list[dict[str, Any]] = field(default_factory=list)
    unmapped: list[Any] = field(default_factory=list)
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def is_accepted(self) -> bool:
        return not self.unmapped and not any(level == "error" for level, _ in self.faults)

    @property
    def fault_counts(self) -> list[dict[str, Any]]:
        """The faults by level and kind as the import stores them: errors first, then the most frequent."""
        ordered = sorted(self.faults.items(), key=lambda each: (each[0][0], -each[1], each[0][1]))
        return [{"level": level, "kind": kind, "count": count} for (level, kind), count in ordered]


def reading_of(case_import: CaseImport, *, today: date) -> CaseListReader:
    """A reader for the import's files, with the headings that the council has matched before.

    Raises FileNotFoundError if the files have been deleted.
    """
    files = [SourceFile(file.name, _opener(file.stored_name)) for file in case_import.files.all()]
    return reader_for(
        case_import.inspection,
        files,
        on=case_import.on,
        today=today,
        list_key=case_import.list_key,
        source=case_import.source,
        allow_empty=case_import.allow_empty,
    )


def reader_for(
    inspection: Inspection,
    files: Sequence[SourceFile],
    *,
    on: date | None,
    today: date,
    list_key: str,
    source: str,
    allow_empty: bool,
) -> CaseListReader:
    """A reader for these files, with the headings that the council has matched before.

    `on` is the as-at day, None if it was not given. `list_key` and `source` are empty if the files say it themselves.
    Raises ValueError for an unknown list or source.
    """
    return CaseListReader(
        files,
        inspection.framework,
        on=on or today,
        today=today,
        list_key=list_key or None,
        source=source or None,
        headings=headings_of(inspection.council_id),
        limits=limits(),
        allow_empty=allow_empty,
    )


def headings_of(council_id: int) -> dict[str, str]:
    """The headings that a council has matched, each with its field."""
    return dict(Heading.objects.filter(council_id=council_id).values_list("heading", "field"))


def _opener(stored_name: str | None) -> Callable[[], BinaryIO]:
    if stored_name is None or not (path := FOLDER.path_of(stored_name)).is_file():
        raise FileNotFoundError
    return lambda: path.open("rb")


def take_in(
    case_import: CaseImport,
    reading: CaseListReader,
    alive: Callable[[int], object] = lambda rows: None,
    *,
    seen: Callable[[Iterable[Record]], Iterator[Record]] = iter,
    told: Callable[[Iterable[CaseFault]], Iterator[CaseFault]] = iter,
) -> ReadResult:
    """Read the files to the end. Stages the rows and stores the faults in batches.

    `alive` is called at the start of each batch's transaction with the number of rows read so far. `seen` and `told`
    let callers see the records and faults that pass through. After the first error no more rows are staged, because
    nothing can be applied.
    """
    found = ReadResult()
    encoded = staging.Encoder()
    records = seen(reading.records())
    while True:
        # Read before the transaction starts, because a workbook takes long to give its first row.
        bunch: Iterable[Record] = list(islice(records, 1 if staging.streams() else BUNCH))
        is_last = not bunch
        if staging.streams() and not is_last:
            bunch = chain(bunch, islice(records, BUNCH - 1))
        with transaction.atomic():
            alive(reading.rows)
            if found.is_accepted and not is_last:
                staging.stage(case_import, case_import.inspection.framework, bunch, encoded)
            else:
                deque(bunch, maxlen=0)
            staging.keep_faults(case_import, _counted(told(reading.take_faults()), found))
        if is_last:
            break
    found.rows, found.lists = reading.rows, dict(reading.lists)
    found.columns = [asdict(column) for column in reading.columns]
    found.unmapped = [asdict(each) for each in reading.unmapped]
    return found


def _counted(faults: Iterable[CaseFault], found: ReadResult) -> Iterator[CaseFault]:
    for fault in faults:
        found.faults[fault.level, fault.kind] += 1
        yield fault


def _read(job: CaseImport, now: Clock) -> None:
    with transaction.atomic():
        QUEUE.keep(job, now(), state=State.READING, done=0, total=0, error="")
        staging.clear(job)  # rows left by a worker that was killed
    if job.kind == CaseImport.Kind.RESTORED:
        with transaction.atomic():
            QUEUE.keep(job, now())
            lists = staging.stage_former(job)
        found = ReadResult(rows=sum(lists.values()), lists=lists)
    else:
        reading = reading_of(job, today=timezone.localdate(now()))
        found = take_in(job, reading, lambda rows: QUEUE.keep(job, now(), done=rows))
    with transaction.atomic():
        inspection = locked(job.inspection)
        conclude(job, found)
        facts = ("state", "rows", "lists", "columns", "unmapped", "fault_counts", "difference", "compared_with")
        QUEUE.end(job, **{name: getattr(job, name) for name in facts}, done=found.rows, total=found.rows)
        audit.record(
            inspection,
            by=None,
            verb="case import read",
            subject=f"Import {job.number}",
            now=now(),
            detail={"outcome": job.state, "rows": found.rows},
        )


def conclude(case_import: CaseImport, found: ReadResult) -> None:
    """Store the result on the import and work out the difference. Call it under the inspection's lock."""
    case_import.rows, case_import.lists = found.rows, found.lists
    case_import.columns, case_import.unmapped = found.columns, found.unmapped
    case_import.fault_counts = found.fault_counts
    case_import.difference, case_import.compared_with = {}, None
    if found.is_accepted:
        case_import.state = State.CHECKED
        difference.work_out(case_import)
        return
    case_import.state = State.MAPPING if found.unmapped else State.REFUSED
    # Faults caused only by a column that was not recognised would mislead.
    staging.clear(case_import, faults=bool(found.unmapped))


# --- Applying ---------------------------------------------------------------------------------------------------------


def _apply(job: CaseImport, now: Clock) -> None:
    with suppress(applying.DifferenceChanged), transaction.atomic():
        inspection = locked_unless_withdrawn(job.inspection)
        if difference.is_stale(job):
            raise applying.DifferenceChanged
        applying.apply(job, inspection, by=job.applied_by, now=now())
        QUEUE.end(job, state=job.state, applied_at=job.applied_at, done=job.done, error="")
        return
    with transaction.atomic():
        inspection = locked(job.inspection)
        difference.work_out(job)
        again = {"difference": job.difference, "compared_with": job.compared_with}
        QUEUE.end(job, state=State.CHECKED, error=STALE, **again)
        subject = f"Import {job.number}"
        audit.record(inspection, by=None, verb="case import compared anew", subject=subject, now=now())
