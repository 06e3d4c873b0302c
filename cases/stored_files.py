"""Where the files of imports and exports are stored."""

from __future__ import annotations

from datetime import datetime, timedelta

from cases.models import CaseExportFile, ImportFile
from files.folders import Folder

FOLDER = Folder("cases")
#: A newer file may belong to a row that is not committed yet.
LEFT_FOR = timedelta(days=1)


def sweep(*, now: datetime) -> int:
    """Delete stored files that no row refers to, left by a crash. Returns how many."""
    names = [
        name
        for model in (ImportFile, CaseExportFile)
        for name in model.objects.values_list("stored_name", flat=True)
        if name
    ]
    return FOLDER.sweep(before=now - LEFT_FOR, known=set(names))
