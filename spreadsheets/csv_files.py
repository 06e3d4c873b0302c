"""CSV files as British councils have them: UTF-8, UTF-16 or Windows-1252; separated by comma, semicolon or tab."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Generator, Iterator
from itertools import islice
from typing import BinaryIO

from spreadsheets.cells import MOST_ROWS_OF_ALL, Row, clean, tidy_row
from spreadsheets.limits import Limits, Unreadable

DELIMITERS = (",", ";", "\t")
#: How many rows are read to recognise the delimiter.
SAMPLE = 20
LONGEST_HEADING = 200
_SAID = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
# What begins like a formula is written with an apostrophe in front, as Excel has people write it and as
# `govuk.export.neutralise` does; the wide signs are taken for their narrow forms by some versions of Excel.
_GUARDED = re.compile(r"'+\s*[=+\-@＝＋－＠]")
_CHUNK = 256 * 1024

HeadingCount = Callable[[tuple[str, ...]], int]


def rows_of_csv(file: BinaryIO, limits: Limits, count_headings: HeadingCount) -> Generator[Row, None, None]:
    """The rows of a CSV file, one by one.

    `count_headings` says how many headings are in a row, which shows the delimiter; if several are equal, the one that
    makes the most columns is used. Raises Unreadable for a file that is not text, for a quotation mark that is not
    closed, and beyond the limits.
    """
    text = io.TextIOWrapper(file, _encoding_of(file), newline="")
    try:
        delimiter = _delimiter_of(text, limits, count_headings)
        text.seek(0)
        reader = csv.reader(_lines_of(text, limits), delimiter=delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, start=1):
                if number > MOST_ROWS_OF_ALL:
                    raise Unreadable(
                        f"The file has more than {MOST_ROWS_OF_ALL} rows. Delete the empty ones at its end."
                    )
                if "'" in "".join(cells):
                    cells = [_without_guard(cell) for cell in cells]
                if cells and (row := tidy_row(number, cells, limits)):
                    yield Row("", number, row)
        except csv.Error:
            raise Unreadable(
                f"The file cannot be read from line {reader.line_num} on: a quotation mark is not closed, or stands "
                "where none belongs."
            ) from None
    finally:
        text.detach()


def _without_guard(cell: str) -> str:
    """The cell without the apostrophe by which its text was kept from being taken for a formula."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _encoding_of(file: BinaryIO) -> str:
    """UTF-16 with its mark, UTF-8 with or without, otherwise the code page of British Windows.

    The file stays at its start.
    """
    file.seek(0)
    start = file.read(2)
    utf_16 = start in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    for encoding in ("utf-16",) if utf_16 else ("utf-8-sig", "cp1252"):
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while chunk := file.read(_CHUNK):
                if "\x00" in decoder.decode(chunk):
                    raise Unreadable("The file is called .csv but is not text.")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        file.seek(0)
        return encoding
    raise Unreadable("The file is called .csv but is not text. Save it as CSV (UTF-8).")


def _lines_of(text: io.TextIOWrapper, limits: Limits) -> Iterator[str]:
    """The lines; an endless one is refused before it is read."""
    longest = limits.columns * limits.cell_length
    for number, line in enumerate(iter(lambda: text.readline(longest + 1), ""), start=1):
        if len(line) > longest:
            raise Unreadable(f"The file cannot be read from line {number} on: the line is too long for a spreadsheet.")
        yield line


def _delimiter_of(text: io.TextIOWrapper, limits: Limits, count_headings: HeadingCount) -> str:
    first = text.readline(64).strip()
    # Excel writes its delimiter in the first line, which stays as a row so that row numbers agree with Excel's.
    if (said := _SAID.fullmatch(first)) and said[1] in DELIMITERS:
        return said[1]
    best, delimiter = (-1, -1), DELIMITERS[0]
    failed = []
    for each in DELIMITERS:
        text.seek(0)
        try:
            sample = list(islice(csv.reader(_lines_of(text, limits), delimiter=each, strict=True), SAMPLE))
        except csv.Error:
            failed.append(each)
            continue
        rows = [tuple(clean(cell[:LONGEST_HEADING]) for cell in row[: limits.columns]) for row in sample]
        found = max(map(count_headings, rows), default=0), max(map(len, sample), default=0)
        if found > best:
            best, delimiter = found, each
    # If nothing separates the cells, a file with faulty quotation marks is read so that this fault is reported.
    return failed[0] if failed and best[1] < 2 else delimiter
