"""Bytes on this machine's own disk, or on one that several machines share, in `settings.UPLOADS_DIR`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from files.store import StorageFailed

KEPT = "files"


def path_of(name: str) -> Path:
    return Path(settings.UPLOADS_DIR) / KEPT / name[:2] / name


class Disk:
    """Received bytes are moved to their name in one step of the file system."""

    def bring(self, incoming: Path, name: str) -> None:
        """Does nothing: moving is done in one step."""

    def take(self, incoming: Path, name: str) -> None:
        target = path_of(name)
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            incoming.rename(target)
            _settle(target.parent)
        except OSError as error:
            self.undo(name)
            raise StorageFailed("the disk cannot be written") from error

    def undo(self, name: str) -> None:
        with suppress(OSError):
            path_of(name).unlink()

    def open(self, name: str) -> BinaryIO:
        return path_of(name).open("rb")

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """The file itself: nothing is copied."""
        path = path_of(name)
        path.stat()
        yield path

    def sweep(self, *, before: datetime, known: Container[str]) -> int:
        folder = Path(settings.UPLOADS_DIR) / KEPT
        return clear((path for path in folder.glob("*/*") if path.name not in known), before=before)

    def probe_kept(self) -> None:
        if not any((Path(settings.UPLOADS_DIR) / KEPT).glob("*")):
            raise StorageFailed("the folder of the uploads is not there, or empty")

    def probe(self) -> None:
        probe(Path(settings.UPLOADS_DIR))


def clear(left: Iterator[Path], *, before: datetime) -> int:
    """Delete those files that were not touched since. Returns how many."""
    taken = 0
    for path in sorted(left):
        with suppress(OSError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                taken += 1
    return taken


def probe(folder: Path) -> None:
    """Write a small file into the folder, read it back and delete it; raises OSError if that fails."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f".health-{secrets.token_hex(8)}"
    try:
        path.write_text(path.name)
        if path.read_text() != path.name:
            raise StorageFailed("what is read is not what was written")
    finally:
        path.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Write the folder's own entry to disk, so that a power cut cannot lose a name that the database refers to."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
