"""The checks that an uploaded file of case lists passes before it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from django.conf import settings

from cases.models import (
    CaseExport,
    CaseExportSending,
    CaseImport,
    Child,
    Contradiction,
    ImportFile,
    ListRow,
)
from cases.stored_files import FOLDER
from files.receiving import Received
from files.scanning import refuse_virus
from inspections.models import Inspection
from refusals import Refused
from spreadsheets.reading import SUFFIXES

MOST_FILES = 20
MEGABYTE = 1024 * 1024


def most_megabytes() -> int:
    """The largest file of case lists that is accepted, in megabytes."""
    return min(int(settings.MAX_CASE_FILE_MB), int(settings.MAX_UPLOAD_MB))


def check_files(files: Sequence[Received]) -> None:
    """Raises Refused if there are no files, too many, or one that cannot be accepted."""
    if not files:
        raise Refused("Choose the file with the case lists.", field="files")
    if len(files) > MOST_FILES:
        raise Refused(f"Choose at most {MOST_FILES} files for one import.", field="files")
    for file in files:
        check_file(file)


def too_large(name: str) -> str:
    """The message for a file over the limit."""
    return (
        f"{name} was not taken: it is larger than {most_megabytes()} MB, the most that a file of case lists may have. "
        "Export fewer columns, or one file for each list."
    )


def check_file(file: Received) -> None:
    """Raises Refused if a file is empty, too large or of another type, or contains a virus."""
    name = file.name or "The file"
    if file.fault == "too large" or (file.size or 0) > most_megabytes() * MEGABYTE:
        raise Refused(too_large(name), field="files")
    if file.fault:
        raise Refused(storage_failed(name), field="files")
    if not file.size:
        raise Refused(f"{name} was not taken: it is empty. Choose the spreadsheet again.", field="files")
    if PurePath(name).suffix.lower() not in SUFFIXES:
        raise Refused(
            f"{name} was not taken: it must be a CSV file (.csv), an Excel workbook (.xlsx or .xls) or an OpenDocument "
            "spreadsheet (.ods).",
            field="files",
        )
    refuse_virus(file.path, name)


def storage_failed(name: str) -> str:
    """The message for a disk that is full or failing."""
    return (
        f"{name} was not taken: there is no room for it, or the disk cannot be written at the moment. Nothing was "
        "kept. Try again later, and tell whoever looks after this service."
    )


def discard_lists(inspection: Inspection) -> None:
    """Delete everything of an inspection's case lists; only for a demonstration that is filled again."""
    imports = CaseImport.objects.filter(inspection=inspection)
    names = list(ImportFile.objects.filter(case_import__in=imports).values_list("stored_name", flat=True))
    CaseExportSending.objects.filter(export__inspection=inspection).delete()
    CaseExport.objects.filter(inspection=inspection).delete()
    Contradiction.objects.filter(inspection=inspection).delete()
    ListRow.objects.filter(inspection=inspection).delete()
    Child.objects.filter(inspection=inspection).delete()
    imports.update(restored_from=None, compared_with=None)
    imports.delete()
    FOLDER.discard_all(filter(None, names))
