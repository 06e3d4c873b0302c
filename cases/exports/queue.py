"""The queue of exports that wait to be built or are being built."""

from __future__ import annotations

from datetime import timedelta

from cases.models import CaseExport
from jobs.queue import Queue

UNFINISHED = (CaseExport.State.WAITING, CaseExport.State.MAKING)
LEASE = timedelta(minutes=5)

QUEUE = Queue[CaseExport](
    lambda: CaseExport.objects.filter(state__in=UNFINISHED).select_related("inspection__council", "requested_by"),
    lease=lambda: LEASE,
    most_tries=5,
)
