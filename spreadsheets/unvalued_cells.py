"""Cells of an Excel workbook that calamine reports as empty but that are not: errors, and formulas without a value."""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import BinaryIO
from xml.etree import ElementTree

from spreadsheets.cells import NO_VALUE, Value

CellsByRow = dict[int, dict[int, Value]]

# <c r="B7" t="e"><v>#N/A</v></c>, with or without a formula, with or without a prefix (x:c).
_ERROR = re.compile(
    rb'<(?:\w+:)?c\s(?=[^<>]*\bt=["\']e["\'])[^<>]*?\br=["\']([A-Z]{1,3})([0-9]{1,7})["\'][^<>]*>'
    rb"(?:\s*<(?:\w+:)?f\b[^<>]*(?:/>|>[^<>]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v[^<>]*>([^<>]{1,20})<"
)
# <c r="B7"><f>1+1</f></c>, or with an empty <v/> that is not marked as text.
_FORMULA_ALONE = re.compile(
    rb'<(?:\w+:)?c\s(?![^<>]*\bt=["\']str["\'])[^<>]*?\br=["\']([A-Z]{1,3})([0-9]{1,7})["\'][^<>]*>'
    rb"\s*<(?:\w+:)?f\b[^<>]*(?:/>|>[^<>]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*(?:/>|></(?:\w+:)?v>)\s*)?</(?:\w+:)?c>"
)


def unvalued_cells(file: BinaryIO) -> dict[str, CellsByRow]:
    """By sheet, row and column, both from 1: the error's word, or NO_VALUE. Empty for other kinds of workbook."""
    with zipfile.ZipFile(file) as package:
        if "xl/workbook.xml" not in package.namelist():
            return {}
        return {name: _found(package.read(part)) for name, part in _parts(package).items()}


def _found(xml: bytes) -> CellsByRow:
    found: CellsByRow = {}
    if b'"e"' in xml or b"'e'" in xml:
        for letters, row, word in _ERROR.findall(xml):
            found.setdefault(int(row), {})[_column(letters)] = word.decode("ascii", "replace")
    if b"f>" in xml or b"<f" in xml:
        for letters, row in _FORMULA_ALONE.findall(xml):
            found.setdefault(int(row), {})[_column(letters)] = NO_VALUE
    return found


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - ord("A") + 1
    return column


def _parts(package: zipfile.ZipFile) -> dict[str, str]:
    """The name of each sheet, and of the part of the package with its cells."""
    relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - in a process of its own
    targets = {each.get("Id"): posixpath.join("xl", each.get("Target", "")).lstrip("/") for each in relations}
    parts = {}
    for element in ElementTree.fromstring(package.read("xl/workbook.xml")).iter():  # noqa: S314
        if element.tag.rpartition("}")[2] == "sheet":
            key = next((value for name, value in element.items() if name.endswith("}id")), None)
            if (part := targets.get(key)) in package.NameToInfo:
                parts[element.get("name", "")] = part
    return parts
