"""Where uploaded bytes are: under names of our own, each written completely or not at all.

Files being received are in `incoming/` on the local disk. Only files that a version refers to are put in place, on that
disk or, if one is configured, in an object storage. Other modules ask this one for paths and never build them.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from django.conf import settings
from django.db import InterfaceError, OperationalError

from files import disk_store
from files.store import StorageFailed, Store

if TYPE_CHECKING:
    from files.object_store import Objects

__all__ = [
    "StorageFailed",
    "discard",
    "fetch",
    "kept",
    "local",
    "open_incoming",
    "open_stored",
    "path_of",
    "probe",
    "probe_kept",
    "sweep",
]

INCOMING = "incoming"
STEP = 1024 * 1024


class Incoming(Protocol):
    """Received bytes that no version refers to yet."""

    @property
    def path(self) -> Path: ...


_known: dict[str, Objects] = {}


def _store() -> Store:
    """The configured object storage, or otherwise the disk."""
    return objects() or disk_store.Disk()


def objects() -> Objects | None:
    """The object storage, if one is configured. The connection is made once."""
    options: dict[str, Any] | None = settings.OBJECT_STORAGE
    if not options:
        return None
    key = repr(sorted(options.items()))
    if key not in _known:
        # Only now: its client takes a quarter of a second to load, in every process and command.
        from files.object_store import Objects

        _known[key] = Objects(options)
    return _known[key]


def _checked(stored_name: str) -> str:
    """The name, if it is one that `kept` made; raises ValueError for any other."""
    if len(stored_name) != 32 or not all(sign in "0123456789abcdef" for sign in stored_name):
        raise ValueError("That is not a name of the storage's own.")
    return stored_name


# --- Receiving --------------------------------------------------------------------------------------------------------


def open_incoming() -> tuple[BinaryIO, Path]:
    """A new empty file to receive into, open for writing, and its path. Raises StorageFailed."""
    folder = Path(settings.UPLOADS_DIR) / INCOMING
    path = folder / f"{uuid.uuid4().hex}.part"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise StorageFailed("the disk cannot be written") from error
    return os.fdopen(descriptor, "wb", buffering=0), path


def nowhere() -> Path:
    """A path of the storage's own with nothing at it, for files that could not be received."""
    return Path(settings.UPLOADS_DIR) / INCOMING / f"{uuid.uuid4().hex}.none"


def discard(path: Path) -> None:
    """Delete what was received; does nothing if it is gone already."""
    with suppress(OSError):
        path.unlink()


@contextmanager
def kept(incoming: Incoming) -> Iterator[StorageTransaction]:
    """Stores received bytes if the block takes them and ends without an exception; otherwise they are deleted
    afterwards.

    The block calls `bring()` once the bytes are found good, and `take()` where it writes the version. The bytes are in
    place before the transaction inside the block commits, so that no version is ever without its bytes. Raises
    StorageFailed.
    """
    storing = StorageTransaction(incoming.path)
    try:
        yield storing
    except (OperationalError, InterfaceError):
        # A connection lost at the commit may have committed. Bytes without a version, which `sweep` finds, are better
        # than a version without its bytes.
        raise
    except BaseException:
        storing.undo()
        raise
    else:
        if not storing.taken:
            storing.undo()
    finally:
        discard(incoming.path)


class StorageTransaction:
    """What `kept` yields: the stored name, and the steps that put the bytes there."""

    def __init__(self, incoming: Path) -> None:
        self.stored_name = uuid.uuid4().hex
        self.taken = False
        self._incoming = incoming
        self._store = _store()
        self._is_there = False

    def bring(self) -> None:
        """The slow part of putting the bytes in place, before any lock is taken. Raises StorageFailed."""
        self._is_there = True
        self._store.bring(self._incoming, self.stored_name)

    def take(self) -> str:
        """Put the bytes in place under their own name. Returns the name. Raises StorageFailed."""
        self._is_there = True
        self._store.take(self._incoming, self.stored_name)
        self.taken = True
        return self.stored_name

    def undo(self) -> None:
        if self._is_there:
            self._store.undo(self.stored_name)


# --- Reading ----------------------------------------------------------------------------------------------------------


def path_of(stored_name: str) -> Path:
    """The path of a version's bytes on this machine's disk, if they are stored there.

    To read them use `local` or `open_stored`, which also know the object storage. Raises ValueError for a name that is
    not the storage's own.
    """
    return disk_store.path_of(_checked(stored_name))


def open_stored(stored_name: str) -> BinaryIO:
    """The bytes of a version, to be read once from the beginning. Raises FileNotFoundError, StorageFailed."""
    return _store().open(_checked(stored_name))


@contextmanager
def local(stored_name: str) -> Iterator[Path]:
    """The bytes of a version as a file on this machine's disk, to be read but not changed, until the block ends.

    It is the file itself if it is on the disk, otherwise a copy. Raises FileNotFoundError, StorageFailed.
    """
    with _store().local(_checked(stored_name)) as path:
        yield path


def fetch(stored_name: str, folder: Path, alive: Callable[[], object] = lambda: None) -> Path:
    """A path where the bytes can be read for longer: their own file, or a copy in `folder`, which the caller deletes.

    `alive` is called now and then on the way. A missing file still has a path, with nothing at it. Raises StorageFailed
    if the storage does not answer, and other OSErrors if the copy cannot be written.
    """
    if objects() is None:
        return path_of(stored_name)
    copy = folder / _checked(stored_name)
    with suppress(FileNotFoundError), open_stored(stored_name) as source, copy.open("wb") as target:
        while chunk := source.read(STEP):
            target.write(chunk)
            alive()
    return copy


# --- Maintenance ------------------------------------------------------------------------------------------------------


def sweep(*, before: datetime, known: Container[str]) -> int:
    """Delete what a killed server or a lost database left behind. Returns how many files.

    These are files half received, or complete but not `known` to any version, that have not been touched since `before`
    (so that an upload still on its way is left alone).
    """
    incoming = Path(settings.UPLOADS_DIR) / INCOMING
    return disk_store.clear(incoming.glob("*.part"), before=before) + _store().sweep(before=before, known=known)


def probe_kept() -> None:
    """Raises StorageFailed if a missing file only means that the whole storage is missing."""
    _store().probe_kept()


def probe() -> None:
    """Write, read and delete something small, on the local disk and where bytes are stored. Raises OSError."""
    disk_store.Disk().probe()
    if (bucket := objects()) is not None:
        bucket.probe()
