"""Spreadsheets for the tests, made cell by cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook


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
