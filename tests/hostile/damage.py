"""Damages sound files in every way that their formats allow: where formats can give false values, and at random."""

from __future__ import annotations

import io
import random
import struct
import warnings
import zipfile
from collections.abc import Iterator

STORED, DEFLATED, DEFLATE64, BZIP2, LZMA, ZSTANDARD, AES = 0, 8, 9, 12, 14, 93, 99
LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
MOST = 0xFFFFFFFF


def repacked(content: bytes, member: int, packing: int) -> bytes:
    """The ZIP with one member packed in another way."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for number, entry in enumerate(old.infolist()):
            info = zipfile.ZipInfo(entry.filename, (2011, 4, 18, 9, 0, 0))
            info.compress_type = packing if number == member else entry.compress_type
            new.writestr(info, old.read(entry))
    return made.getvalue()


def members(content: bytes) -> int:
    """How many members a ZIP has."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return len(archive.infolist())


def _written(content: bytes, at: int, form: str, *values: int) -> bytes:
    packed = struct.pack(f"<{form}", *values)
    return content[:at] + packed + content[at + len(packed) :]


def damaged_zips(content: bytes, member: int) -> Iterator[tuple[str, bytes]]:
    """What can be wrong with one member of a ZIP, or with its directory, each by its name."""
    for name, packing in {"LZMA": LZMA, "BZIP2": BZIP2, "stored": STORED, "deflated": DEFLATED}.items():
        yield f"packed anew, {name}", repacked(content, member, packing)
    content = repacked(content, member, DEFLATED)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info, directory = archive.infolist()[member], archive.start_dir
    local, central = info.header_offset, directory
    for _ in range(member):
        name, extra, comment = struct.unpack_from("<3H", content, central + 28)
        central += 46 + name + extra + comment
    begin = local + 30 + len(info.filename.encode())
    end = content.rindex(END)

    for packing in (STORED, DEFLATE64, BZIP2, LZMA, ZSTANDARD, AES, 0xFFFF):
        both = _written(_written(content, local + 8, "H", packing), central + 10, "H", packing)
        yield f"says it is packed by {packing}", both
        yield f"the directory alone says it is packed by {packing}", _written(content, central + 10, "H", packing)
    # What the packed bytes begin with is how LZMA is told how much memory it needs.
    lzma = _written(_written(content, local + 8, "H", LZMA), central + 10, "H", LZMA)
    yield "LZMA that asks for all memory", _written(lzma, begin, "2BH5B", 9, 4, 5, 0x5D, 255, 255, 255, 255)
    yield "LZMA of no known kind", _written(lzma, begin, "2BH5B", 9, 4, 5, 0xFF, 0, 0, 1, 0)
    yield "LZMA with long settings", _written(lzma, begin, "2BH", 9, 4, 0xFFFF)
    yield "packed bytes of nothing", _written(content, begin, "4B", 0xFF, 0xFF, 0xFF, 0xFF)
    middle = begin + info.compress_size // 2
    yield "packed bytes overwritten", _written(content, middle, "4B", 0x55, 0xAA, 0x55, 0xAA)
    for number in (0, MOST):
        yield f"check sum {number}", _written(content, central + 16, "I", number)
    for place, name in ((20, "packed size"), (24, "size"), (42, "place")):
        for number in (0, 1, 0x7FFFFFFF, MOST - 1, MOST):
            yield f"{name} {number}", _written(content, central + place, "I", number)
    yield "sizes of 2 GB", _written(content, central + 20, "2I", 0x7FFFFFFF, 0x7FFFFFFF)
    yield "nothing in it", _written(content, central + 20, "2I", 0, 0)
    for number in (0x0001, 0x0008, 0x0020, 0x0040, 0x0800, 0x2000, 0xFFFF):
        yield f"flags {number:#x}", _written(content, central + 8, "H", number)
        both = _written(_written(content, local + 6, "H", number), central + 8, "H", number)
        yield f"flags {number:#x} in both places", both
    for number in (0, 1, 255, 0xFFFF):
        yield f"made for version {number}", _written(content, central + 6, "H", number)
        for place, name in ((28, "name"), (30, "extra"), (32, "comment")):
            yield f"{name} of {number} in the directory", _written(content, central + place, "H", number)
        yield f"name of {number} before the member", _written(content, local + 26, "H", number)
        yield f"extra of {number} before the member", _written(content, local + 28, "H", number)
    yield "no mark before the member", _written(content, local, "I", 0)
    yield "no mark in the directory", _written(content, central, "I", 0)
    yield "another name before the member", _written(content, local + 30, "B", 0x21)
    yield "a name that is no UTF-8", _written(_written(content, central + 8, "H", 0x0800), central + 46, "B", 0xFF)
    yield "a NUL in its name", _written(_written(content, local + 31, "B", 0), central + 47, "B", 0)
    yield "a link", _written(content, central + 38, "I", 0o120777 << 16)
    for what, extra in {
        "short": struct.pack("<2HI", 1, 4, MOST),
        "long": struct.pack("<2H3Q", 1, 24, 1 << 62, 1 << 62, 1 << 62),
        "of nothing": struct.pack("<2H3Q", 1, 24, 0, 0, 0),
        "beyond its end": struct.pack("<2H", 1, 0xFFFF),
        "all ones": b"\x01\x00\x18\x00" + b"\xff" * 24,
    }.items():
        yield f"ZIP64, {what}", _with_extra(content, central, end, extra)
    for number in (0, 1, 0x7FFFFFFF, MOST - 1, MOST):
        yield f"directory at {number}", _written(content, end + 16, "I", number)
        yield f"directory of {number} bytes", _written(content, end + 12, "I", number)
    for number in (0, 1, 0xFFFF):
        yield f"{number} members", _written(content, end + 8, "2H", number, number)
    yield "a long comment", _written(content, end + 20, "H", 0xFFFF)
    yield "another disk", _written(content, end + 4, "2H", 7, 7)
    yield "a directory of ZIP64 that is not there", content[:end] + _zip64(end + 1000) + content[end:]
    yield "a directory of ZIP64 at its own end", content[:end] + _zip64(end) + content[end:]
    yield "one thing before it", b"fictional" + content
    yield "the member twice", _twice(content, member)
    for at in (begin, middle, begin + info.compress_size, directory, central + 20, end, end + 10):
        yield f"cut short at {at}", content[:at]


def _with_extra(content: bytes, central: int, end: int, extra: bytes) -> bytes:
    """The directory's entry with these extra bytes, and sizes and place that are said to be among them."""
    name = struct.unpack_from("<H", content, central + 28)[0]
    content = _written(_written(content, central + 20, "2I", MOST, MOST), central + 42, "I", MOST)
    content = _written(content, central + 30, "H", len(extra))
    content = _written(content, end + 12, "I", struct.unpack_from("<I", content, end + 12)[0] + len(extra))
    after = central + 46 + name
    return content[:after] + extra + content[after:]


def _zip64(at: int) -> bytes:
    return struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)


def _twice(content: bytes, member: int) -> bytes:
    made = io.BytesIO(content)
    with warnings.catch_warnings(), zipfile.ZipFile(made, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(archive.namelist()[member], b"fictional")
    return made.getvalue()


def damaged_bytes(content: bytes, lot: random.Random) -> bytes:
    """A file of any kind with some of its bytes changed, taken out, put in twice, or cut off."""
    made = bytearray(content)
    for _ in range(lot.randint(1, 8)):
        at = lot.randrange(max(len(made), 1))
        length = lot.choice((1, 1, 2, 4, 16, 256))
        match lot.randrange(6):
            case 0 | 1:
                made[at : at + length] = lot.randbytes(length)
            case 2:
                made[at : at + length] = lot.choice((b"\0", b"\xff", b"\x7f", b"9")) * length
            case 3:
                del made[at : at + length]
            case 4:
                made[at:at] = made[at : at + length]
            case 5 if lot.random() < 0.2:
                del made[at:]
    return bytes(made) or b"\0"


def cut_short(content: bytes) -> Iterator[tuple[str, bytes]]:
    """A file of any kind that ends too early, at each tenth of it, or has zeros instead of its rest."""
    for tenth in range(1, 10):
        at = max(len(content) * tenth // 10, 1)
        yield f"cut short at {tenth} tenths", content[:at]
        yield f"zeros after {tenth} tenths", content[:at].ljust(len(content), b"\0")
