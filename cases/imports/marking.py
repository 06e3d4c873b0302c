"""A copy of an import's file in which every faulty cell is marked, so that the data team can mend the source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from cases.imports.keeping import FOLDER
from cases.imports.limits import limits
from cases.imports.working import headings_of
from cases.models import CaseImport, ImportFault, ImportFile
from cases.reading.headings import Headings
from spreadsheets.faults import CellFault
from spreadsheets.marking import marked_copy
from spreadsheets.reading import read_rows


def write_marked_copy(case_import: CaseImport, file: ImportFile, target: BinaryIO) -> None:
    """Write an XLSX workbook of the file with its errors and warnings to `target`.

    Raises FileNotFoundError where the file's bytes have been taken away, and Unreadable for one that cannot be read.
    """
    if file.stored_name is None:
        raise FileNotFoundError
    inspection = case_import.inspection
    headings = Headings(inspection.framework, headings_of(inspection.council_id))
    with FOLDER.path_of(file.stored_name).open("rb") as source:
        rows = read_rows(file.name, source, limits(), count_headings=headings.score)
        marked_copy(rows, _faults(case_import, file), target)


def _faults(case_import: CaseImport, file: ImportFile) -> Iterator[CellFault]:
    found = ImportFault.objects.filter(case_import=case_import, file=file.name).order_by("pk")
    columns = ("sheet", "row", "column", "value", "message", "place")
    for sheet, row, column, value, message, place in found.values_list(*columns).iterator():
        yield CellFault(sheet, row, column, value, message, place)
