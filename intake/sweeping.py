"""Deletes files that nobody sorted in time, and what killed servers left behind."""

from __future__ import annotations

from datetime import datetime, timedelta

from intake import waiting_files
from intake.actions import KEPT_FOR
from intake.models import Archive, WaitingFile

#: Bytes without a row may belong to a row that is not committed yet.
LEFT_FOR = timedelta(days=1)


def sweep(*, now: datetime) -> int:
    """Deletes files that waited too long, and bytes that no row refers to. Returns how many."""
    late = WaitingFile.objects.filter(arrived_at__lt=now - KEPT_FOR)
    names = list(late.values_list("stored_name", flat=True))
    WaitingFile.objects.filter(stored_name__in=names).delete()
    Archive.objects.filter(arrived_at__lt=now - KEPT_FOR).delete()
    for name in names:
        waiting_files.discard(name)
    known = {
        *WaitingFile.objects.values_list("stored_name", flat=True),
        *Archive.objects.filter(finished_at=None).values_list("stored_name", flat=True),
    }
    return len(names) + waiting_files.sweep(before=now - LEFT_FOR, known=known)
