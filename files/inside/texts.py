"""Text in its various encodings, recognised by characters that it cannot contain."""

from __future__ import annotations

import codecs
import mmap
from pathlib import Path

from files.inside.looking import Findings, Mismatch, head, refused_as

STEP = 256 * 1024
OBJECTS = "It has objects of other programs embedded in it."
_CONTROL = bytes(sorted(set(range(32)) - set(b"\t\n\r\f\x1a")))


def rich(path: Path) -> Findings:
    if not head(path).startswith(b"{\\rtf"):
        raise refused_as("a rich text file")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return Findings((OBJECTS,) if content.find(b"\\objdata") >= 0 else ())


def plain(path: Path) -> Findings:
    """Text has no bytes that only programs write: no control characters except tabs and line ends."""
    begin = head(path)
    if begin.startswith((b"%PDF-", b"{\\rtf")):
        raise Mismatch("is not text, although it is named as such")
    is_text = _is_wide_text if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else _is_text
    if not is_text(path):
        raise Mismatch("is not text, although it is named as such")
    return Findings()


def _is_text(path: Path) -> bool:
    """Whether text with one byte for each character, or UTF-8, has no control characters."""
    with path.open("rb") as file:
        while chunk := file.read(STEP):
            if len(chunk.translate(None, _CONTROL)) != len(chunk):
                return False
    return True


def _is_wide_text(path: Path) -> bool:
    """The same for UTF-16, as some spreadsheet programs write it."""
    control = frozenset(_CONTROL.decode("ascii"))
    try:
        with path.open(encoding="utf-16", newline="") as file:
            while chunk := file.read(STEP):
                if not control.isdisjoint(chunk):
                    return False
    except UnicodeError:
        return False
    return True
