"""Deletes what killed workers left behind in the folder of the packs."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from evidencepack.building import scratch_of
from evidencepack.models import Pack, PackState

# Longer than any build may take: a folder that was just put in place may belong to a row not yet committed.
LEFT_FOR = timedelta(hours=2)

_SCRATCH = re.compile(r"\.[0-9]+-[0-9a-f]{32}")
_FOLDER = re.compile(r"[0-9]+")


def sweep(now: datetime) -> list[str]:
    """Deletes folders that are no longer needed. Returns their names.

    These are the folders that builds write in, unless the build is still running; and, after some hours, folders of
    packs that are not ready or do not exist. Folders with any other name are not ours and are left alone.
    """
    root = Path(settings.PACKS_DIR)
    if not root.is_dir():
        return []
    names = sorted(path.name for path in root.iterdir() if path.is_dir() and not path.is_symlink())
    # Read after listing the folders, because a build names its folder in the database before making it.
    building = Pack.objects.filter(state=PackState.BUILDING, claim__isnull=False)
    used = {scratch_of(pack).name for pack in building.only("pk", "claim")}
    ready = {str(pk) for pk in Pack.objects.filter(state=PackState.READY).values_list("pk", flat=True)}
    left = [name for name in names if _SCRATCH.fullmatch(name) and name not in used]
    left += [
        name
        for name in names
        if _FOLDER.fullmatch(name) and name not in ready and _untouched_since(root / name, now - LEFT_FOR)
    ]
    return [name for name in left if _removed(root / name)]


def _untouched_since(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except OSError:
        return False


def _removed(path: Path) -> bool:
    """Whether it is gone. A folder that cannot be deleted is tried again next time."""
    with suppress(OSError):
        shutil.rmtree(path)
        return True
    return False
