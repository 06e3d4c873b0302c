"""Where the files of audits and of their exports are stored."""

from __future__ import annotations

from datetime import datetime, timedelta

from audits.models import AuditExportFile, AuditFile
from files.folders import Folder

FOLDER = Folder("audits")
#: A newer file may belong to a row that is not committed yet.
LEFT_FOR = timedelta(days=1)


def sweep(*, now: datetime) -> int:
    """Delete stored files that no row refers to, left by a crash. Returns how many."""
    kept = (model.objects.exclude(stored_name=None) for model in (AuditFile, AuditExportFile))
    names = {str(name) for rows in kept for name in rows.values_list("stored_name", flat=True)}
    return FOLDER.sweep(before=now - LEFT_FOR, known=names)
