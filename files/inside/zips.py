"""Current office files, which are ZIPs: their directory is read, and their entries are unpacked to nowhere and counted.

A "bomb" gives a false size, repeats the same bytes many times, or asks for all memory. Each of these is found from the
directory alone or, where that may be false, by unpacking to nowhere and stopping at the size that the directory gives.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from files.inside.looking import (
    MACROS,
    PROTECTED,
    SPOILT,
    Findings,
    Look,
    Mismatch,
    count,
    head,
    refused_as,
)
from files.inside.ole import is_ole, streams_of

#: More entries than any office document has; a ZIP that claims more is not checked.
MOST_ENTRIES = 20_000
#: The most that all entries may have unpacked; and, above the first of these, how many times the file's own size.
MOST_UNPACKED = 1024**3
PLENTY, MOST_RATIO = 64 * 1024**2, 150
#: The list of types in an office file is a page or two long.
MOST_LISTED = 4 * 1024**2
STEP = 256 * 1024
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".bz2", ".xz", ".tar", ".cab", ".iso", ".jar")
_PROGRAMS = (".exe", ".com", ".scr", ".bat", ".cmd", ".js", ".vbs", ".ps1", ".msi", ".dll", ".lnk", ".hta")


def office(words: str, folder: str, *, may_have_macros: bool = False) -> Look:
    """Word, Excel and PowerPoint: a ZIP with a folder that names the program."""

    def look(path: Path) -> Findings:
        with _opened(path, words) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" not in names or not any(name.startswith(folder) for name in names):
                raise refused_as(words)
            _check(archive, path, words)
            types = _read(archive, "[Content_Types].xml")
        lower = [name.lower() for name in names]
        macros = (
            any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lower)
            or b"vbaProject" in types
            or b"macrosheet" in types
        )
        if not may_have_macros and (macros or b"macroEnabled" in types):
            raise Mismatch("has macros in it, which a file of this name cannot have: save it without macros first")
        return Findings((MACROS,) if macros else ())

    return look


def open_document(words: str, mime: str) -> Look:
    """OpenDocument: a ZIP that states its type first. It may have macros whatever its name."""

    def look(path: Path) -> Findings:
        with _opened(path, words) as archive:
            names = archive.namelist()
            if "mimetype" not in names:
                raise refused_as(words)
            _check(archive, path, words)
            if _read(archive, "mimetype").decode("ascii", "replace").strip() != mime:
                raise refused_as(words)
            manifest = _read(archive, "META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
        if b"encryption-data" in manifest:
            raise Mismatch(PROTECTED)
        macros = any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names)
        return Findings((MACROS,) if macros else ())

    return look


def _opened(path: Path, words: str) -> zipfile.ZipFile:
    begin = head(path)
    if not begin.startswith(b"PK\x03\x04"):
        if is_ole(path) and "ENCRYPTEDPACKAGE" in streams_of(path):
            raise Mismatch(PROTECTED)
        raise refused_as(words)
    if b"%PDF-" in begin[:1024]:
        raise Mismatch(f"is two files in one, {words} and a PDF: send the one that is meant")
    # Counted before the directory is read, which would hold every entry in memory: a file of the largest size allowed
    # has room for millions.
    if count(path, b"PK\x01\x02", most=MOST_ENTRIES) > MOST_ENTRIES:
        raise Mismatch(f"is not {words}: it has more parts than one can have")
    return zipfile.ZipFile(path)


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of a small entry, however large it really is."""
    with archive.open(name) as entry:
        return entry.read(MOST_LISTED)


def _check(archive: zipfile.ZipFile, path: Path, words: str) -> None:
    """Raises Mismatch for what no office program writes: limits first, then the entries, unpacked and counted."""
    entries = archive.infolist()
    size = path.stat().st_size
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or (unpacked > PLENTY and unpacked > MOST_RATIO * size):
        raise Mismatch(f"would fill {_gigabytes(unpacked)} when it is opened, far more than {words} needs")
    _check_names([entry.filename for entry in entries], words)
    _check_places(entries, archive.start_dir, words)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Mismatch(PROTECTED)
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise Mismatch(f"is not {words}: it is packed in a way that no office program uses")
    with path.open("rb") as file:
        for entry in entries:
            _count_through(file, entry)


def _gigabytes(size: int) -> str:
    return f"{size / 1024**3:.0f} GB" if size >= 10 * 1024**3 else f"{size / 1024**2:,.0f} MB"


def _check_names(names: list[str], words: str) -> None:
    if len({name.lower() for name in names}) < len(names):
        raise Mismatch(f"is not {words}: it has two parts of one name")
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        raise Mismatch(f"is not {words}: it has parts that would lie outside it")
    if any(name.lower().endswith(_ARCHIVES) for name in names):
        raise Mismatch("has an archive inside it: send what is in the archive as files of their own")
    if any(name.lower().endswith(_PROGRAMS) for name in names):
        raise Mismatch("has a program inside it: send it without")


def _check_places(entries: list[zipfile.ZipInfo], end: int, words: str) -> None:
    """Overlapping entries are how a small file repeats the same bytes thousands of times."""
    places = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    if places[0][0] != 0:
        raise Mismatch(f"is two files in one, {words} and something before it: send the one that is meant")
    ends = [*(start for start, _ in places[1:]), end]
    if any(start + 30 + size > limit for (start, size), limit in zip(places, ends, strict=True)):
        raise Mismatch(f"is not {words}: its parts lie over one another")


def _count_through(file: BinaryIO, entry: zipfile.ZipInfo) -> None:
    """Raises Mismatch unless the entry unpacks to exactly the size in the directory; stops at the first byte beyond."""
    file.seek(entry.header_offset)
    local = file.read(30)
    if not local.startswith(b"PK\x03\x04"):
        raise Mismatch(SPOILT)
    file.seek(int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little"), 1)
    unpack = _unpacking(entry)
    left, size, check = entry.compress_size, 0, 0
    while left > 0 and (chunk := file.read(min(STEP, left))):
        left -= len(chunk)
        for piece in unpack(chunk):
            size += len(piece)
            check = zlib.crc32(piece, check)
            if size > entry.file_size:
                raise Mismatch("says of itself that it is smaller than it is, as files do that are made to do harm")
    if left or size != entry.file_size or check != entry.CRC:
        raise Mismatch(SPOILT)


def _unpacking(entry: zipfile.ZipInfo) -> Callable[[bytes], Iterator[bytes]]:
    """The function that unpacks compressed bytes, a small piece at a time."""
    if entry.compress_type == zipfile.ZIP_STORED:
        return lambda chunk: iter((chunk,))
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)

    def inflated(chunk: bytes) -> Iterator[bytes]:
        while chunk and not inflater.eof:
            yield inflater.decompress(chunk, STEP)
            chunk = inflater.unconsumed_tail

    return inflated
