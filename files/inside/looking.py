"""What all the checks have in common: what they find, how they refuse, and how bytes are read."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HEAD = 8192
#: Where signs of a second file are looked for: formats that are read from the end allow this much after it.
TAIL = 65_557

MACROS = "It has macros, which run programs of their own: open it with macros turned off."
DAMAGED = "It seems to be damaged and may not open."
SPOILT = "is damaged: it ends before its contents do, or they are not what it says. Save it again and try once more"


class Mismatch(Exception):
    """The bytes are not what the name says, or must not be accepted; the text continues "<name> was not added: it "."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check found: remarks for readers, mostly none."""

    remarks: tuple[str, ...] = ()


Look = Callable[[Path], Findings]


def refused_as(words: str) -> Mismatch:
    return Mismatch(f"is not {words}, although it is named as one")


PROTECTED = "is protected by a password: save it without the password first"


def head(path: Path, size: int = HEAD) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def tail(path: Path, size: int = TAIL) -> bytes:
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - size))
        return file.read()


def count(path: Path, mark: bytes, *, most: int) -> int:
    """How often the mark occurs in a file that is not empty; counting stops above `most`."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found, at = 0, content.find(mark)
        while at >= 0 and found <= most:
            found, at = found + 1, content.find(mark, at + len(mark))
    return found


def refuse_archive_behind(path: Path, words: str) -> None:
    """Raises Mismatch if a ZIP follows. ZIPs are read from the end, so different programs would open different
    files.
    """
    end = tail(path)
    at = end.rfind(b"PK\x05\x06")
    if 0 <= at <= len(end) - 22 and at + 22 + int.from_bytes(end[at + 20 : at + 22], "little") == len(end):
        raise Mismatch(f"is two files in one, {words} and a ZIP: send the one that is meant")


def refuse_web_page_inside(path: Path, words: str) -> None:
    """Raises Mismatch if a web page is hidden at the beginning or the end of a file of another type."""
    text = (head(path) + b" " + tail(path)).lower()
    if any(mark in text for mark in (b"<script", b"<html", b"<!doctype html", b"<?php", b"<iframe")):
        raise Mismatch(f"is two files in one, {words} and a web page: send the one that is meant")
