"""Spreadsheets for the tests, made cell by cell."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook

# The one sheet of a workbook that `xlsx_of` makes, and the strings that its cells share, to put something else in.
SHEET_PATH, STRINGS_PATH = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = b"<worksheet %s><sheetData>%%s</sheetData></worksheet>" % _NAMESPACE
SHARED_STRINGS = b"<sst %s>%%s</sst>" % _NAMESPACE


def csv_of(*rows: Iterable[str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Rows as a CSV file with every cell in quotation marks."""
    lines = (delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    return "\r\n".join(lines).encode(encoding)


def xlsx_of(**sheets: Iterable[Iterable[Any]]) -> bytes:
    """Sheets of rows as a workbook."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(list(row))
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    """The workbook as a file."""
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def with_entry(workbook: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one entry of its package replaced or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return made.getvalue()


def damaged(workbook: bytes, entry: str, how: str) -> bytes:
    """The workbook with one member of its package spoilt: "deflate" and "lzma" as packed so, "crc" its checksum."""
    made = io.BytesIO()
    method = zipfile.ZIP_LZMA if how == "lzma" else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            new.writestr(each, old.read(each), method if each == entry else None)
        place = new.getinfo(entry)
    spoilt = bytearray(made.getvalue())
    start = place.header_offset + 30 + len(entry)
    if how == "crc":
        at = bytes(spoilt).index(struct.pack("<L", place.CRC), start)
        spoilt[at] ^= 255
    else:
        # Past the first bytes of an LZMA member, which are its properties.
        for at in range(start + 12, start + min(60, place.compress_size)):
            spoilt[at] ^= 255
    return bytes(spoilt)
