"""Pictures: their measurements are read and nothing is decoded, so that one of 60,000 by 60,000 pixels costs
nothing.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import filetype

from files.inside.looking import (
    DAMAGED,
    Findings,
    Look,
    Mismatch,
    head,
    refuse_archive_behind,
    refuse_web_page_inside,
    refused_as,
    tail,
)
from parsing import file_fault_as

#: The largest cameras and scanners make pictures of 200 million pixels.
MOST_DOTS = 225_000_000
#: Notes in a picture (its colours, its words) take a few pages once unpacked.
MOST_NOTES = 16 * 1024**2
MOST_CHUNKS = 200_000
MOVES = "It moves; the pack shows its first picture only."
_PACKED_NOTES = (b"zTXt", b"iTXt", b"iCCP")


class _Damaged(Exception):
    pass


def _look(words: str, extension: str, measure: Look) -> Look:
    def look(path: Path) -> Findings:
        guessed = filetype.guess(head(path))
        # Pillow treats an animated picture as a format of its own.
        if guessed is None or guessed.extension not in (extension, "apng" if extension == "png" else extension):
            raise refused_as(words)
        refuse_archive_behind(path, words)
        refuse_web_page_inside(path, words)
        try:
            with file_fault_as(_Damaged(), Mismatch):
                return measure(path)
        except _Damaged:
            return Findings((DAMAGED,))

    return look


def _refuse_vast(width: int, height: int, frames: int = 1) -> None:
    if not width or not height:
        raise _Damaged
    if width * height * frames > MOST_DOTS:
        often = f", {frames:,} times over" if frames > 1 else ""
        raise Mismatch(
            f"is a picture of {width:,} by {height:,} dots{often}, more than any scanner or camera makes: "
            "save it smaller"
        )


def _png(path: Path) -> Findings:
    with path.open("rb") as file:
        file.seek(8)
        width = height = frames = 0
        last = b""
        for kind, length in _chunks(file):
            last = kind
            if kind == b"IHDR":
                width, height = struct.unpack(">II", file.read(8))
                _refuse_vast(width, height)
            elif kind == b"acTL":
                frames = struct.unpack(">I", file.read(4))[0]
                _refuse_vast(width, height, frames)
            elif kind in _PACKED_NOTES:
                _refuse_vast_notes(file.read(min(length, MOST_NOTES)))
    if not width or last != b"IEND":
        raise _Damaged
    return Findings((MOVES,) if frames > 1 else ())


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """The kind and length of each piece of a PNG, with the file positioned at its content."""
    at = file.tell()
    for _ in range(MOST_CHUNKS):
        file.seek(at)
        begin = file.read(8)
        if len(begin) < 8:
            return
        length, kind = struct.unpack(">I4s", begin)
        yield kind, length
        if kind == b"IEND":
            return
        at += 12 + length
    raise Mismatch("is not a PNG picture: it has more pieces than one can have")


def _refuse_vast_notes(content: bytes) -> None:
    """Words and colours may be compressed: a few bytes can take all the memory of a program that opens the picture."""
    for at in (content.find(b"\x78"), content.find(b"\0") + 2):
        try:
            inflater = zlib.decompressobj()
            inflater.decompress(content[max(at, 0) :], MOST_NOTES)
        except zlib.error:
            continue
        if inflater.unconsumed_tail:
            raise Mismatch("has notes in it that would fill the memory of whoever opens it: save it anew without them")


def _jpeg(path: Path) -> Findings:
    with path.open("rb") as file:
        file.seek(2)
        width, height = _jpeg_size(file)
    _refuse_vast(width, height)
    if b"\xff\xd9" not in tail(path):
        # Cameras add films after the picture, so its end may be anywhere; only decoding would tell.
        with path.open("rb") as file:
            if not any(b"\xff\xd9" in chunk for chunk in iter(lambda: file.read(1024 * 1024), b"")):
                raise _Damaged
    return Findings()


def _jpeg_size(file: BinaryIO) -> tuple[int, int]:
    for _ in range(MOST_CHUNKS):
        mark = file.read(2)
        while mark[1:] == b"\xff":  # filler
            mark = mark[1:] + file.read(1)
        if len(mark) < 2 or mark[0] != 0xFF:
            raise _Damaged
        if mark[1] == 0x01 or 0xD0 <= mark[1] <= 0xD8:
            continue
        length = int.from_bytes(file.read(2), "big")
        if length < 2 or mark[1] in (0xD9, 0xDA):
            raise _Damaged
        if 0xC0 <= mark[1] <= 0xCF and mark[1] not in (0xC4, 0xC8, 0xCC):
            _, height, width = struct.unpack(">BHH", file.read(5))
            return width, height
        file.seek(length - 2, 1)
    raise _Damaged


png = _look("a PNG picture", "png", _png)
jpeg = _look("a JPEG picture", "jpg", _jpeg)
