"""Reads one workbook in a separate process, which `workbooks` starts: `python -m spreadsheets.workbook_parser`.

The workbook is standard input; the arguments are its type and the limits. Standard output gets one line with a JSON
document for each batch of rows, and in the end {"done": true} or {"refused": words}. Whatever a hostile file does to a
parser (it raises, panics, never ends, takes all memory), it can end only this process.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain, islice, repeat
from typing import Any, BinaryIO

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from spreadsheets.cells import MOST_ROWS_OF_ALL, NoValue, Row, Value, tidy, tidy_row
from spreadsheets.limits import Limits, Unreadable, too_far_out, too_much
from spreadsheets.unvalued_cells import CellsByRow, unvalued_cells

ZIP_HEADER = b"PK\x03\x04"
OUT_OF_MEMORY = 3
_BUNCH = 200
_CHUNK = 256 * 1024
#: The name of each type of file, and what must be in its package.
#: Excel allows 31 characters in the name of a sheet, and other programs more. Faults are kept with it.
LONGEST_NAME = 200
CALLED = {".xlsx": "an Excel workbook", ".xls": "an Excel workbook", ".ods": "an OpenDocument spreadsheet"}
_MAIN_PART = {".xlsx": "xl/workbook.xml", ".xls": "xl/workbook.xml", ".ods": "content.xml"}
_PACKED_AS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_REPEATED = re.compile(rb'-repeated\s*=\s*["\'](\d+)')
_LONGEST_REPEATED = 64
_DATE_1904 = re.compile(rb'<(?:\w+:)?workbookPr\b[^<>]*\bdate1904\s*=\s*["\'](?:1|true|on)["\']')


def main() -> None:
    """Write the rows of standard input to standard output."""
    suffix, limits = sys.argv[1], Limits(**json.loads(sys.argv[2]))
    # A workbook that breaks a limit must not leave a core dump behind.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
    is_said = False
    try:
        rows = read_workbook(sys.stdin.buffer, suffix, limits)
        while bunch := list(islice(rows, _BUNCH)):
            if bunch[0].from_1904 and not is_said:
                is_said = True
                _say({"from_1904": True})
            _say({"rows": [row[:3] for row in bunch]})
        _say({"done": True})
    except Unreadable as unreadable:
        _say({"refused": unreadable.message})
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what, default=_as_json) + "\n")
    sys.stdout.flush()


def _as_json(value: object) -> dict[str, Any]:
    """Values that JSON has no type for, as an object with one key; `workbooks` converts it back."""
    match value:
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case timedelta():
            return {"seconds": value.total_seconds()}
        case NoValue():
            return {"no value": True}
    raise TypeError(f"a cell cannot hold {type(value).__name__}")


def read_workbook(file: BinaryIO, suffix: str, limits: Limits) -> Iterator[Row]:
    """The rows of every visible sheet, sheet by sheet. Raises Unreadable, and whatever else a parser may raise."""
    unvalued: dict[str, CellsByRow] = {}
    from_1904 = False
    start = file.read(len(ZIP_HEADER))
    file.seek(0)
    if start == ZIP_HEADER:
        check_package(file, suffix, limits)
        unvalued = unvalued_cells(file)
        from_1904 = counts_from_1904(file)
        file.seek(0)
    workbook = CalamineWorkbook.from_filelike(file)
    for meta in workbook.sheets_metadata:
        if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible:
            sheet = workbook.get_sheet_by_name(meta.name)
            rows = _rows_of(sheet, tidy(meta.name)[:LONGEST_NAME], unvalued.get(meta.name, {}), limits)
            yield from (row._replace(from_1904=True) for row in rows) if from_1904 else rows


def _rows_of(sheet: CalamineSheet, name: str, unvalued: CellsByRow, limits: Limits) -> Iterator[Row]:
    height, width = (place + 1 for place in sheet.end or (-1, -1))
    rows = max([height, *unvalued])
    if rows > limits.rows or max([width, *chain(*unvalued.values())]) > limits.columns:
        raise Unreadable(too_far_out(limits))
    # Rows are given from the first on, columns from the first with content.
    before = [""] * (sheet.start or (0, 0))[1]
    for number, given in enumerate(chain(sheet.iter_rows(), repeat([], rows - height)), start=1):
        cells: list[Value] = [*before, *given]
        for column, value in unvalued.get(number, {}).items():
            cells.extend([""] * (column - len(cells)))
            cells[column - 1] = value
        if tidied := tidy_row(number, cells, limits):
            yield Row(name, number, tidied)


def counts_from_1904(file: BinaryIO) -> bool:
    """Whether an Excel workbook counts its days from 1904, as old Macs do."""
    with zipfile.ZipFile(file) as package:
        if "xl/workbook.xml" not in package.namelist():
            return False
        return _DATE_1904.search(package.read("xl/workbook.xml")) is not None


def check_package(file: BinaryIO, suffix: str, limits: Limits) -> None:
    """Refuse a package that is not a workbook, or would take its parser long, before the parser sees it.

    Everything is unpacked once, in pieces, and no further than the limits. A parser's work grows with the number of
    tags (rows without cells, shared strings that nothing uses, nested elements), and tags can be counted without
    parsing: each begins with a byte that has no other use in an XML file.
    """
    tags = unpacked = 0
    with zipfile.ZipFile(file) as package:
        entries = package.infolist()
        names = {entry.filename.lower() for entry in entries}
        if _MAIN_PART[suffix] not in names:
            raise Unreadable(f"The file is called {suffix} but is not {CALLED[suffix]}.")
        if len(names) != len(entries):
            raise zipfile.BadZipFile("two entries have one name")
        for entry in entries:
            if entry.compress_type not in _PACKED_AS:
                raise zipfile.BadZipFile("no workbook is packed in that way, and it may unpack to any length at once")
            before = b""
            with package.open(entry) as part:
                while chunk := part.read(_CHUNK):
                    unpacked += len(chunk)
                    tags += chunk.count(b"<")
                    if unpacked > limits.unpacked:
                        raise Unreadable("The workbook unpacks to more than can be read here.")
                    if tags > limits.tags:
                        raise Unreadable(too_much(limits))
                    _check_piece(before + chunk)
                    before = chunk[-_LONGEST_REPEATED:]


def _check_piece(xml: bytes) -> None:
    """Refuse what no spreadsheet program writes: entities, and rows or cells that repeat without end."""
    if b"<!ENTITY" in xml:
        raise ValueError("an entity is declared")
    if any(int(times[:20]) > MOST_ROWS_OF_ALL for times in _REPEATED.findall(xml)):
        raise ValueError("repeated more often than a sheet has rows")


if __name__ == "__main__":
    main()
