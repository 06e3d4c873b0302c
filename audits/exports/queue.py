"""The queue of exports of audits that wait to be built or are being built."""

from __future__ import annotations

from datetime import timedelta

from audits.models import AuditExport
from jobs.queue import Queue

UNFINISHED = (AuditExport.State.WAITING, AuditExport.State.MAKING)
LEASE = timedelta(minutes=5)

QUEUE = Queue[AuditExport](
    lambda: AuditExport.objects.filter(state__in=UNFINISHED).select_related("inspection__council", "requested_by"),
    lease=lambda: LEASE,
    most_tries=5,
)
