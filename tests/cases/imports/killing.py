"""Run by a process of its own: kills workers while they read an import and while they apply it, at moment after moment.

A moment is any touch of the file system or the database, and any piece of rows that COPY asks for. After some kills a
worker is let be, and what is there then must be what an import that nobody disturbed leaves. After each kill the lists
are wholly as they were or wholly as they become.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from accounts.models import Event
from cases.imports import actions, staging, worker
from cases.imports.queue import LEASE, QUEUE
from cases.models import CaseImport, Child, ImportFault, ListRow, StagedRow
from inspections.models import Inspection
from tests.factories.cases import applied, ask, case_file, csv_of, on_list, row
from tests.factories.people import NOW, make_council, make_inspection

TOUCHES = ("open", "os.", "tempfile.", "sqlite3.")
KILLS = (QUEUE.most_tries or 0) - 1  # before an import is given up
BEFORE = [row(f"A{number}") for number in range(40)]
# One is gone, some have changed, some are new, and one has a warning.
AFTER = [
    *(row(f"A{number}", Gender="Male" if number % 5 else "Female") for number in range(1, 40)),
    *(row(f"B{number}") for number in range(8)),
    row("B9", Ethnicity=""),
]


def in_child(work: Callable[[], None]) -> int:
    """How a child that does this ended: 0, or less than 0 if it was killed."""
    connections.close_all()
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def work_touching(on_touch: Callable[[], None], now: Any) -> None:
    """Does what the import waits for, telling of every touch just before it happens."""
    pk = CaseImport.objects.get(state__in=["waiting", "reading", "applying"]).pk
    sys.addaudithook(lambda event, arguments: on_touch() if event.startswith(TOUCHES) else None)
    read = staging._CopyStream.read

    def touched(pieces: Any, size: int = 1) -> str:
        on_touch()
        return read(pieces, size)

    def statement(execute: Callable[..., Any], *given: Any) -> Any:
        on_touch()
        return execute(*given)

    setattr(staging._CopyStream, "read", touched)  # noqa: B010
    with connection.execute_wrapper(statement):
        worker.work(pk, now=lambda: now)


def count() -> int:
    """How many moments there are in what the import waits for, which a child does and takes back."""
    reader, writer = os.pipe()

    def work() -> None:
        seen: list[int] = []
        work_touching(lambda: seen.append(1), NOW)
        os.write(writer, str(len(seen)).encode())

    in_child(work)
    os.close(writer)
    with os.fdopen(reader) as told:
        return int(told.read())


def killed_at(moment: int) -> bool:
    """Whether a worker was killed at this moment; the one before it has been silent for long."""
    CaseImport.objects.exclude(claim="").update(free_at=NOW - timedelta(days=1))

    def work() -> None:
        left = [moment]

        def on_touch() -> None:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        work_touching(on_touch, NOW)

    return in_child(work) == -signal.SIGKILL


def lists(inspection: Inspection) -> list[Any]:
    return sorted((identifier, sorted(values.items())) for identifier, values in on_list(inspection).items())


def seen(inspection: Inspection, case_import: CaseImport) -> dict[str, Any]:
    """What is there once it is over."""
    case_import.refresh_from_db()
    return {
        "state": case_import.state,
        "lists": lists(inspection),
        "difference": case_import.difference,
        "faults": list(case_import.faults.values_list("level", "kind", "row")),
        "counts": [ListRow.objects.count(), Child.objects.count(), StagedRow.objects.count()],
        "on record": Event.objects.filter(verb="case lists applied").count(),
        "files": sum(path.is_file() for path in Path(settings.UPLOADS_DIR).rglob("*")),
    }


def begin() -> tuple[Inspection, CaseImport]:
    """A new inspection with lists, and an import of it that waits; nothing else is left."""
    StagedRow.objects.all().delete()
    ImportFault.objects.all().delete()
    ListRow.objects.all().delete()
    Child.objects.all().delete()
    CaseImport.objects.update(compared_with=None)
    CaseImport.objects.all().delete()
    Event.objects.all().delete()
    for path in Path(settings.UPLOADS_DIR).rglob("*"):
        if path.is_file():
            path.unlink()
    inspection = make_inspection(make_council())
    applied(inspection, case_file(csv_of(BEFORE)))
    return inspection, ask(inspection, case_file(csv_of(AFTER)))


def in_peace() -> tuple[dict[str, Any], list[int], list[Any]]:
    """What an undisturbed import leaves, the moments of its two halves, and the lists before."""
    inspection, asked = begin()
    before = lists(inspection)
    worker.work(asked.pk, now=lambda: NOW)  # once here, so that what it loads is there in the children
    inspection, asked = begin()
    reading = count()
    asked.refresh_from_db()
    actions.apply_import(case_import=asked, by=None, now=NOW)
    applying = count()
    return seen(inspection, asked), [reading, applying], before


def spread(moments: int, some: int) -> list[int]:
    """So many moments from the first to the last."""
    return [1 + (moments - 1) * number // max(1, some - 1) for number in range(some)]


def run(chains: int) -> dict[str, Any]:
    """What was left in peace, and after each chain of kills; `chains` is 0 for a kill at every single moment."""
    worker.BUNCH = 9
    staging._PIECE = 300
    staging._AT_ONCE = 1
    quiet, moments, before = in_peace()
    chains = chains or -(-max(moments) // KILLS)
    at = [spread(each, min(each, chains * KILLS)) for each in moments]
    found = []
    for chain in range(chains):
        inspection, asked = begin()
        kills, half = 0, 0
        for part in range(2):
            for moment in at[part][chain::chains]:
                kills += killed_at(moment)
                half += lists(inspection) not in (before, quiet["lists"])
            CaseImport.objects.exclude(claim="").update(free_at=NOW)
            worker.work(asked.pk, now=lambda: NOW + LEASE)
            asked.refresh_from_db()
            if asked.state == CaseImport.State.CHECKED:
                actions.apply_import(case_import=asked, by=None, now=NOW)
        found.append({"kills": kills, "half": half, **seen(inspection, asked)})
    return {"moments": moments, "in peace": quiet, "after kills": found}
