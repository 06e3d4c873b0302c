"""Unpacking a ZIP into waiting files, one by one, each checked as if it had been dropped by itself.

A ZIP may be hostile: its number of files, their unpacked size and their paths are limited before and while it is read.
What is not taken is listed with its reason; ZIPs inside the ZIP are not unpacked. If a worker dies, its claim expires,
and the next worker continues. A ZIP on which no worker makes progress is closed.
"""

from __future__ import annotations

import logging
import mmap
import stat
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.db import DatabaseError

from files.receiving import receive
from intake import actions, waiting_files
from intake.models import Archive
from jobs.queue import JobTakenOver, Queue
from parsing import file_fault_as
from refusals import Refused

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]

MOST_ENTRIES = 2000
MOST_UNPACKED = 4 * 1024**3
#: Text and pictures of whole pages shrink to a fiftieth at most; a large file that shrank further was made to fill the
#: disk.
HIGHEST_RATIO, SMALL = 200, 20 * 1024 * 1024
#: The largest ZIP that is unpacked while the person waits; larger ones are a task with progress.
AT_ONCE_BYTES, AT_ONCE_ENTRIES = 30 * 1024 * 1024, 200
#: Small files may shrink as far as they like; all of them together, above this size, no further than the limit.
PLENTY, HIGHEST_RATIO_OF_ALL = 256 * 1024 * 1024, 50
#: A worker without progress for this long is treated as dead.
LEASE = timedelta(minutes=5)
#: More reasons than anybody reads.
MOST_REASONS = 200
_MARK = b"PK\x01\x02"
_JUNK_NAMES = frozenset({"thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db"})
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".cab", ".iso")


class NotTaken(Exception):
    """A file in the ZIP that is not taken; the text says why."""


class NotUnpacked(Exception):
    """The ZIP is not unpacked, or not to its end; the text says why, after its name."""


#: ZIPs that are not fully unpacked. A try counts if no worker made progress since the one before.
QUEUE = Queue[Archive](
    lambda: Archive.objects.filter(finished_at=None).select_related("inspection", "arrived_by"),
    lease=lambda: LEASE,
    most_tries=5,
)


def is_small(path: Path) -> bool:
    """Whether a ZIP is small enough to unpack while the person waits."""
    if not path.exists():
        return True
    return path.stat().st_size <= AT_ONCE_BYTES and _entries(path) <= AT_ONCE_ENTRIES


def _entries(path: Path) -> int:
    """How many entries there may be, counted without reading the directory into memory; at most one over the limit."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found, at = 0, content.find(_MARK)
        while at >= 0 and found <= MOST_ENTRIES:
            found, at = found + 1, content.find(_MARK, at + len(_MARK))
    return found


def unpack(archive_id: int, *, now: Clock) -> Archive | None:
    """Unpack a ZIP. None if another worker is unpacking it, if it is done already, or if it is to be tried again.

    Whatever happens, it is closed in the end, with words for people: at once if the fault is the ZIP's or ours, after
    some tries if the storage or database did not answer.
    """
    archive = QUEUE.take(archive_id, now())
    if archive is None:
        return None
    try:
        _unpack(archive, waiting_files.path_of(archive.stored_name), now)
    except NotUnpacked as closed:
        archive.fault = str(closed)
    except JobTakenOver:
        return None  # to another worker, or because somebody has dismissed the ZIP
    except DatabaseError:
        raise
    except OSError:
        log.exception("ZIP %s could not be read", archive.pk)
        return None
    except Exception:
        log.exception("ZIP %s could not be unpacked", archive.pk)
        archive.fault = "could not be unpacked. The fault has been written to the server’s log"
    with suppress(JobTakenOver):
        QUEUE.end(archive, fault=archive.fault, finished_at=now(), **_progress(archive))
        waiting_files.discard(archive.stored_name)
    return Archive.objects.filter(pk=archive.pk).first()


def _progress(archive: Archive) -> dict[str, Any]:
    return {"entries": archive.entries, "done": archive.done, "left_out": archive.left_out}


def _unpack(archive: Archive, path: Path, now: Clock) -> None:
    """Take every entry that was not read yet.

    Raises NotUnpacked, JobTakenOver, or OSError if the storage does not answer.
    """
    if QUEUE.is_given_up(archive):
        raise NotUnpacked(
            "could not be unpacked to its end: the work was cut off again and again. Drop its files by themselves"
        )
    if not path.exists():
        raise NotUnpacked("is not where it was kept any more. Drop it again")
    if _entries(path) > MOST_ENTRIES:
        raise NotUnpacked(f"has more than {MOST_ENTRIES} files in it")
    with _opened(path) as opened:
        entries = _listed(opened, path.stat().st_size)
        archive.entries = len(entries)
        for info in entries[archive.done :]:
            try:
                _take(archive, opened, info, now())
            except NotTaken as left:
                if len(archive.left_out) < MOST_REASONS:
                    archive.left_out.append([name_of(info)[-actions.LONGEST_PATH :], str(left)])
            archive.done += 1
            QUEUE.keep(archive, now(), tries=1, **_progress(archive))


def _opened(path: Path) -> zipfile.ZipFile:
    with file_fault_as(NotUnpacked("is damaged, or is no ZIP")):
        return zipfile.ZipFile(path)


def _listed(opened: zipfile.ZipFile, size: int) -> list[zipfile.ZipInfo]:
    """The files in a ZIP, which is of this size. Raises NotUnpacked if there are none, or if they claim to be vast."""
    entries = [info for info in opened.infolist() if not info.is_dir()]
    unpacked = sum(info.file_size for info in entries)
    if unpacked > MOST_UNPACKED or (unpacked > PLENTY and unpacked > HIGHEST_RATIO_OF_ALL * size):
        raise NotUnpacked("would unpack to more than any set of documents has")
    if not entries:
        raise NotUnpacked("has no files in it")
    return entries


def name_of(info: zipfile.ZipInfo) -> str:
    """An entry's name: UTF-8 if the ZIP says so or the bytes can be nothing else, the old code page otherwise."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = info.filename
    return name.replace("\\", "/").replace("\x00", "")


def _take(archive: Archive, opened: zipfile.ZipFile, info: zipfile.ZipInfo, now: datetime) -> None:
    """Store one entry. Raises NotTaken."""
    name = name_of(info)
    _refuse_at_sight(info, name)
    with file_fault_as(NotTaken("it is damaged")), opened.open(info) as stream:
        received = receive(cast(BinaryIO, stream), name=name)
    try:
        actions.take_in(
            inspection=archive.inspection,
            received=received,
            path=name,
            by=archive.arrived_by,
            now=now,
            archive=archive,
        )
    except Refused as refused:
        raise NotTaken(refused.message) from None


def _refuse_at_sight(info: zipfile.ZipInfo, name: str) -> None:
    """What the directory already shows about an entry. Raises NotTaken."""
    *folders, file = name.split("/")
    if "__MACOSX" in folders or file.lower() in _JUNK_NAMES or file.startswith(("~$", "._")):
        raise NotTaken("it is a file of the computer’s own, not a document")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise NotTaken("it is a link to another file")
    if info.flag_bits & 0x1:
        raise NotTaken("it is protected by a password: put it in without one")
    if file.lower().endswith(_ARCHIVES):
        raise NotTaken("it is an archive inside the ZIP, which is not unpacked: unpack it first")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotTaken("it is packed in a way that is not read here: make the ZIP anew")
    if info.file_size > SMALL and info.file_size > HIGHEST_RATIO * max(info.compress_size, 1):
        raise NotTaken("it unpacks to far more than a document does")
