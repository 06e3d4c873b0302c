"""What every place that bytes can be kept in does, and how it says that it cannot."""

from __future__ import annotations

import errno
from collections.abc import Container
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol


class StorageFailed(OSError):
    """The disk is full or cannot be written or read, or the object storage does not answer; nothing has been kept."""

    def __init__(self, words: str = "it cannot be reached") -> None:
        super().__init__(errno.EIO, words)


class Store(Protocol):
    """A place for bytes, each under a name of our own. FileNotFoundError where there are none; else StorageFailed."""

    def bring(self, incoming: Path, name: str) -> None:
        """Slow work before the transaction: carry the bytes over, if that is not done in one step."""

    def take(self, incoming: Path, name: str) -> None:
        """Within the transaction: have the bytes in place under their name, whole and safely."""

    def undo(self, name: str) -> None:
        """Take away what was put in place, if it is there; never fails."""

    def open(self, name: str) -> BinaryIO:
        """The bytes, to be read once from the beginning."""

    def local(self, name: str) -> AbstractContextManager[Path]:
        """A file on this machine's disk with the bytes, to be read as long as the block lasts."""

    def sweep(self, *, before: datetime, known: Container[str]) -> int:
        """Take away what has not been touched since `before` and is not known; how many."""

    def probe(self) -> None:
        """Write, read and delete something small. Raises OSError."""

    def probe_kept(self) -> None:
        """Raises StorageFailed where what was kept cannot be there, as on a disk that is not mounted."""
