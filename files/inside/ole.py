"""Office files in the format used until 2003: a small file system of streams ("OLE"), whose directory is read.

It reads only what is needed: which streams there are, and the beginning of some. Every chain of sectors is followed for
no more steps than the file has sectors, so that a circular one ends. The library olefile is not used: it takes twice
the size of a stream in memory, 200 MB for a workbook of 100 MB, where this takes a few sectors. Nor is
msoffcrypto-tool, which reads through olefile and does not know Excel 5 workbooks.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from files.inside.looking import HEAD, MACROS, PROTECTED, Findings, Look, Mismatch, head, refused_as
from parsing import file_fault_as

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = struct.Struct("<8s16s5H6x9I")
_ROOT = b"\x05"
_LAST = 0xFFFFFFFA  # sector numbers from here on have other meanings
#: The most streams an office file has; a directory that claims more is read no further.
MOST_ENTRIES = 20_000
#: How much of a stream is read: settings are at the beginning, the sheets of a workbook soon after.
MOST_READ = 16 * 1024**2
_MACRO_FOLDERS = frozenset({"MACROS", "_VBA_PROJECT_CUR", "_VBA_PROJECT"})
# A presentation says whether it has macros in a record: its header, a number, and yes or no.
_VBA_INFO = b"\x1f\x00\xff\x03\x14\x00\x00\x00\x02\x00\x00\x04\x0c\x00\x00\x00"


class Damaged(Exception):
    """The file is inconsistent."""


class Streams:
    """The streams of an open file, by name; capitals do not matter ([MS-CFB] 2.6.4).

    Streams inside folders are listed under their own names too.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        fields = _HEADER.unpack(file.read(HEAD)[: _HEADER.size].ljust(_HEADER.size, b"\0"))
        if fields[0] != MARK or not 7 <= fields[5] <= 12:
            raise Damaged
        self._size = 1 << fields[5]
        file.seek(0, 2)
        self._most = file.tell() // self._size + 1
        tables, directory, self._cutoff = fields[8], fields[9], fields[11]
        small, spread, spreads = fields[12], fields[14], fields[15]
        self._tables = self._table_sectors(tables, spread, spreads)
        self._entries: dict[str, tuple[int, int]] = {}
        self._root = self._read_directory(directory)
        self._small = small

    def __contains__(self, name: str) -> bool:
        return name.upper() in self._entries

    @property
    def names(self) -> set[str]:
        """The names, in capitals."""
        return set(self._entries)

    def begin(self, name: str, size: int) -> bytes:
        """The first bytes of a stream."""
        out = b""
        for piece in self.pieces(name):
            out += piece
            if len(out) >= size:
                break
        return out[:size]

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a stream, one sector at a time."""
        start, size = self._entries[name.upper()]
        if size >= self._cutoff:
            chain: Iterator[bytes] = (self._sector(number) for number in self._chain(start))
        else:
            chain = self._small_sectors(start)
        for piece in chain:
            yield piece[:size]
            size -= len(piece)
            if size <= 0:
                return

    def _small_sectors(self, number: int) -> Iterator[bytes]:
        """Short streams share sectors, in pieces of 64 bytes, inside the stream of the root."""
        links = b"".join(self._sector(sector) for sector in self._chain(self._small))
        root = [self._sector(sector) for sector in self._chain(self._root)]
        each = self._size // 64
        for _ in range(len(links) // 4 + 1):
            if number >= _LAST:
                return
            if number // each >= len(root) or number * 4 + 4 > len(links):
                raise Damaged
            yield root[number // each][number % each * 64 : (number % each + 1) * 64]
            number = int.from_bytes(links[number * 4 : number * 4 + 4], "little")

    def _sector(self, number: int) -> bytes:
        self._file.seek((number + 1) * self._size)
        found = self._file.read(self._size)
        if not found:
            raise Damaged
        return found

    def _chain(self, number: int) -> Iterator[int]:
        for _ in range(self._most):
            if number >= _LAST:
                return
            yield number
            number = self._next(number)
        raise Damaged

    def _next(self, number: int) -> int:
        each = self._size // 4
        if number // each >= len(self._tables):
            raise Damaged
        self._file.seek((self._tables[number // each] + 1) * self._size + number % each * 4)
        return int.from_bytes(self._file.read(4).ljust(4, b"\xff"), "little")

    def _table_sectors(self, tables: int, spread: int, spreads: int) -> list[int]:
        """Where the tables of chains are: the first 109 are listed in the header, the others in sectors that
        list them.
        """
        self._file.seek(76)
        found = list(struct.unpack("<109I", self._file.read(436).ljust(436, b"\xff")))
        each = self._size // 4 - 1
        for _ in range(min(spreads, self._most)):
            if spread >= _LAST:
                break
            numbers = struct.unpack(f"<{each + 1}I", self._sector(spread).ljust(self._size, b"\xff"))
            found += numbers[:each]
            spread = numbers[each]
        return [number for number in found if number < _LAST][: min(tables, self._most)]

    def _read_directory(self, start: int) -> int:
        """Stores where each stream begins.

        Returns where the root's stream does, which is the first entry whatever its name.
        """
        first = self._sector(start)
        if first[66:67] != _ROOT:
            raise Damaged
        for number in self._chain(start):
            sector = self._sector(number)
            for at in range(0, len(sector) - 127, 128):
                length, kind = struct.unpack_from("<HB", sector, at + 64)
                if not kind or not 2 <= length <= 64:
                    continue
                name = sector[at : at + length - 2].decode("utf-16-le", "replace")
                self._entries.setdefault(name.upper(), struct.unpack_from("<II", sector, at + 116))
            if len(self._entries) > MOST_ENTRIES:
                raise Damaged
        return int.from_bytes(first[116:120], "little")


def is_ole(path: Path) -> bool:
    return head(path, len(MARK)) == MARK


def streams_of(path: Path) -> set[str]:
    """The names of the streams of a file, in capitals; none if it cannot be read."""
    try:
        with file_fault_as(Damaged()), path.open("rb") as file:
            return Streams(file).names
    except Damaged:
        return set()


Question = Callable[[Streams], bool]


def old_office(words: str, names: tuple[str, ...], is_protected: Question, has_macros: Question) -> Look:
    """Word, Excel or PowerPoint: OLE with a stream that names the program."""

    def look(path: Path) -> Findings:
        if not is_ole(path):
            raise refused_as(words)
        with path.open("rb") as file:
            streams = Streams(file)
            if "EncryptedPackage" in streams:
                raise Mismatch(PROTECTED)
            if not any(name in streams for name in names):
                raise refused_as(words)
            if is_protected(streams):
                raise Mismatch(PROTECTED)
            macros = bool(_MACRO_FOLDERS & streams.names) or has_macros(streams)
        return Findings((MACROS,) if macros else ())

    return look


# --- Word, Excel, PowerPoint ------------------------------------------------------------------------------------------


def _word_protected(streams: Streams) -> bool:
    """A bit in the document's header says that it is encrypted."""
    begin = streams.begin("WordDocument", 12)
    return len(begin) == 12 and bool(begin[11] & 0x01)


def _book(streams: Streams) -> str:
    return "Workbook" if "Workbook" in streams else "Book"


def _records(streams: Streams) -> Iterator[tuple[int, bytes]]:
    """The records at the beginning of a workbook that describe the whole workbook: kind and first bytes."""
    kept, wanted, read = b"", 0, 0
    for piece in streams.pieces(_book(streams)):
        read += len(piece)
        kept += piece
        while len(kept) >= wanted + 10:
            kept, wanted = kept[wanted:], 0
            kind, length = struct.unpack_from("<HH", kept)
            yield kind, kept[4:10]
            if kind == 0x0A or read > MOST_READ:  # the end of the records about the whole
                return
            wanted = 4 + length


def _excel_protected(streams: Streams) -> bool:
    return any(kind == 0x2F for kind, _ in _records(streams))


def _excel_macros(streams: Streams) -> bool:
    """Excel 4 macros are sheets; the list of sheets says which they are."""
    return any(kind == 0x85 and len(begin) >= 6 and begin[5] == 1 for kind, begin in _records(streams))


def _powerpoint_protected(streams: Streams) -> bool:
    user = streams.begin("Current User", 16) if "Current User" in streams else b""
    return "EncryptedSummary" in streams or user[12:16] == b"\xdf\xc4\xd1\xf3"


def _powerpoint_macros(streams: Streams) -> bool:
    before = b""
    for piece in streams.pieces("PowerPoint Document"):
        window = before + piece
        at = window.find(_VBA_INFO)
        if at >= 0 and len(window) >= at + 24:
            return window[at + 20 : at + 24] != b"\0\0\0\0"
        before = window[-(len(_VBA_INFO) + 24) :]
    return False


word = old_office("a Word document", ("WordDocument",), _word_protected, lambda streams: False)
excel = old_office("an Excel workbook", ("Workbook", "Book"), _excel_protected, _excel_macros)
powerpoint = old_office(
    "a PowerPoint presentation", ("PowerPoint Document",), _powerpoint_protected, _powerpoint_macros
)
