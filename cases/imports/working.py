"""The worker's side of an import: its files are read, what was checked is applied.

Files are read in bunches, each in a transaction of its own that also says that the worker lives. A worker that is
killed leaves rows that the next one takes away before it begins anew; the lists themselves change in one transaction,
in which the import ends. Nothing here may bring what is in a row into a log: of an error only its kind and its place
are written down, since the text of a database's error quotes the row.
"""

from __future__ import annotations

import logging
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from typing import Any, BinaryIO

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from cases.imports import applying, difference, staging
from cases.imports.keeping import FOLDER
from cases.imports.limits import limits
from cases.imports.queue import QUEUE
from cases.imports.words import NO_FILES, STALE
from cases.models import CaseImport, Heading
from cases.reading import CaseFault, Reading, Record, SourceFile
from inspections import audit
from inspections.locks import locked, locked_unless_withdrawn
from jobs.queue import JobTakenOver
from refusals import Refused

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
State = CaseImport.State

#: So many rows are read and kept in one transaction.
BUNCH = 10_000


def work(import_id: int, *, now: Clock = timezone.now) -> CaseImport | None:
    """Read the import's files, or apply it, whichever it waits for; None if another worker is at it or nothing is due.

    Never raises: what the worker cannot do just now waits for another one, and any other fault ends the import, with
    words for people.
    """
    try:
        job = QUEUE.take(import_id, now())
        if job is None:
            return None
        _work(job, now)
        return CaseImport.objects.get(pk=job.pk)
    except JobTakenOver:
        return None
    except Exception as error:  # with the database gone not even the fault can be kept; the lease ends by itself
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
        log.error("import %s failed (%s)", job.pk, place_of(error))  # no traceback: it quotes rows
        _fail(job, "The import could not be finished. The fault has been written to the server’s log.", now())


def place_of(error: BaseException) -> str:
    """The kind of an error and where it was raised, without its words."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


def _fail(job: CaseImport, words: str, now: datetime) -> None:
    """Leave the import failed, if it is still this worker's."""
    with suppress(JobTakenOver), transaction.atomic():
        inspection = locked(job.inspection)
        QUEUE.end(job, state=State.FAILED, error=words)
        staging.clear(job)
        subject = f"Import {job.number}"
        audit.record(inspection, by=None, verb="case import failed", subject=subject, now=now, detail={"why": words})


# --- Reading ----------------------------------------------------------------------------------------------------------


@dataclass
class Found:
    """What the files of an import hold, besides the rows: rows in each list, and faults by level and kind."""

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
        """The faults by level and kind, errors first and the most frequent first, as an import keeps them."""
        ordered = sorted(self.faults.items(), key=lambda each: (each[0][0], -each[1], each[0][1]))
        return [{"level": level, "kind": kind, "count": count} for (level, kind), count in ordered]


def reading_of(case_import: CaseImport, *, today: date) -> Reading:
    """What reads the import's files, with the headings that its council has matched before.

    Raises FileNotFoundError where the files are gone.
    """
    inspection = case_import.inspection
    files = [SourceFile(file.name, _opener(file.stored_name)) for file in case_import.files.all()]
    return Reading(
        files,
        inspection.framework,
        on=case_import.on or today,
        today=today,
        list_key=case_import.list_key or None,
        source=case_import.source or None,
        headings=headings_of(inspection.council_id),
        limits=limits(),
        allow_empty=case_import.allow_empty,
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
    reading: Reading,
    alive: Callable[[int], object] = lambda rows: None,
    *,
    seen: Callable[[Iterable[Record]], Iterator[Record]] = iter,
    told: Callable[[Iterable[CaseFault]], Iterator[CaseFault]] = iter,
) -> Found:
    """Read the files to their end, and stage their rows and keep their faults bunch by bunch.

    `alive` is called at the beginning of each bunch's transaction with the rows read so far. `seen` and `told` let
    others see the records and faults that pass. Nothing more is staged once there is an error, since nothing can be
    applied then.
    """
    found = Found()
    encoded = staging.Encoder()
    records = seen(reading.records())
    while True:
        # Pulled before the transaction begins: the first of a workbook's rows is long in coming.
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


def _counted(faults: Iterable[CaseFault], found: Found) -> Iterator[CaseFault]:
    for fault in faults:
        found.faults[fault.level, fault.kind] += 1
        yield fault


def _read(job: CaseImport, now: Clock) -> None:
    with transaction.atomic():
        QUEUE.keep(job, now(), state=State.READING, done=0, total=0, error="")
        staging.clear(job)  # what a worker left that was killed
    if job.kind == CaseImport.Kind.RESTORED:
        with transaction.atomic():
            QUEUE.keep(job, now())
            lists = staging.stage_former(job)
        found = Found(rows=sum(lists.values()), lists=lists)
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


def conclude(case_import: CaseImport, found: Found) -> None:
    """Set what was found on the import and work out what it would change. Call it under the inspection's lock."""
    case_import.rows, case_import.lists = found.rows, found.lists
    case_import.columns, case_import.unmapped = found.columns, found.unmapped
    case_import.fault_counts = found.fault_counts
    case_import.difference, case_import.compared_with = {}, None
    if found.is_accepted:
        case_import.state = State.CHECKED
        difference.work_out(case_import)
        return
    case_import.state = State.MAPPING if found.unmapped else State.REFUSED
    # Faults that stand only because a column was not found would mislead.
    staging.clear(case_import, faults=bool(found.unmapped))


# --- Applying ---------------------------------------------------------------------------------------------------------


def _apply(job: CaseImport, now: Clock) -> None:
    with suppress(applying.Otherwise), transaction.atomic():
        inspection = locked_unless_withdrawn(job.inspection)
        if difference.is_stale(job):
            raise applying.Otherwise
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
