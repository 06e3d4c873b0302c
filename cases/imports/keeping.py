"""Where the files of imports lie, and what is looked at before one is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import PurePath

from django.conf import settings

from cases.models import CaseExportFile, ImportFile
from files.folders import Folder
from files.receiving import Received
from files.scanning import refuse_virus
from refusals import Refused
from spreadsheets.reading import SUFFIXES

#: Also of the exports, whose files come and go in the same ways.
FOLDER = Folder("cases")
MOST_FILES = 20
MEGABYTE = 1024 * 1024
#: Bytes without a row may belong to one that is not committed yet.
LEFT_FOR = timedelta(days=1)


def most_megabytes() -> int:
    """How large one file of case lists may be."""
    return min(int(settings.MAX_CASE_FILE_MB), int(settings.MAX_UPLOAD_MB))


def check_files(files: Sequence[Received]) -> None:
    """Raises Refused, in words, for files that are not taken: none, too many, empty, too large, of another type."""
    if not files:
        raise Refused("Choose the file with the case lists.", field="files")
    if len(files) > MOST_FILES:
        raise Refused(f"Choose at most {MOST_FILES} files for one import.", field="files")
    for file in files:
        check_file(file)


def too_large(name: str) -> str:
    """What is said of a file beyond the limit."""
    return (
        f"{name} was not taken: it is larger than {most_megabytes()} MB, the most that a file of case lists may have. "
        "Export fewer columns, or one file for each list."
    )


def check_file(file: Received) -> None:
    """Raises Refused, in words, for one file that is not taken."""
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
    """What is said where the disk is full or fails."""
    return (
        f"{name} was not taken: there is no room for it, or the disk cannot be written at the moment. Nothing was "
        "kept. Try again later, and tell whoever looks after this service."
    )


def sweep(*, now: datetime) -> int:
    """Take away the bytes that a killed server left without a row; how many files."""
    names = [
        name
        for model in (ImportFile, CaseExportFile)
        for name in model.objects.values_list("stored_name", flat=True)
        if name
    ]
    return FOLDER.sweep(before=now - LEFT_FOR, known=set(names))
