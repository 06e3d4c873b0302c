"""What every place for storing bytes can do, and how it reports that it cannot."""

from __future__ import annotations

import errno
from collections.abc import Container
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol


class StorageFailed(OSError):
    """The disk is full or cannot be written or read, or the object storage does not answer; nothing has been stored."""

    def __init__(self, words: str = "it cannot be reached") -> None:
        super().__init__(errno.EIO, words)


class Store(Protocol):
    """A place for bytes, each under a name of our own.

    Raises FileNotFoundError if there are none, otherwise StorageFailed.
    """

    def bring(self, incoming: Path, name: str) -> None:
        """Slow work before the transaction: carry the bytes over, if that is not done in one step."""

    def take(self, incoming: Path, name: str) -> None:
        """Within the transaction: put the bytes in place under their name, complete and safely on disk."""

    def undo(self, name: str) -> None:
        """Delete what was put in place, if it is there; never fails."""

    def open(self, name: str) -> BinaryIO:
        """The bytes, to be read once from the beginning."""

    def local(self, name: str) -> AbstractContextManager[Path]:
        """A file on this machine's disk with the bytes, to be read as long as the block lasts."""

    def sweep(self, *, before: datetime, known: Container[str]) -> int:
        """Delete what has not been touched since `before` and is not known. Returns how many."""

    def probe(self) -> None:
        """Write, read and delete something small. Raises OSError."""

    def probe_kept(self) -> None:
        """Raises StorageFailed if what was stored cannot be there, as on a disk that is not mounted."""
