"""Previews of uploads: drawn in the background, stored on disk beside the uploads, and deleted freely.

A preview belongs to bytes, so all versions with the same SHA-256 share it. It is a folder that appears in one step once
it is complete; it has no row in the database, and a missing one is drawn again. If the file itself cannot be drawn,
that is remembered (its folder contains UNFIT). An empty folder shows when drawing last failed for another reason, such
as a full disk or a slow machine.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from time import monotonic

from django.conf import settings

from documents.models import Version
from files import drawing, storage
from files.drawing import ABOUT, FIRST, MOST_PAGES, picture_of
from files.types import ending_of, shown_as
from printing import office

READY, WAITING, FAILED, LATER, NONE = "ready", "waiting", "failed", "later", "none"
#: The process has a time limit of its own; this ends one that does not get that far.
PATIENCE = 90
#: A folder that a worker is drawing into is left alone for this long.
LEFT_FOR = timedelta(hours=1)
#: How far back beat looks for versions without a preview; older ones are drawn when somebody opens one.
LOOKED_BACK = timedelta(days=2)
#: How long to wait before trying again after a failure.
AGAIN = timedelta(hours=1)
UNFIT = "unfit"
_HEX = frozenset("0123456789abcdef")


class NotNow(Exception):
    """There is no preview, and that may not be the file's fault."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The state of a version's preview: ready, waiting, failed because of the file, to be tried again later, or none
    for a type that is not drawn.

    pages  how many the file has; `drawn` how many of them there are pictures of
    """

    state: str
    pages: int = 0
    drawn: int = 0

    @property
    def numbers(self) -> range:
        return range(1, self.drawn + 1)


def _root() -> Path:
    return Path(settings.UPLOADS_DIR) / "previews"


def _folder(sha256: str) -> Path:
    if len(sha256) != 64 or not _HEX.issuperset(sha256):
        raise ValueError("That is no SHA-256.")
    return _root() / sha256[:2] / sha256


def has_pictures(mime: str) -> bool:
    """Whether files of this type are drawn."""
    return shown_as(mime) in ("pdf", "image") or _is_converted(mime)


def _is_converted(mime: str) -> bool:
    """Whether files of this type are converted to pages first, as the evidence pack converts them."""
    return office.can_convert(ending_of(mime)) and _has_office(int(monotonic() // 60))


@lru_cache(maxsize=1)
def _has_office(_minute: int) -> bool:
    """Looked up once a minute: lists need it for every file, and LibreOffice may be installed or removed at any
    time.
    """
    return office.is_installed()


def state_of(sha256: str, mime: str) -> str:
    """The state of the preview, from one to three looks at the disk."""
    if not has_pictures(mime):
        return NONE
    folder = _folder(sha256)
    if (folder / FIRST).exists():
        return READY
    if (folder / UNFIT).exists():
        return FAILED
    return LATER if folder.exists() else WAITING


def preview_of(sha256: str, mime: str) -> Preview:
    """The preview with its pages."""
    state = state_of(sha256, mime)
    if state != READY:
        return Preview(state)
    try:
        about = json.loads((_folder(sha256) / ABOUT).read_text())
        return Preview(READY, int(about["pages"]), int(about["drawn"]))
    except (OSError, ValueError, KeyError):
        return Preview(WAITING)


def picture(sha256: str, page: int) -> Path:
    """The path of the picture of a page, page 0 being the thumbnail; it may not exist."""
    return _folder(sha256) / (picture_of(page) if page else FIRST)


def make(version: Version) -> str:
    """Draw the preview of a version, unless there is one. Returns its state.

    A file that cannot be drawn is remembered. Raises OSError if the bytes cannot be read or nothing can be written:
    then there is no preview yet.
    """
    state = state_of(version.sha256, version.detected_type)
    if state not in (WAITING, LATER):
        return state
    target = _folder(version.sha256)
    scratch = _root() / f".{uuid.uuid4().hex}"
    scratch.mkdir(mode=0o700, parents=True)
    try:
        with storage.local(version.stored_name) as source:
            _check(source, version.sha256)
            _draw_version(version, source, scratch)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        _put(scratch, target)
    except NotNow:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.utime(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return state_of(version.sha256, version.detected_type)


def _put(scratch: Path, target: Path) -> None:
    """Put the folder in place in one step, also over the empty folder of a failed try. Raises OSError."""
    try:
        scratch.rename(target)
    except OSError as error:
        # Another worker was quicker; its pictures are the same.
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise


def _check(source: Path, sha256: str) -> None:
    """Raises OSError for damaged bytes, whose pictures would be shown for every sound file with this SHA-256."""
    with source.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != sha256:
            raise OSError(errno.EIO, "These are not the bytes that were uploaded")


def _draw_version(version: Version, source: Path, folder: Path) -> None:
    """Draw a version. An office document is first converted to PDF by LibreOffice, if that succeeds.

    Raises NotNow.
    """
    if not _is_converted(version.detected_type):
        _draw(shown_as(version.detected_type), source, folder)
        return
    try:
        pdf = office.as_pdf(source, ending=ending_of(version.detected_type), sha256=version.sha256)
    except office.NotConverted as why:
        if why.passing:
            raise NotNow from why
        (folder / UNFIT).touch()
    else:
        _draw("pdf", pdf, folder)


def _draw(kind: str, source: Path, folder: Path) -> None:
    """Have a separate process draw the file. If it fails because of the file, what it drew before is kept.

    Raises NotNow if it failed for another reason, or took so long that it had to be ended from outside.
    """
    command = [sys.executable, "-I", "-c", _CALL, str(settings.BASE_DIR), kind, str(source), str(folder)]
    clean = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "HOME": str(folder), "TMPDIR": str(folder)}
    try:
        status = subprocess.run(
            command, capture_output=True, timeout=PATIENCE, env=clean, cwd=folder, check=False
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise NotNow from error
    if status == drawing.UNFIT or (status < 0 and -status not in office.FROM_OUTSIDE):
        (folder / UNFIT).touch()
    elif status:
        raise NotNow


#: Python's isolated mode, so that nothing beside a hostile file is imported by chance; only the project is on its path.
_CALL = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from pathlib import Path; from files.drawing import main; "
    "sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))"
)


def waiting(*, now: datetime, most: int = 50) -> list[Version]:
    """Recently added versions that have no preview yet, newest first, each set of bytes once.

    Failed ones are listed again after a while.
    """
    found: dict[str, Version] = {}
    recent = Version.objects.filter(uploaded_at__gte=now - LOOKED_BACK).order_by("-uploaded_at", "-pk")
    for version in recent.only("pk", "sha256", "stored_name", "detected_type"):
        if len(found) == most:
            break
        if version.sha256 not in found and _is_due(version, now):
            found[version.sha256] = version
    return list(found.values())


def _is_due(version: Version, now: datetime) -> bool:
    state = state_of(version.sha256, version.detected_type)
    if state != LATER:
        return state == WAITING
    return _folder(version.sha256).stat().st_mtime < (now - AGAIN).timestamp()


def make_all(
    versions: Iterable[Version],
    on_fault: Callable[[Version, OSError], object],
    is_enough: Callable[[], bool] = lambda: False,
) -> int:
    """Draw the previews of several versions. Returns how many are ready.

    Bytes that cannot be read do not stop the others. `is_enough` is called before each, because mail and reminders wait
    for the same workers; the rest is found next time.
    """
    ready = 0
    for version in versions:
        if is_enough():
            break
        try:
            ready += make(version) == READY
        except OSError as error:
            on_fault(version, error)
    return ready


def sweep(*, before: datetime, known: Container[str]) -> int:
    """Delete half-drawn previews of workers that died, and previews of bytes that no version has any more.

    Marks of failed tries are deleted as well, so drawing is tried again when somebody next opens the preview.
    """
    left = [path for path in _root().glob(".*") if path.stat().st_mtime < before.timestamp()]
    for path in _root().glob("??/*"):
        if path.name not in known or (not any(path.iterdir()) and path.stat().st_mtime < before.timestamp()):
            left.append(path)
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


__all__ = [
    "FAILED",
    "LATER",
    "MOST_PAGES",
    "NONE",
    "READY",
    "WAITING",
    "Preview",
    "has_pictures",
    "make",
    "make_all",
    "picture",
    "preview_of",
    "state_of",
    "sweep",
    "waiting",
]
