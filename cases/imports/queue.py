"""Imports as work: claimed by one worker, kept alive while it reads, taken up by another when it has died."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from accounts.models import User
from cases.models import CaseImport
from inspections.models import Inspection
from jobs.queue import Queue

State = CaseImport.State

#: What a worker still has to do something about.
UNFINISHED = (State.WAITING, State.READING, State.APPLYING)
# Longer than the slowest single step: unpacking a workbook of half a million rows, or applying one.
LEASE = timedelta(minutes=10)

QUEUE = Queue[CaseImport](
    lambda: CaseImport.objects.filter(state__in=UNFINISHED).select_related("inspection__council", "applied_by"),
    lease=lambda: LEASE,
    most_tries=5,
)


def new_import(inspection: Inspection, *, kind: str, by: User | None, now: datetime, **facts: Any) -> CaseImport:
    """A new import of a locked inspection, with the next number."""
    last = CaseImport.objects.filter(inspection=inspection).aggregate(last=Max("number"))["last"] or 0
    return CaseImport.objects.create(
        inspection=inspection, number=last + 1, kind=kind, requested_at=now, requested_by=by, free_at=now, **facts
    )
