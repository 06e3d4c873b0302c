"""Makes files of every kind, good and hostile, byte by byte if no library would; everything in them is fictional."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

END = 0xFFFFFFFE
FREE = 0xFFFFFFFF


# --- PDF --------------------------------------------------------------------------------------------------------------


def pdf(*boxes: tuple[float, ...], root: Mapping[str, object] | None = None, page=None, **saved) -> bytes:
    """A PDF with a page for each box; `page` are more keys of each, `root` more of the catalogue."""
    made = pikepdf.new()
    for box in boxes or ((0, 0, 595, 842),):
        made.add_blank_page(page_size=(595, 842))
        made.pages[-1].obj.MediaBox = Array(list(box))
        for key, value in (page or {}).items():
            made.pages[-1].obj[Name(f"/{key}")] = value
    for key, value in (root or {}).items():
        made.Root[Name(f"/{key}")] = value
    out = io.BytesIO()
    made.save(out, **({"deterministic_id": True} | saved))
    return out.getvalue()


def pdf_with_attachment() -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    made.attachments["figures.txt"] = b"Fictional figures"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def raw_pdf(*objects: bytes, trailer: bytes = b"<</Root 1 0 R/Size %d>>") -> bytes:
    """A PDF from objects as they are written, numbered from 1, with a right table of where they are."""
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = trailer % (len(objects) + 1) if b"%d" in trailer else trailer
    return out + table + b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, len(out))


def _packed(megabytes: int) -> bytes:
    """So many megabytes of zeros, packed: one of them, over and over."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes + b"\x03\x00"


def packed_zeros(megabytes: int) -> bytes:
    check = (megabytes * 2**20 % 65521) << 16 | 1
    return b"\x78\xda" + _packed(megabytes) + struct.pack(">I", check)


def pdf_with_vast_index(megabytes: int = 150) -> bytes:
    """The index of a PDF is unpacked when it is opened; this one fills the memory."""
    packed = packed_zeros(megabytes)
    body = b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    index = b"3 0 obj<</Type/XRef/Size 4/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    return body + index + packed + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % len(body)


# --- ZIP --------------------------------------------------------------------------------------------------------------

OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
TYPES_XML = "[Content_Types].xml"


def zipped(entries: Mapping[str, bytes], *, packing: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        archive.comment = comment
        for name, content in entries.items():
            # The same time always: what is made twice is the same.
            entry = zipfile.ZipInfo(name, (2011, 4, 18, 9, 0, 0))
            entry.compress_type = packing
            archive.writestr(entry, content)
    return out.getvalue()


def office(
    ending: str = "docx", more: Mapping[str, bytes] | None = None, *, types: bytes = b"<Types/>", **how
) -> bytes:
    """A file of Word, Excel or PowerPoint, as far as anybody looks at one."""
    return zipped({TYPES_XML: types, OFFICE[ending]: b"<fictional/>", **(more or {})}, **how)


def streamed_office() -> bytes:
    """Written by a program that does not know the size of an entry before it: the size comes after it."""

    class Line(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            self.data += data
            return len(data)

    line = Line()
    with zipfile.ZipFile(line, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(TYPES_XML, b"<Types/>")
        archive.writestr(OFFICE["docx"], b"<fictional/>" * 500)
    return bytes(line.data)


def odf(kind: str = "text", more: Mapping[str, bytes] | None = None) -> bytes:
    mime = f"application/vnd.oasis.opendocument.{kind}".encode()
    return zipped({"mimetype": mime, "content.xml": b"<x/>", **(more or {})}, packing=zipfile.ZIP_STORED)


def patched(content: bytes, mark: bytes, offset: int, value: bytes, *, which: int = -1) -> bytes:
    """The bytes with some overwritten at a distance from the last (or the first) place where a mark stands."""
    at = (content.index(mark) if which == 0 else content.rindex(mark)) + offset
    return content[:at] + value + content[at + len(value) :]


def vast_office(ending: str, megabytes: int, said: int | None = None) -> bytes:
    """An entry that unpacks to so many megabytes of nothing and says so, or says that it is `said` bytes."""
    made = office(ending, {"docProps/a.xml": _packed(megabytes)}, packing=zipfile.ZIP_STORED)
    made = patched(made, b"PK\x03\x04", 8, b"\x08\0")
    made = patched(made, b"PK\x01\x02", 10, b"\x08\0")
    size = struct.pack("<I", megabytes * 2**20 if said is None else said)
    made = patched(made, b"PK\x03\x04", 22, size)
    return patched(made, b"PK\x01\x02", 24, size)


def overlapping_office(copies: int = 2_000, megabytes: int = 4) -> bytes:
    """One packed entry, and a directory that lists it thousands of times."""
    made = office(more={"word/media/a.xml": bytes(megabytes * 2**20)})
    directory, end = made.index(b"PK\x01\x02"), made.rindex(b"PK\x05\x06")
    last = made.rindex(b"PK\x01\x02")
    entry = made[last:end]
    entries = made[directory:last] + b"".join(entry[:46] + b"word/%011d" % number for number in range(copies))
    count = copies + 2
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(entries), directory, 0)
    return made[:directory] + entries + tail


def vast_directory(entries: int = 300_000) -> bytes:
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * entries
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 30_000, 30_000, len(directory), 30, 0)
    return b"PK\x03\x04" + bytes(26) + directory + end


# --- OLE --------------------------------------------------------------------------------------------------------------


def ole(streams: Mapping[str, bytes], *, folders: tuple[str, ...] = (), root: str = "Root Entry") -> bytes:
    """A file of old office programs: a directory, long streams in sectors, short ones in pieces of the root's own."""
    sectors: list[bytes] = []
    table: list[int] = []

    def keep(content: bytes) -> int:
        pieces = [content[at : at + 512].ljust(512, b"\0") for at in range(0, len(content), 512)]
        if not pieces:
            return END
        start = len(sectors)
        sectors.extend(pieces)
        table.extend([*range(start + 1, start + len(pieces)), END])
        return start

    small = b""
    small_table: list[int] = []
    entries = []
    for name, content in streams.items():
        if len(content) >= 4096:
            start = keep(content)
        else:
            start, count = len(small_table), -(-len(content) // 64)
            small += content.ljust(count * 64, b"\0")
            small_table += [*range(start + 1, start + count), END]
        entries.append((name, 2, start, len(content)))
    entries += [(name, 1, END, 0) for name in folders]
    begin = (root, 5, keep(small), len(small))
    small_start = keep(struct.pack(f"<{len(small_table)}I", *small_table).ljust(512, b"\xff")) if small_table else END
    directory = keep(b"".join(_entry(*entry) for entry in (begin, *entries)))
    tables = 1
    while tables * 128 < len(sectors) + tables:
        tables += 1
    first = len(sectors)
    table += [0xFFFFFFFD] * tables
    packed = struct.pack(f"<{len(table)}I", *table).ljust(tables * 512, b"\xff")
    sectors += [packed[at : at + 512] for at in range(0, len(packed), 512)]
    header = struct.pack(
        "<8s16s5H6x9I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 62, 3, 0xFFFE, 9, 6,
        0, tables, directory, 0, 4096, small_start, 1 if small_table else 0, END, 0,
    )  # fmt: skip
    header += struct.pack("<109I", *range(first, first + tables), *[FREE] * (109 - tables))
    return header + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    packed = (name + "\0").encode("utf-16-le") if name else b""
    fields = struct.pack("<HBB3I", len(packed), kind, 1, FREE, FREE, FREE) + bytes(36)
    return packed.ljust(64, b"\0") + fields + struct.pack("<IQ", start, size)


def word(*, encrypted: bool = False, **how) -> bytes:
    begin = bytearray(8192)
    begin[0:2], begin[11] = b"\xec\xa5", 0x01 if encrypted else 0x12
    return ole({"WordDocument": bytes(begin), "1Table": bytes(4096)}, **how)


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def excel(*, sheet: int = 0, encrypted: bool = False, long: bool = True, stream: str = "Workbook", **how) -> bytes:
    """A workbook with one sheet: 0 is an ordinary one, 1 one with macros of Excel 4."""
    book = record(0x809, bytes(16)) + (record(0x2F, bytes(6)) if encrypted else b"")
    book += record(0x85, struct.pack("<IBB", 1000, 0, sheet) + b"\x05\0Sheet") + record(0x0A)
    return ole({stream: book.ljust(4608 if long else 512, b"\0")}, **how)


def powerpoint(*, macros: int | None = None, encrypted: bool = False, **how) -> bytes:
    info = b""
    if macros is not None:
        info = struct.pack("<HHI", 0x1F, 0x03FF, 20) + struct.pack("<HHI3I", 2, 0x0400, 12, 1, macros, 2)
    user = struct.pack("<HHIII", 0, 0x0FF6, 20, 20, 0xF3D1C4DF if encrypted else 0xE391C05F)
    return ole({"PowerPoint Document": bytes(4090) + info + bytes(4096), "Current User": user}, **how)


def circular_ole() -> bytes:
    """The directory's chain leads back to itself."""
    made = word()
    table = 512 + 512 * int.from_bytes(made[76:80], "little")
    directory = int.from_bytes(made[48:52], "little")
    at = table + directory * 4
    return made[:at] + struct.pack("<I", directory) + made[at + 4 :]


# --- Pictures ---------------------------------------------------------------------------------------------------------


def picture(kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (40, 30), **saved) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **saved)
    return out.getvalue()


def moving(frames: int = 3, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    pictures = [Image.new("RGB", (20, 20), (number * 40, 0, 0)) for number in range(frames)]
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:])
    return out.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, *chunks: bytes, end: bool = True) -> bytes:
    """A PNG that says that it is so large, with what else is given, and next to no dots."""
    begin = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return begin + b"".join(chunks) + chunk(b"IDAT", zlib.compress(bytes(91))) + (chunk(b"IEND", b"") if end else b"")


def jpeg_saying(width: int, height: int) -> bytes:
    """A JPEG of a few bytes that says that it is so large."""
    made = picture("JPEG")
    return patched(made, b"\xff\xc0", 5, struct.pack(">HH", height, width), which=0)


def jpeg_with(comment: bytes) -> bytes:
    made = picture("JPEG")
    return made[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + made[2:]
