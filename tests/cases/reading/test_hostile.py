"""Files that nobody would make on purpose: always records or faults by cell, never anything raised.

A selection of about 100 each time, in which every nasty value is read once; with `LONG=1` thousands.
"""

from __future__ import annotations

import io
import random
import zipfile
from typing import Any

import pytest

from tests.cases.reading.files import HEADINGS, ROWS, Read, read, table
from tests.spreadsheets.sheets import csv_of, xlsx_of

NASTY = [
    "", " ", "\xa0", "\u200b", "'", '"', "=HYPERLINK(\"http://x\")", "=1+1", "+44", "-1", "@SUM(A1)", "#N/A", "#REF!",
    "NaN", "inf", "1e400", "9" * 400, "-0", "0", "1", "TRUE", "None", "null", "31/12/9999", "01/01/0001", "30/02/2004",
    "29/02/2100", "99999", "00000", "18264", "73051", "1.5", "2000-13-01", "2000-1-1T99:99", "32 March 2000",
    "yes/no", "Y - No", "a) maybe", "\ud7ff", "\U0001f600" * 50, "ﬁ", "İ", "ß", "١٢٣", "²", "٣١/٠٣/٢٠٠٩", "x" * 9000,
    "White British or Black Caribbean", "U4/U6", "U4 U6", ";;;;", ",,,", "a;b;c", "group:white", "text:x", "C2; V2",
    "Smith, John", "O’Brien", "unborn", "Care leaver", "{}", "%s %d", "<script>", "\\", "\t", "a\nb", "Child ID", "Sex",
]  # fmt: skip


def seeds(quick: int, all_of_them: int) -> list[Any]:
    """The first few run each time, the others with `LONG=1`."""
    return [pytest.param(seed, marks=[pytest.mark.long] if seed >= quick else []) for seed in range(all_of_them)]


def cells() -> list[Any]:
    """Every nasty value in every column. One column for each value runs each time, a different one for the next."""
    return [
        pytest.param(heading, cell, marks=[pytest.mark.long] if (row - column) % len(HEADINGS) else [])
        for column, heading in enumerate(HEADINGS)
        for row, cell in enumerate(NASTY)
    ]


def check(found: Read) -> None:
    """Either accepted, or with errors that say where; every fault says something."""
    errors = [fault for fault in found.faults if fault.level == "error"]
    assert found.reading.accepted is not bool(errors)
    for fault in found.faults:
        assert fault.message
        assert fault.kind
        assert fault.file
        if fault.row is not None:
            assert fault.column
    if found.reading.accepted:
        assert found.records
    for record in found.records:
        assert record.identifier
        assert all(record.values.values())
    for column in found.reading.columns:
        assert min(column.good, column.empty, column.bad) >= 0, column
        assert column.field is None or column.good + column.empty + column.bad >= 0


@pytest.mark.parametrize("seed", seeds(15, 1000))
def test_damaged_csv(seed) -> None:
    made = random.Random(seed)
    content = bytearray(csv_of(*table(ROWS), delimiter=made.choice(",;\t"), encoding=made.choice(["utf-8", "utf-16"])))
    for _ in range(made.choice([1, 2, 5, 40])):
        place = made.randrange(len(content))
        match made.randrange(4):
            case 0:
                content[place] = made.randrange(256)
            case 1:
                del content[place : place + made.randrange(1, 60)]
            case 2:
                content[place:place] = made.randbytes(made.randrange(1, 20))
            case 3:
                content[place:place] = made.choice([b'"', b"\r", b"\n", b",", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf"])
        content = content or bytearray(b"x")
    check(read((made.choice(["cases.csv", "CIN.csv", "LAC.csv"]), bytes(content))))


@pytest.mark.parametrize("seed", seeds(15, 1000))
def test_nasty_cells(seed) -> None:
    made = random.Random(seed)
    rows = table(ROWS, made.sample(HEADINGS, len(HEADINGS)))
    for _ in range(made.choice([1, 3, 10, 60])):
        row = made.choice(rows[1:] if made.random() < 0.9 else rows)
        row[made.randrange(len(row))] = made.choice(NASTY)
    if made.random() < 0.2:
        made.choice(rows).extend(made.choices(NASTY, k=made.randrange(1, 30)))
    if made.random() < 0.2:
        rows.extend([made.choices(NASTY, k=made.randrange(1, 30)) for _ in range(5)])
    check(read((made.choice(["cases.csv", "CIN.csv", "LAC.csv"]), csv_of(*rows))))


@pytest.mark.parametrize("seed", seeds(5, 100))
def test_damaged_workbooks(seed) -> None:
    made = random.Random(seed)
    sound = xlsx_of(CIN=table([ROWS[0]]), LAC=table([ROWS[2]]))
    if made.random() < 0.5:
        content = bytearray(sound)
        for _ in range(made.choice([1, 5, 40])):
            content[made.randrange(len(content))] = made.randrange(256)
        check(read(("a.xlsx", bytes(content))))
        return
    spoilt = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as old, zipfile.ZipFile(spoilt, "w") as new:
        for name in old.namelist():
            part = bytearray(old.read(name))
            for _ in range(made.choice([0, 0, 1, 3])):
                part[made.randrange(len(part))] = made.choice(b"<>&\"'/ 019zA\x00\xff")
            new.writestr(name, bytes(part))
    check(read(("a.xlsx", spoilt.getvalue())))


@pytest.mark.parametrize(("heading", "cell"), cells())
def test_each_nasty_value_in_each_column(heading, cell) -> None:
    rows = [dict(row) for row in ROWS]
    rows[2][heading] = cell
    found = read(("cases.csv", csv_of(*table(rows))))
    check(found)
    assert {fault.row for fault in found.faults if fault.level == "error"} <= {None, 4}


def test_text_that_begins_like_a_formula_stays_text() -> None:
    rows = [{**ROWS[2], "Other placement": '=HYPERLINK("http://x")'}]
    found = read(("LAC.csv", csv_of(*table(rows))))
    assert found.of("1003")["placement-other"] == '=HYPERLINK("http://x")'
    found = read(("LAC.csv", csv_of(*table([{**ROWS[2], "DOB": "=TODAY()"}]))))
    assert found.errors() == [("date-unreadable", 2, "DOB")]
