"""Folders in which workers build files, so that nobody finds a file half made."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from jobs.queue import Job, Queue


@dataclass(frozen=True, slots=True)
class ScratchFolder:
    """Beside the stored files, so that a finished file is moved there in one step and never copied."""

    name: str

    @property
    def root(self) -> Path:
        return Path(settings.UPLOADS_DIR) / self.name

    @contextmanager
    def of(self, job: Job) -> Iterator[Path]:
        """A folder of the job's present claim, which is deleted at the end with everything in it."""
        folder = self.root / job.claim
        try:
            folder.mkdir(parents=True, mode=0o700)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self, queue: Queue[Any]) -> None:
        """Delete what workers that were killed have left."""
        claims = {each.claim for each in queue.unfinished() if each.claim}
        for path in self.root.iterdir() if self.root.is_dir() else ():
            if path.name not in claims:
                shutil.rmtree(path, ignore_errors=True)
