"""Reading a spreadsheet that somebody uploads: CSV and XLSX into rows of plain text, with hostile files refused.

Pure Python. Nothing here knows what the rows mean.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePath
from xml.parsers import expat

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from accounts.refusal import Refused
from parsing import file_fault_as

MOST_BYTES = 5 * 1024 * 1024
MOST_BYTES_UNPACKED = 50 * 1024 * 1024
MOST_ROWS = 5000
MOST_COLUMNS = 200
LONGEST_CELL = 2000
DELIMITERS = (",", ";", "\t")

EXCEL_ERRORS = {"#n/a", "#ref!", "#name?", "#value!", "#null!", "#num!", "#div/0!"}
OLE_HEADER = b"\xd0\xcf\x11\xe0"
ZIP_HEADER = b"PK\x03\x04"
# The element that holds a sheet's cells, in the encodings that XML may come in.
_CELLS = tuple("sheetData".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
SPACES = re.compile(r"[^\S\n]+")
# What leaves no trace on screen and would make two equal words differ: byte order marks, zero-width spaces, controls.
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; `rows[0]` is the row that a spreadsheet shows as 1. A CSV file is one sheet without a name."""

    name: str
    rows: tuple[Row, ...]


def read_spreadsheet(file_name: str, content: bytes, *, likes: Callable[[Row], int]) -> list[Sheet]:
    """The sheets of a CSV or XLSX file, as text.

    `likes` says how many headings it recognises in a row, by which the delimiter of a CSV file is told. Raises Refused
    (field "file") with the reason for a file that is empty, too large, of another type, damaged or protected.
    """
    suffix = PurePath(file_name).suffix.lower()
    if not content:
        raise _refused("The file is empty. Choose the spreadsheet again.")
    if len(content) > MOST_BYTES:
        raise _refused(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB, too large for a list of owners.")
    if suffix == ".csv":
        return [Sheet("", _rows_of_csv(content, likes))]
    if suffix == ".xlsx":
        return _sheets_of_xlsx(content)
    if suffix == ".xls":
        raise _refused("This is the old Excel format (.xls). Save it as Excel workbook (.xlsx) or as CSV.")
    raise _refused("The file must be a CSV file (.csv) or an Excel workbook (.xlsx).")


def clean(value: object) -> str:
    """One cell as text: without stray spaces, invisible characters and Excel's error words; lines stay apart."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date | time):
        value = value.isoformat()
    text = INVISIBLE.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n")
    lines = (SPACES.sub(" ", line).strip() for line in text.split("\n"))
    text = "\n".join(line for line in lines if line)
    return "" if text.lower() in EXCEL_ERRORS else text


def _refused(message: str) -> Refused:
    return Refused(message, field="file")


def _bounded(rows: Iterable[Iterable[object]]) -> tuple[Row, ...]:
    bounded: list[Row] = []
    for number, row in enumerate(rows, start=1):
        cells = tuple(clean(value) for value in row)
        while cells and not cells[-1]:
            cells = cells[:-1]
        if number > MOST_ROWS and cells:
            raise _refused(f"The file has more than {MOST_ROWS} rows, too many for a list of owners.")
        if len(cells) > MOST_COLUMNS:
            raise _refused(f"Row {number} has more than {MOST_COLUMNS} columns, too many for a list of owners.")
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise _refused(f"A cell in row {number} is longer than {LONGEST_CELL} characters.")
        bounded.append(cells)
    while bounded and not bounded[-1]:
        bounded.pop()
    return tuple(bounded)


# CSV


def _rows_of_csv(content: bytes, likes: Callable[[Row], int]) -> tuple[Row, ...]:
    if content.startswith((ZIP_HEADER, OLE_HEADER, b"%PDF")):
        raise _refused("The file is called .csv but is not a CSV file. Save it as CSV, or choose the workbook itself.")
    text = _decoded(content)
    if "\x00" in text:
        raise _refused("The file is called .csv but is not text.")
    lines = text.splitlines()
    # Excel writes its delimiter down for itself; the line stays as a row, so that numbers agree with what it shows.
    if (
        lines
        and (said := re.fullmatch(r'"?sep=(.)"?', lines[0].strip() or "", re.IGNORECASE))
        and said[1] in DELIMITERS
    ):
        return _parsed(text, said[1])
    best: tuple[int, int, tuple[Row, ...]] | None = None
    fault: Refused | None = None
    for delimiter in DELIMITERS:
        try:
            rows = _parsed(text, delimiter)
        except Refused as error:
            fault = fault or error
            continue
        shown = rows[:20]
        found = (max(map(likes, shown), default=0), max(map(len, shown), default=0), rows)
        if best is None or found[:2] > best[:2]:
            best = found
    if best is None or (best[1] < 2 and fault is not None):
        raise fault or _refused("The file cannot be read as CSV.")
    return best[2]


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else what British Windows writes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused("The file is called .csv but is not text. Save it as CSV (UTF-8).")


def _parsed(text: str, delimiter: str) -> tuple[Row, ...]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return _bounded(reader)
    except csv.Error:
        raise _refused(
            f"The file cannot be read from line {reader.line_num} on: a quotation mark is not closed, or stands where "
            "none belongs."
        ) from None


# XLSX


def _sheets_of_xlsx(content: bytes) -> list[Sheet]:
    if content.startswith(OLE_HEADER):
        raise _refused("The workbook is protected by a password, or is the old format. Save it as .xlsx without one.")
    if not content.startswith(ZIP_HEADER):
        raise _refused("The file is called .xlsx but is not an Excel workbook.")
    sheets = []
    with file_fault_as(_refused("The workbook is damaged and cannot be read. Open it in Excel and save it again.")):
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(_checked_package(content)))
        for meta in workbook.sheets_metadata:
            if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible:
                rows = workbook.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
                sheets.append(Sheet(clean(meta.name), _bounded(rows)))
    return sheets


def _checked_package(content: bytes) -> bytes:
    """The package anew, of just the entries that were looked into before anything reads them as a workbook.

    How large it would become, and how far out its cells lie: a sheet is held as a full rectangle, so one value in the
    last cell of an empty sheet would take all memory. Written anew, because two programs may read one hostile package
    in two ways.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(made, "w") as checked:
        entries = package.infolist()
        if sum(entry.file_size for entry in entries) > MOST_BYTES_UNPACKED:
            raise _refused("The workbook unpacks to more than can be read here.")
        names = {entry.filename.lower() for entry in entries}
        if "xl/workbook.xml" not in names:
            raise _refused("The file is called .xlsx but is not an Excel workbook.")
        if len(names) != len(entries):
            raise ValueError("no workbook has two entries of one name")
        for entry in entries:
            # What is packed so that Excel cannot read it may unpack to any length in one step.
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError("no workbook is packed in that way")
            # Reading an entry to its end also finds one that is longer than it says.
            part = package.read(entry)
            # A sheet may have any name in the package; what it cannot do without is the word for its cells.
            if entry.filename.lower().endswith(".xml") or any(word in part for word in _CELLS):
                _check_sheet(part)
            checked.writestr(entry.filename, part)
    return made.getvalue()


def _check_sheet(xml: bytes) -> None:
    place = {"row": 0, "column": 0}

    def start(name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "row":
            place.update(row=_row_number(attributes["r"]) if "r" in attributes else place["row"] + 1, column=0)
        elif name == "c":
            if "r" in attributes:
                place["column"], place["row"] = _coordinates(attributes["r"])
            else:
                place["column"] += 1
        elif name in {"v", "is", "f"} and (place["row"] > MOST_ROWS or place["column"] > MOST_COLUMNS):
            raise _refused(
                f"A sheet has something written beyond row {MOST_ROWS} or column {MOST_COLUMNS}. Delete what is not "
                "part of the list."
            )

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.Parse(xml, True)


def _no_doctype(*_: object) -> None:
    raise ValueError("no workbook has a document type")


def _row_number(written: str) -> int:
    """Raises ValueError for what Excel would not write: another program might read it as another row."""
    if re.fullmatch(r"[1-9][0-9]{0,6}", written) is None:
        raise ValueError("that is no row")
    return int(written)


def _coordinates(reference: str) -> tuple[int, int]:
    """Column and row of "B7", both from 1. Raises ValueError for what Excel would not write, as for a row."""
    match = re.fullmatch(r"([A-Za-z]{1,3})([0-9]+)", reference)
    if match is None:
        raise ValueError("that is no cell")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, _row_number(match[2])
