"""Small files that would take long, or all memory, are refused with an explanation, if possible before parsing."""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from spreadsheets import workbook_parser
from spreadsheets.limits import Limits, Unreadable, too_far_out, too_much
from spreadsheets.reading import read_rows
from spreadsheets.workbooks import DAMAGED, DAMAGED_OR_PROTECTED
from tests.spreadsheets.sheets import SHARED_STRINGS, SHEET, SHEET_PATH, STRINGS_PATH, damaged, with_entry, xlsx_of

LIMITS = Limits(rows=5000, columns=200, list_name="a list of owners")
DATA = Path(__file__).parent / "data"
PLAIN = xlsx_of(Sheet=[["Number", "Owner"], [1, "Lead"]])
XLS, ODS = (DATA / "plain.xls").read_bytes(), (DATA / "plain.ods").read_bytes()
ONE = b'<row r="1"><c r="A1"><v>1</v></c></row>'
CONTENT = zipfile.ZipFile(io.BytesIO(ODS)).read("content.xml")


def refusal(name: str, content: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(Unreadable) as unreadable:
        list(read_rows(name, content, limits))
    return unreadable.value.message


# Slow to parse


def _blank_rows() -> bytes:
    return with_entry(
        PLAIN, SHEET_PATH, SHEET % (ONE + b"".join(b'<row r="%d"/>' % row for row in range(2, 1_048_577)))
    )


SLOW: dict[str, Callable[[], bytes]] = {
    "shared strings": lambda: with_entry(PLAIN, STRINGS_PATH, SHARED_STRINGS % (b"<si><t>a</t></si>" * 2_400_000)),
    "deep elements": lambda: with_entry(PLAIN, SHEET_PATH, SHEET % (b"<a>" * 7_000_000 + b"</a>" * 7_000_000)),
    "elements never closed": lambda: with_entry(PLAIN, SHEET_PATH, SHEET % (b"<a>" * 7_000_000)),
    "blank rows": _blank_rows,
    "blank cells": lambda: with_entry(PLAIN, SHEET_PATH, SHEET % (ONE + b'<row><c s="1"/></row>' * 2_000_000)),
    "a sheet by another name": lambda: with_entry(PLAIN, "xl/sheet.bin", SHEET % (b"<a/>" * 2_000_000)),
}


class NoParser:
    @staticmethod
    def from_filelike(file: Any) -> None:
        raise AssertionError("a parser saw it")


def counted_pieces(monkeypatch, measure: Callable[[bytes], int]) -> list[int]:
    """What each piece measures that is unpacked from now on, in a list that grows."""
    counted: list[int] = []
    read = zipfile.ZipExtFile.read

    def counting(part, size=None):
        piece = read(part, size)
        counted.append(measure(piece))
        return piece

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counting)
    return counted


@pytest.mark.parametrize("kind", SLOW)
def test_workbook_slow_to_parse_is_refused_before_a_parser_sees_it(kind, monkeypatch) -> None:
    counted = counted_pieces(monkeypatch, lambda piece: piece.count(b"<"))
    monkeypatch.setattr(workbook_parser, "CalamineWorkbook", NoParser)
    with pytest.raises(Unreadable) as unreadable:
        list(workbook_parser.read_workbook(io.BytesIO(SLOW[kind]()), ".xlsx", LIMITS))
    assert unreadable.value.message == too_much(LIMITS)
    # Nor was it unpacked further than to the tag that was one too many.
    assert sum(counted[:-1]) <= LIMITS.tags < sum(counted)


def test_workbook_slow_to_parse_is_refused_in_words() -> None:
    assert refusal("a.xlsx", SLOW["deep elements"]()) == too_much(LIMITS)


def test_workbook_with_as_many_cells_as_a_large_list_is_read() -> None:
    cells = b"".join(b'<c r="%c%%d"><v>1</v></c>' % letter for letter in b"ABCDEFGHIJKLMNOPQRST")
    rows = b"".join(b'<row r="%d">%s</row>' % (row, cells % ((row,) * 20)) for row in range(1, 5001))
    content = with_entry(PLAIN, SHEET_PATH, SHEET % rows)
    assert sum(1 for _ in read_rows("a.xlsx", content, LIMITS)) == 5000


def test_what_reading_takes_is_bounded_whatever_is_in_the_file() -> None:
    """What no count foresaw ends the process that reads it, and is said as well as what was counted."""
    no_time = Limits(rows=5000, columns=200, list_name="a list", unpacked=10**9, cells=10**9, seconds=1)
    assert refusal("a.xlsx", with_entry(PLAIN, SHEET_PATH, SHEET % (b"<a/>" * 30_000_000)), no_time) == too_much(
        no_time
    )
    no_memory = Limits(rows=10**7, columns=10**5, list_name="a list", memory=256 * 1024 * 1024)
    far = SHEET % (ONE + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert refusal("a.xlsx", with_entry(PLAIN, SHEET_PATH, far), no_memory) == too_far_out(no_memory)


# Large once unpacked


def test_zip_bomb_is_unpacked_no_further_than_the_limit(monkeypatch) -> None:
    unpacked = counted_pieces(monkeypatch, len)
    monkeypatch.setattr(workbook_parser, "CalamineWorkbook", NoParser)
    bomb = with_entry(PLAIN, "xl/media/image1.png", b"\0" * 200_000_000)
    with pytest.raises(Unreadable) as unreadable:
        list(workbook_parser.read_workbook(io.BytesIO(bomb), ".xlsx", LIMITS))
    assert unreadable.value.message == "The workbook unpacks to more than can be read here."
    assert sum(unpacked[:-1]) <= LIMITS.unpacked < 51 * 1024 * 1024


def test_part_that_says_it_is_smaller_than_it_is_is_refused() -> None:
    size = len(SHEET % (ONE * 100_000))
    content = with_entry(PLAIN, SHEET_PATH, SHEET % (ONE * 100_000))
    assert content.count(struct.pack("<L", size)) == 2
    assert refusal("a.xlsx", content.replace(struct.pack("<L", size), struct.pack("<L", 100))) == DAMAGED


# OpenDocument: a row or cell says how often it comes again


def with_row(row: str) -> bytes:
    """The OpenDocument workbook with one more row before its first."""
    start = CONTENT.index(b"<table:table-row")
    return with_entry(ODS, "content.xml", CONTENT[:start] + row.encode() + CONTENT[start:])


@pytest.mark.parametrize(
    ("row", "cell", "said"),
    [
        ('table:number-rows-repeated="1000000000"', "", DAMAGED_OR_PROTECTED),
        ("", 'table:number-columns-repeated="1000000000"', DAMAGED_OR_PROTECTED),
        ("", f'table:number-columns-repeated="{"9" * 5000}"', DAMAGED_OR_PROTECTED),
        ('table:number-rows-repeated="1000000"', "", too_far_out(LIMITS)),
        ("", 'table:number-columns-repeated="16000"', too_far_out(LIMITS)),
        ('table:number-rows-repeated="1000000"', 'table:number-columns-repeated="1000000"', DAMAGED_OR_PROTECTED),
    ],
)
def test_open_document_that_repeats_without_end_is_refused(row, cell, said) -> None:
    filled = f'<table:table-cell office:value-type="string" {cell}><text:p>x</text:p></table:table-cell>'
    assert refusal("a.ods", with_row(f"<table:table-row {row}>{filled}</table:table-row>")) == said


def test_open_document_with_blank_rows_and_cells_repeated_is_read() -> None:
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    content = with_row(f'<table:table-row table:number-rows-repeated="4000">{blank}</table:table-row>')
    assert [row.number for row in read_rows("a.ods", content, LIMITS)] == [4001, 4002, 4004, 2]


# The old Excel format


def placed(row: int, column: int) -> bytes:
    """The old workbook with its cell A4, a number, said to be somewhere else."""
    old, new = struct.pack("<HHHH", 0x027E, 10, 3, 0), struct.pack("<HHHH", 0x027E, 10, row, column)
    assert XLS.count(old) == 1
    return XLS.replace(old, new)


def test_old_workbook_is_held_to_the_limits() -> None:
    assert refusal("a.xls", placed(5000, 0)) == too_far_out(LIMITS)
    assert refusal("a.xls", placed(3, 200)) == too_far_out(LIMITS)
    # A rectangle of four thousand million cells: the process that reads it has no memory for that.
    assert refusal("a.xls", placed(65535, 65535)) == too_far_out(LIMITS)


def test_old_workbook_that_is_protected_is_said_to_be() -> None:
    start = XLS.index(b"\x09\x08\x10\x00") + 20
    # The record after the first says that all others are encrypted.
    assert refusal("a.xls", XLS[:start] + b"\x2f\x00" + XLS[start + 2 :]) == DAMAGED_OR_PROTECTED


# CSV


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Number,Owner\n" + b"x" * 5_000_000, "The file cannot be read from line 2 on: the line is too long"),
        (b"Number,Owner\n" + b"," * 5_000_000, "The file cannot be read from line 2 on: the line is too long"),
        (b"Number,Owner\n" + b"a," * 199_000, "Row 2 has more than 200 columns, too many for a list of owners."),
        (b"Number,Owner\n" + (b"ab," * 199 + b"ab\n") * 4999, too_much(LIMITS)),
        (b'Number,Owner\n1,"' + b"\n" * 4_000_000, "The file cannot be read from line"),
        (b"\n" * 5_000_000, "The file has more than 1048576 rows. Delete the empty ones at its end."),
    ],
)
def test_csv_without_end_is_refused(content, said) -> None:
    assert refusal("a.csv", content).startswith(said)


def test_csv_of_a_million_columns_is_looked_at_no_further_than_the_limit() -> None:
    looked_at = []

    def count_headings(row: tuple[str, ...]) -> int:
        looked_at.append(len(row))
        return 0

    with pytest.raises(Unreadable):
        list(read_rows("a.csv", b"a," * 199_000, LIMITS, count_headings=count_headings))
    assert max(looked_at) == LIMITS.columns


def test_csv_with_many_blank_columns_and_rows_at_its_end_is_read() -> None:
    content = b"Number,Owner" + b"," * 5000 + b"\n1,Lead\n" + b",,,,\n" * 50_000
    assert [row.number for row in read_rows("a.csv", content, LIMITS)] == [1, 2]


# Damaged


@pytest.mark.parametrize("how", ["deflate", "lzma", "crc"])
@pytest.mark.parametrize(
    ("name", "workbook", "entry"),
    [
        ("a.xlsx", PLAIN, SHEET_PATH),
        ("a.xlsx", PLAIN, "xl/workbook.xml"),
        ("a.xlsx", PLAIN, "xl/styles.xml"),
        ("a.ods", ODS, "content.xml"),
    ],
)
def test_damaged_member_is_a_refusal_in_words(name, workbook, entry, how) -> None:
    assert refusal(name, damaged(workbook, entry, how)) == (DAMAGED if name == "a.xlsx" else DAMAGED_OR_PROTECTED)


@pytest.mark.parametrize(("name", "content"), [("a.xlsx", PLAIN), ("a.xls", XLS), ("a.ods", ODS)])
def test_workbook_with_any_bytes_spoilt_is_read_or_refused(name, content) -> None:
    # Whatever else is raised fails the test.
    chance = random.Random(name)
    for _ in range(1000 if os.environ.get("LONG") else 12):
        spoilt = bytearray(content)
        for _ in range(chance.choice((1, 8, 64))):
            spoilt[chance.randrange(4, len(spoilt))] = chance.randrange(256)
        with suppress(Unreadable):
            list(
                read_rows(name, bytes(spoilt[: chance.choice((len(spoilt), chance.randrange(5, len(spoilt))))]), LIMITS)
            )
