"""Writes the case lists for the lead inspector into a folder: a workbook, and a CSV file for each list."""

from __future__ import annotations

import shutil
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from cases.exports import actions, building
from cases.exports.queue import UNFINISHED
from cases.models import Access, CaseExport, CaseExportFile
from cases.privacy.log import log
from cases.stored_files import FOLDER
from inspections.commands import CommandRefused, ContractCommand, inspection_named

Kind = CaseExportFile.Kind
LOOK_AGAIN = 0.5  # seconds


class Command(ContractCommand):
    help = (
        "Makes and freezes an export of the case lists (the latest one, if no list has changed) and copies it to DIR. "
        "The files hold data about children."
    )

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="the inspection, as `inspections` lists it")
        parser.add_argument("directory", metavar="DIR", type=Path, help="where to put the files")

    def answer(self, *, slug: str, directory: Path, **options: Any) -> Any:
        inspection = inspection_named(slug)
        _make_folder(directory)
        export, _ = actions.request_export(inspection=inspection, by=None, now=timezone.now())
        export = finish(export)
        if export.state != CaseExport.State.READY:
            raise CommandRefused(export.error or "The export could not be made.")
        files = list(_copied(export, directory))
        detail = f"Export {export.number}, by a command"
        log(inspection, by=None, what=Access.What.EXPORT, now=timezone.now(), detail=detail)
        lists = inspection.framework.case_lists
        return {
            "files": files,
            "lists": export.lists,
            "number": export.number,
            "not_imported": [each.key for each in lists if each.key not in export.lists],
            "lacking": export.lacking,
        }

    def as_text(self, answer: Any, **options: Any) -> Iterable[str]:
        yield from answer["files"]
        for key, children in answer["lists"].items():
            yield f"{key}: {children}"
        for key in answer["not_imported"]:
            yield f"{key}: NOT SUPPLIED, not imported"
        for key, labels in answer["lacking"].items():
            yield f"{key}: nothing under {'; '.join(labels)}"


def finish(export: CaseExport) -> CaseExport:
    """Build the export here, or wait for the worker that is building it and take over if it dies."""
    while export.state in UNFINISHED:
        building.make(export.pk)
        export.refresh_from_db()
        if export.state in UNFINISHED:
            time.sleep(LOOK_AGAIN)
    return export


def _make_folder(directory: Path) -> None:
    """Checked before anything is built, so that a folder that cannot be used is refused at once."""
    if directory.exists() and not directory.is_dir():
        raise CommandRefused(f"{directory} is not a folder. Name a folder to put the lists into.")
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandRefused(f"{directory} cannot be made: {error.strerror or error}.") from None


def _copied(export: CaseExport, directory: Path) -> Iterable[str]:
    try:
        for file in export.files.exclude(stored_name=None):
            source = FOLDER.path_of(file.stored_name or "")
            if file.kind == Kind.WORKBOOK:
                target = directory / file.name
                shutil.copyfile(source, target)
                yield str(target)
                continue
            with zipfile.ZipFile(source) as packed:
                for name in packed.namelist():
                    yield packed.extract(name, directory)
    except OSError as error:
        raise CommandRefused(f"The lists cannot be written to {directory}: {error.strerror or error}.") from None
