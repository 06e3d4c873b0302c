"""Unpacking a ZIP into files that wait, entry by entry, each checked as if it had been dropped by itself.

A ZIP is a stranger's: how many entries it has, how much they unpack to and where they would go is bounded before and
while it is read. What is not taken is named with its reason; ZIPs in the ZIP are not unpacked. A worker that dies
leaves a claim that runs out, and the next one goes on where it was.
"""

from __future__ import annotations

import mmap
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

from django.db.models import Q

from accounts.refusal import Refused
from files.receiving import receive
from intake import actions, keeping
from intake.models import Archive

Clock = Callable[[], datetime]

MOST_ENTRIES = 2000
MOST_UNPACKED = 4 * 1024**3
#: Text and pictures of whole pages shrink to a fiftieth at most; a file that shrank further and is large was made to
#: fill the disk.
HIGHEST_RATIO, SMALL = 200, 20 * 1024 * 1024
#: What is unpacked while the person waits; anything larger is a task with progress.
AT_ONCE_BYTES, AT_ONCE_ENTRIES = 30 * 1024 * 1024, 200
#: Files that are small each may shrink as far as they like; all of them together, beyond so much, no further than this.
PLENTY, HIGHEST_RATIO_OF_ALL = 256 * 1024 * 1024, 50
DEAD_AFTER = timedelta(minutes=5)
#: More reasons than a person reads.
MOST_REASONS = 200
_MARK = b"PK\x01\x02"
_JUNK_NAMES = frozenset({"thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db"})
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".cab", ".iso")
_BAD = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, IndexError, NotImplementedError,
    OSError, OverflowError, RuntimeError, ValueError,
)  # fmt: skip


class Left(Exception):
    """An entry that is not taken; the text says why."""


def waiting(now: datetime) -> list[int]:
    """Ids of the ZIPs that nobody is unpacking: not begun, or begun by a worker that died."""
    return list(Archive.objects.filter(_unclaimed(now)).order_by("pk").values_list("pk", flat=True))


def _unclaimed(now: datetime) -> Q:
    return Q(finished_at=None) & (Q(claimed_at=None) | Q(claimed_at__lt=now - DEAD_AFTER))


def is_small(path: Path) -> bool:
    """Whether a ZIP is unpacked while the person waits."""
    return path.stat().st_size <= AT_ONCE_BYTES and _entries(path) <= AT_ONCE_ENTRIES


def _entries(path: Path) -> int:
    """How many entries there may be, counted without reading the directory into memory; at most one over the bound."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found, at = 0, content.find(_MARK)
        while at >= 0 and found <= MOST_ENTRIES:
            found, at = found + 1, content.find(_MARK, at + len(_MARK))
    return found


def unpack(archive_id: int, *, now: Clock) -> Archive | None:
    """Unpack a ZIP, or answer None if another worker is at it or it is done already."""
    if not Archive.objects.filter(_unclaimed(now()), pk=archive_id).update(claimed_at=now()):
        return None
    archive = Archive.objects.select_related("inspection", "arrived_by").get(pk=archive_id)
    path = keeping.path_of(archive.stored_name)
    try:
        archive.fault = _unpack(archive, path, now)
    except _BAD:
        archive.fault = "is damaged, or is no ZIP"
    archive.finished_at = now()
    archive.save(update_fields=["fault", "finished_at", "left_out", "done", "entries"])
    keeping.discard(archive.stored_name)
    return archive


def _unpack(archive: Archive, path: Path, now: Clock) -> str:
    """Why nothing of it could be unpacked, or that not all was; empty where every entry was looked at."""
    if _entries(path) > MOST_ENTRIES:
        return f"has more than {MOST_ENTRIES} files in it"
    with zipfile.ZipFile(path) as opened:
        entries = [info for info in opened.infolist() if not info.is_dir()]
        unpacked = sum(info.file_size for info in entries)
        if unpacked > MOST_UNPACKED or (unpacked > PLENTY and unpacked > HIGHEST_RATIO_OF_ALL * path.stat().st_size):
            return "would unpack to more than any set of documents has"
        archive.entries = len(entries)
        for info in entries[archive.done :]:
            try:
                _take(archive, opened, info, now())
            except Left as left:
                if len(archive.left_out) < MOST_REASONS:
                    archive.left_out.append([name_of(info)[-actions.LONGEST_PATH :], str(left)])
            archive.done += 1
            archive.claimed_at = now()
            archive.save(update_fields=["entries", "done", "claimed_at", "left_out"])
    return "" if archive.entries else "has no files in it"


def name_of(info: zipfile.ZipInfo) -> str:
    """An entry's name: UTF-8 where the ZIP says so or the bytes can be nothing else, the old code page otherwise."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = info.filename
    return name.replace("\\", "/").replace("\x00", "")


def _take(archive: Archive, opened: zipfile.ZipFile, info: zipfile.ZipInfo, now: datetime) -> None:
    """Keep one entry. Raises Left."""
    name = name_of(info)
    _refuse_at_sight(info, name)
    try:
        with opened.open(info) as stream:
            received = receive(cast(BinaryIO, stream), name=name)
    except _BAD:
        raise Left("it is damaged") from None
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
        raise Left(refused.message) from None


def _refuse_at_sight(info: zipfile.ZipInfo, name: str) -> None:
    """What an entry's place in the directory tells already. Raises Left."""
    *folders, file = name.split("/")
    if "__MACOSX" in folders or file.lower() in _JUNK_NAMES or file.startswith(("~$", "._")):
        raise Left("it is a file of the computer’s own, not a document")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Left("it is a link to another file")
    if info.flag_bits & 0x1:
        raise Left("it is protected by a password: put it in without one")
    if file.lower().endswith(_ARCHIVES):
        raise Left("it is an archive inside the ZIP, which is not unpacked: unpack it first")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Left("it is packed in a way that is not read here: make the ZIP anew")
    if info.file_size > SMALL and info.file_size > HIGHEST_RATIO * max(info.compress_size, 1):
        raise Left("it unpacks to far more than a document does")
