"""A copy of an import's file in which every faulty cell is marked, so that the data team can mend the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cases.imports.keeping import FOLDER
from cases.imports.limits import limits
from cases.imports.working import headings_of
from cases.models import CaseImport, ImportFault, ImportFile
from cases.reading import CaseFault, SourceFile
from cases.reading.headings import Headings
from inspections.models import Inspection
from spreadsheets.faults import CellFault
from spreadsheets.marking import marked_copy
from spreadsheets.reading import read_rows


def write_marked_copy(case_import: CaseImport, file: ImportFile, target: BinaryIO) -> None:
    """Write an XLSX workbook of the file with its errors and warnings to `target`.

    Raises FileNotFoundError where the file's bytes have been taken away, and Unreadable for one that cannot be read.
    """
    if file.stored_name is None:
        raise FileNotFoundError
    path = FOLDER.path_of(file.stored_name)
    source = SourceFile(file.name, lambda: path.open("rb"))
    _write(case_import.inspection, source, _faults(case_import, file), target)


def mark_faults(inspection: Inspection, file: SourceFile, faults: Iterable[CaseFault], target: BinaryIO) -> None:
    """The same of a file that is not kept, with those of the faults that are its own. Raises Unreadable."""
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
