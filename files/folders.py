"""Folders for received bytes that belong to no document: one for each room, separate from documents and packs."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError

_NAME_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder beside the documents' own files, so that received bytes are moved there in one step."""

    name: str

    @property
    def _root(self) -> Path:
        return Path(settings.UPLOADS_DIR) / self.name

    def path_of(self, stored_name: str) -> Path:
        """The path of a file in the folder. The name is one that `keep` returned; raises ValueError for any other."""
        if len(stored_name) != _NAME_LENGTH or not all(sign in "0123456789abcdef" for sign in stored_name):
            raise ValueError("That is not a name of the folder's own.")
        return self._root / stored_name

    def keep(self, incoming: Path) -> str:
        """Move received bytes to a name of our own. Returns the name. Raises OSError."""
        stored_name = uuid.uuid4().hex
        target = self.path_of(stored_name)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        incoming.rename(target)
        descriptor = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return stored_name

    def discard(self, stored_name: str) -> None:
        """Delete the bytes; does nothing if they are gone already."""
        with suppress(OSError):
            self.path_of(stored_name).unlink()

    def discard_all(self, stored_names: Iterable[str]) -> None:
        """Delete the bytes of several files."""
        for name in stored_names:
            self.discard(name)

    @contextmanager
    def storing(self) -> Iterator[list[str]]:
        """Gives a list for the names of files that the block stores. They are deleted if the block fails.

        If the connection breaks during the commit, the rows may exist all the same. Then the files stay, and `sweep`
        removes strays.
        """
        names: list[str] = []
        try:
            yield names
        except (OperationalError, InterfaceError):
            raise
        except BaseException:
            self.discard_all(names)
            raise

    def sweep(self, *, before: datetime, known: Container[str]) -> int:
        """Delete files that no row refers to and that have not been touched since `before`. Returns how many."""
        taken = 0
        for path in sorted(self._root.glob("*")):
            with suppress(OSError):
                if path.name not in known and path.is_file() and path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    taken += 1
        return taken


def hashed(path: Path) -> tuple[int, str]:
    """The size of a file in bytes, and its SHA-256."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
