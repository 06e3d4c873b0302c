"""Reading a spreadsheet that somebody uploads. Hostile files are refused with an explanation."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import PurePath
from typing import BinaryIO

from openpyxl.utils import get_column_letter

from spreadsheets.cells import NO_VALUE, Row, clean
from spreadsheets.csv_files import HeadingCount, rows_of_csv
from spreadsheets.limits import MEGABYTE, Limits, Unreadable, too_much
from spreadsheets.workbook_parser import CALLED, ZIP_HEADER
from spreadsheets.workbooks import rows_of_workbook

#: The types of file that are read.
SUFFIXES = (".csv", ".xlsx", ".xls", ".ods")
OLE_HEADER = b"\xd0\xcf\x11\xe0"
_CHUNK = 256 * 1024
TextRow = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as text; `rows[0]` is the row that spreadsheets show as 1. A CSV file is one sheet without a name."""

    name: str
    rows: tuple[TextRow, ...]


def no_headings(row: TextRow) -> int:
    """For a caller that knows no headings: the delimiter of a CSV file is then the one that makes the most columns."""
    return 0


def read_rows(
    file_name: str, file: BinaryIO | bytes, limits: Limits, *, count_headings: HeadingCount = no_headings
) -> Generator[Row, None, None]:
    """The rows of a spreadsheet with content, one by one, sheet by sheet in the file's order.

    CSV, XLSX, XLS or ODS by the name's ending. Title rows and headings are ordinary rows. `count_headings` says how
    many headings it recognises in a row, which shows the delimiter of a CSV file. The file is read once, from its
    present position, and later changes to it make no difference. Raises Unreadable with the reason for a file that is
    empty, of another type, damaged, protected or beyond the limits. It may raise only when it reaches the fault, so
    nothing may be done for good before the last row is read.
    """
    suffix = PurePath(file_name).suffix.lower()
    if suffix not in SUFFIXES:
        raise Unreadable(
            "The file must be a CSV file (.csv), an Excel workbook (.xlsx or .xls) or an OpenDocument spreadsheet "
            "(.ods)."
        )
    source = io.BytesIO(file) if isinstance(file, bytes) else file
    with tempfile.TemporaryFile() as copy:
        _copy(source, copy, limits)
        _check_header(copy, suffix)
        found = (
            rows_of_csv(copy, limits, count_headings) if suffix == ".csv" else rows_of_workbook(copy, suffix, limits)
        )
        cells = 0
        with closing(found):
            for row in found:
                cells += len(row.cells)
                if cells > limits.cells:
                    raise Unreadable(too_much(limits))
                yield row


def read_sheets(
    file_name: str, file: BinaryIO | bytes, limits: Limits, *, count_headings: HeadingCount = no_headings
) -> list[Sheet]:
    """The sheets with content, whole and as text: for a list that is small enough to hold in memory.

    Raises Unreadable as `read_rows` does, and for a formula whose value is not in the file.
    """
    sheets = []
    for name, found in groupby(
        read_rows(file_name, file, limits, count_headings=count_headings), key=attrgetter("sheet")
    ):
        rows: list[TextRow] = []
        for row in found:
            rows.extend(() for _ in range(row.number - len(rows) - 1))
            rows.append(_as_text(row))
        sheets.append(Sheet(name, tuple(rows)))
    return sheets


def _as_text(row: Row) -> TextRow:
    if NO_VALUE in row.cells:
        cell = f"{get_column_letter(row.cells.index(NO_VALUE) + 1)}{row.number}"
        raise Unreadable(
            f"{f'{row.sheet}, cell' if row.sheet else 'Cell'} {cell} has a formula without a value. Open the workbook "
            "in Excel, save it and choose it again."
        )
    cells = [clean(value) for value in row.cells]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _copy(source: BinaryIO, copy: BinaryIO, limits: Limits) -> None:
    """A copy, so that a file which grows while it is read, or is not on disk, is read like any other."""
    left = limits.size + 1
    while left and (chunk := source.read(min(_CHUNK, left))):
        copy.write(chunk)
        left -= len(chunk)
    if not left:
        raise Unreadable(f"The file is larger than {limits.size // MEGABYTE} MB, too large for {limits.list_name}.")
    if copy.tell() == 0:
        raise Unreadable("The file is empty. Choose the spreadsheet again.")
    copy.flush()


def _check_header(file: BinaryIO, suffix: str) -> None:
    file.seek(0)
    start = file.read(len(OLE_HEADER))
    is_package, is_ole = start == ZIP_HEADER, start == OLE_HEADER
    if suffix == ".csv":
        if is_package or is_ole or start == b"%PDF":
            raise Unreadable(
                "The file is called .csv but is not a CSV file. Save it as CSV, or choose the workbook itself."
            )
    elif suffix == ".xls":
        if not is_ole and not is_package:
            # Many systems write a web page or plain text under this name, and Excel still opens it.
            raise Unreadable(
                "The file is called .xls but is not an Excel workbook. Open it in Excel and save it as .xlsx."
            )
    elif is_ole:
        raise Unreadable(
            f"The workbook is protected by a password, or is the old format. Save it as {suffix} without one."
        )
    elif not is_package:
        raise Unreadable(f"The file is called {suffix} but is not {CALLED[suffix]}.")
