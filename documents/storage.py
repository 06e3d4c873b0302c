"""Where uploaded bytes lie: under names of our own in `settings.UPLOADS_DIR`, written whole or not at all.

What is being received lies in `incoming/`; only what a version speaks of is moved to `files/`, in one step of the
file system. Other modules know nothing of paths but what they ask here.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings
from django.db import InterfaceError, OperationalError

INCOMING = "incoming"
KEPT = "files"


class StorageFailed(Exception):
    """The disk is full or cannot be written or read; nothing has been kept."""


class Incoming(Protocol):
    """Received bytes that no version speaks of yet."""

    @property
    def path(self) -> Path: ...


def open_incoming() -> tuple[BinaryIO, Path]:
    """A new empty file to receive into, open for writing, and its path. Raises StorageFailed."""
    folder = Path(settings.UPLOADS_DIR) / INCOMING
    path = folder / f"{uuid.uuid4().hex}.part"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise StorageFailed from error
    return os.fdopen(descriptor, "wb", buffering=0), path


def discard(path: Path) -> None:
    """Take away what was received; nothing happens if it is gone already."""
    with suppress(OSError):
        path.unlink()


def path_of(stored_name: str) -> Path:
    """Where the bytes of a version lie. The name is one that `kept` gave; raises ValueError for any other."""
    if len(stored_name) != 32 or not all(sign in "0123456789abcdef" for sign in stored_name):
        raise ValueError("That is not a name of the storage's own.")
    return Path(settings.UPLOADS_DIR) / KEPT / stored_name[:2] / stored_name


@contextmanager
def kept(incoming: Incoming) -> Iterator[Keeping]:
    """Keeps received bytes if the block ends well and took them; else they are gone afterwards.

    The block calls `take()` where it writes the version. The bytes are in place before the transaction inside the
    block commits, so that no version is ever without its bytes. Raises StorageFailed.
    """
    keeping = Keeping(incoming.path)
    try:
        yield keeping
    except (OperationalError, InterfaceError):
        # A connection lost at the commit may have committed: rather bytes without a version, which `sweep` finds,
        # than a version without its bytes.
        raise
    except BaseException:
        keeping.undo()
        raise
    finally:
        discard(incoming.path)


class Keeping:
    """What `kept` gives: the stored name, and the step that puts the bytes there."""

    def __init__(self, incoming: Path) -> None:
        self.stored_name = uuid.uuid4().hex
        self._incoming = incoming
        self._taken = False

    def take(self) -> str:
        """Move the bytes to their own name, which is returned. Raises StorageFailed."""
        target = path_of(self.stored_name)
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._incoming.rename(target)
            _settle(target.parent)
        except OSError as error:
            discard(target)
            raise StorageFailed from error
        self._taken = True
        return self.stored_name

    def undo(self) -> None:
        if self._taken:
            discard(path_of(self.stored_name))


def _settle(folder: Path) -> None:
    """Write the folder's own entry to disk: a power cut must not forget a name that the database remembers."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(*, before: datetime, known: Container[str]) -> int:
    """Take away what a killed server or a lost database left behind; how many files.

    That is what lies half received, or whole without being `known` to any version, and has not been touched since
    `before` (so that nothing is taken from under an upload that is still on its way).
    """
    root = Path(settings.UPLOADS_DIR)
    left = [*(root / INCOMING).glob("*.part"), *(path for path in (root / KEPT).glob("*/*") if path.name not in known)]
    taken = 0
    for path in sorted(left):
        with suppress(OSError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                taken += 1
    return taken
