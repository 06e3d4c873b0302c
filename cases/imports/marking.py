"""Make a copy of an imported file with every faulty cell marked, to help the data team correct the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cases.imports.limits import limits
from cases.imports.worker import headings_of
from cases.models import CaseImport, ImportFault, ImportFile
from cases.reading import CaseFault, SourceFile
from cases.reading.headings import Headings
from cases.stored_files import FOLDER
from inspections.models import Inspection
from spreadsheets.faults import CellFault
from spreadsheets.marking import marked_copy
from spreadsheets.reading import read_rows


def write_marked_copy(case_import: CaseImport, file: ImportFile, target: BinaryIO) -> None:
    """Write the file as an XLSX workbook with its errors and warnings to `target`.

    Raises FileNotFoundError if the file has been deleted, and Unreadable if it cannot be read.
    """
    if file.stored_name is None:
        raise FileNotFoundError
    path = FOLDER.path_of(file.stored_name)
    source = SourceFile(file.name, lambda: path.open("rb"))
    _write(case_import.inspection, source, _faults(case_import, file), target)


def mark_faults(inspection: Inspection, file: SourceFile, faults: Iterable[CaseFault], target: BinaryIO) -> None:
    """Write a marked copy of a file that is not stored, with its own faults out of `faults`. Raises Unreadable."""
    own = (each for each in faults if each.file == file.name)
    marks = (CellFault(each.sheet, each.row, each.column or "", each.value, each.message, each.place) for each in own)
    _write(inspection, file, marks, target)


def _write(inspection: Inspection, file: SourceFile, faults: Iterable[CellFault], target: BinaryIO) -> None:
    headings = Headings(inspection.framework, headings_of(inspection.council_id))
    with file.open() as source:
        marked_copy(read_rows(file.name, source, limits(), count_headings=headings.score), faults, target)


def _faults(case_import: CaseImport, file: ImportFile) -> Iterator[CellFault]:
    found = ImportFault.objects.filter(case_import=case_import, file=file.name).order_by("pk")
    columns = ("sheet", "row", "column", "value", "message", "place")
    for sheet, row, column, value, message, place in found.values_list(*columns).iterator():
        yield CellFault(sheet, row, column, value, message, place)
