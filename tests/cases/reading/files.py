"""Case lists for the tests: good rows, changed in one cell, written as a file and read."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.reading import CaseFault, CaseListReader, Record, SourceFile
from frameworks import Framework, Library
from tests.spreadsheets.sheets import csv_of

FRAMEWORK = Library().framework("slac-2009")
ON = date(2009, 11, 30)
TODAY = date(2009, 12, 3)

#: One file with flags: a row is a child, and each is good.
ROWS: tuple[dict[str, str], ...] = (
    {
        "Child ID": "1001", "Referral date": "12/01/2008", "DOB": "04/03/2000", "Gender": "Male",
        "Ethnicity": "White British", "Legal status": "Not looked after", "Disability": "None", "CP plan": "No",
        "Previous CP plan": "No", "CIN plan": "Yes", "Looked after": "No", "Placement type": "",
        "Other placement": "", "Care leaver": "No", "Date left care": "", "Unborn": "No", "EDD": "",
        "Unallocated": "No", "Allocated worker": "A Worker",
    },
    {
        "Child ID": "1002", "Referral date": "2008-02-13", "DOB": "29/02/2004", "Gender": "2",
        "Ethnicity": "A1 White British", "Legal status": "Not looked after", "Disability": "HEAR, VIS",
        "CP plan": "Y", "Previous CP plan": "1", "CIN plan": "N", "Looked after": "N", "Placement type": "",
        "Other placement": "", "Care leaver": "N", "Date left care": "", "Unborn": "N", "EDD": "",
        "Unallocated": "N", "Allocated worker": "B Worker",
    },
    {
        "Child ID": "1003", "Referral date": "31-Mar-2007", "DOB": "1 May 1999", "Gender": "b) Female",
        "Ethnicity": "ABAN", "Legal status": "C2", "Disability": "AUT", "CP plan": "FALSE",
        "Previous CP plan": "TRUE", "CIN plan": "0", "Looked after": "TRUE", "Placement type": "U4",
        "Other placement": "", "Care leaver": "0", "Date left care": "", "Unborn": "0", "EDD": "",
        "Unallocated": "0", "Allocated worker": "C Worker",
    },
    {
        "Child ID": "1004", "Referral date": "01/02/2001", "DOB": "14/05/1990", "Gender": "F",
        "Ethnicity": "BCRB", "Legal status": "Not looked after", "Disability": "None", "CP plan": "No",
        "Previous CP plan": "No", "CIN plan": "No", "Looked after": "No", "Placement type": "",
        "Other placement": "", "Care leaver": "Yes", "Date left care": "13/05/2008", "Unborn": "No", "EDD": "",
        "Unallocated": "Yes", "Allocated worker": "D Worker",
    },
    {
        "Child ID": "1005", "Referral date": "01/02/2009", "DOB": "14/05/1996", "Gender": "M",
        "Ethnicity": "WBRI", "Legal status": "C1", "Disability": "None", "CP plan": "No",
        "Previous CP plan": "No", "CIN plan": "No", "Looked after": "a) Yes", "Placement type": "Foster placement",
        "Other placement": "", "Care leaver": "No", "Date left care": "", "Unborn": "No", "EDD": "",
        "Unallocated": "No", "Allocated worker": "D Worker",
    },
)  # fmt: skip
HEADINGS = tuple(ROWS[0])
COLUMN = {heading: place for place, heading in enumerate(HEADINGS, start=1)}


@dataclass(frozen=True)
class Read:
    """What came of reading."""

    records: list[Record]
    faults: list[CaseFault]
    reading: CaseListReader

    def errors(self) -> list[tuple[Any, ...]]:
        return [(f.kind, f.row, f.column) for f in self.faults if f.level == "error"]

    def warnings(self) -> list[tuple[Any, ...]]:
        return [(f.kind, f.row, f.column) for f in self.faults if f.level == "warning"]

    def of(self, identifier: str, on: str | None = None) -> dict[str, str]:
        """The values of a child, on the one list it is on or on the one named."""
        found = [each for each in self.records if each.identifier == identifier and on in (None, each.list)]
        assert len(found) == 1, found
        return found[0].values

    def lists_of(self, identifier: str) -> list[str]:
        return [each.list for each in self.records if each.identifier == identifier]


def source(name: str, content: bytes) -> SourceFile:
    return SourceFile(name, lambda: io.BytesIO(content))


def read(
    *files: tuple[str, bytes], framework: Framework = FRAMEWORK, on: date = ON, today: date = TODAY, **how: Any
) -> Read:
    """Read files given by name and content."""
    reading = CaseListReader([source(*file) for file in files], framework, on=on, today=today, **how)
    records = list(reading.records())
    return Read(records, reading.take_faults(), reading)


def table(rows: Iterable[Mapping[str, Any]], headings: Sequence[str] = HEADINGS) -> list[list[Any]]:
    return [list(headings), *([row.get(heading, "") for heading in headings] for row in rows)]


def changed(row: int, **cells: str) -> list[dict[str, str]]:
    """The good rows with cells of one (by its number in a spreadsheet) changed; `_` stands for a space in a heading."""
    made = [dict(each) for each in ROWS]
    for heading, value in cells.items():
        made[row - 2][heading.replace("_", " ")] = value
    return made


def read_rows(
    rows: Iterable[Mapping[str, Any]], name: str = "cases.csv", headings: Sequence[str] = HEADINGS, **how: Any
) -> Read:
    """Read rows as a CSV file."""
    return read((name, csv_of(*table(rows, headings))), **how)
