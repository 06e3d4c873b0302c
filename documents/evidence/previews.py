"""Pictures of what uploads contain: made in the background, kept on disk beside the uploads, and thrown away freely.

A preview belongs to bytes, so all versions that share their SHA-256 share it. It is a folder that appears in one step
once it is whole; there is no row of it, and whatever is missing is made again. That a file has no preview is kept only
where that is the file's own fault (UNFIT lies in its folder). An empty folder says when it was last tried in vain: the
disk was full, say, or the machine too slow.
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
#: The process bounds itself; this ends one that does not even get so far.
PATIENCE = 90
#: A folder that a worker is drawing into is left alone for so long.
LEFT_FOR = timedelta(hours=1)
#: How far back beat looks for what has no preview yet; older ones are drawn when somebody asks for one.
LOOKED_BACK = timedelta(days=2)
#: How long what was tried in vain is left alone.
AGAIN = timedelta(hours=1)
UNFIT = "unfit"
_HEX = frozenset("0123456789abcdef")


class NotNow(Exception):
    """There is no preview, and the file is not known to be why."""


@dataclass(frozen=True, slots=True)
class Preview:
    """How the preview of a version stands: ready, waiting, failed for what is wrong with the file, to be tried again
    later, or none for a type that has no pictures.

    pages  how many the file has, and `drawn` how many of them there are pictures of
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
    """Whether files of this type are drawn at all."""
    return shown_as(mime) in ("pdf", "image") or _is_converted(mime)


def _is_converted(mime: str) -> bool:
    """Whether files of this type are made into pages first, as the evidence pack makes them."""
    return office.can_convert(ending_of(mime)) and _has_office(int(monotonic() // 60))


@lru_cache(maxsize=1)
def _has_office(_minute: int) -> bool:
    """Asked once a minute: lists ask for every file, and LibreOffice may come or go while this process runs."""
    return office.is_installed()


def state_of(sha256: str, mime: str) -> str:
    """How the preview stands, at the cost of one to three looks at the disk."""
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
    """Where the picture of a page lies, page 0 being the thumbnail; it may not be there."""
    return _folder(sha256) / (picture_of(page) if page else FIRST)


def make(version: Version) -> str:
    """Draw the preview of a version, unless it is there; how it stands then.

    A file that cannot be drawn is remembered as such. Raises OSError where the bytes cannot be read or nothing can be
    written: then there is simply no preview yet.
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
    """In one step, also over the empty folder of a try in vain. Raises OSError."""
    try:
        scratch.rename(target)
    except OSError as error:
        # Another worker was quicker; its pictures are the same.
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise


def _check(source: Path, sha256: str) -> None:
    """Raises OSError for damaged bytes: pictures of them would be shown for the sound ones that have this SHA-256."""
    with source.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != sha256:
            raise OSError(errno.EIO, "These are not the bytes that were uploaded")


def _draw_version(version: Version, source: Path, folder: Path) -> None:
    """Draw a version; an office document by way of the PDF that LibreOffice makes of it, if it makes one.

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
    """Have a process of its own draw the file; what it drew before it failed by the file's fault, if it does, is kept.

    Raises NotNow where it failed otherwise, or took so long that it had to be ended from outside.
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


#: Isolated, so that nothing beside a hostile file is imported by chance; the project is the one place it may look in.
_CALL = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from pathlib import Path; from files.drawing import main; "
    "sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))"
)


def waiting(*, now: datetime, most: int = 50) -> list[Version]:
    """Versions that were added lately and have no preview yet, newest first, each kind of bytes once.

    What was tried in vain comes again after a while.
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
    """Draw the previews of several versions; how many are ready. One whose bytes cannot be read stops no other.

    `is_enough` is asked before each: mail and reminders wait for the same workers, and what is left is found again.
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
    """Take away what workers that died left half drawn, and previews of bytes that no version has any more.

    So goes what says that drawing was tried in vain: whoever asks for the preview then has it tried again.
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
