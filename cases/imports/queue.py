"""The queue of imports: a worker claims one and renews its lease. If it dies, another takes over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from accounts.models import User
from cases.models import UNDER_WAY, CaseImport
from inspections.models import Inspection
from jobs.queue import Queue

# Longer than the slowest step, which is unpacking or applying half a million rows.
LEASE = timedelta(minutes=10)

QUEUE = Queue[CaseImport](
    lambda: CaseImport.objects.filter(state__in=UNDER_WAY).select_related("inspection__council", "applied_by"),
    lease=lambda: LEASE,
    most_tries=5,
)


def new_import(inspection: Inspection, *, kind: str, by: User | None, now: datetime, **facts: Any) -> CaseImport:
    """Create an import with the next number. The inspection must be locked."""
    last = CaseImport.objects.filter(inspection=inspection).aggregate(last=Max("number"))["last"] or 0
    return CaseImport.objects.create(
        inspection=inspection, number=last + 1, kind=kind, requested_at=now, requested_by=by, free_at=now, **facts
    )
