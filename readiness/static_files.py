"""Collects what browsers fetch (style sheets, scripts, pictures) when any of it has changed."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP = ".collected"


def fingerprint() -> str:
    """A hash over name, size and time of every static file of the project and its libraries."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_if_stale() -> bool:
    """Runs `collectstatic` unless nothing changed since it last ran. Returns whether it ran.

    Two processes that start together wait for each other. Everything is collected again, because Django keeps a
    collected file that is not older than its source, to the second: a file changed back to an older one would never be
    copied.
    """
    if settings.DEBUG:
        return False
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with locked(root):
        now = fingerprint()
        stamp = root / STAMP
        if stamp.is_file() and stamp.read_text() == now:
            return False
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(now)
        return True


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Makes every other process that asks for the same folder wait."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
