"""Builds and freezes an evidence pack in this process, and copies it to a folder."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from documents.records import NAMELESS
from evidencepack import actions, building
from evidencepack.models import PDF, ZIP, Pack, PackState
from inspections.commands import CommandRefused, ContractCommand, inspection_named
from refusals import Refused

LOOK_AGAIN = 0.5  # seconds


class Command(ContractCommand):
    help = "Builds an evidence pack (or takes the latest one, if nothing has changed) and copies it to DIR."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="the inspection, as `inspections` lists it")
        parser.add_argument(
            "--supplement", action="store_true", help="only what is new or replaced since the last pack sent"
        )
        parser.add_argument("directory", metavar="DIR", type=Path, help="where to put the PDF and the ZIP")

    def answer(self, *, slug: str, directory: Path, supplement: bool, **options: Any) -> Any:
        inspection = inspection_named(slug)
        _make_folder(directory)
        try:
            pack, _ = actions.request_pack(inspection=inspection, by=None, now=timezone.now(), supplement=supplement)
        except Refused as refused:
            raise CommandRefused(refused.message) from None
        finish(pack)
        if pack.state != PackState.READY:
            raise CommandRefused(pack.error or "The pack could not be built.")
        pdf, zipped = (_copied(pack, name, directory) for name in (PDF, ZIP))
        return {
            "pdf": str(pdf),
            "zip": str(zipped),
            "pages": pack.pages,
            "number": pack.number,
            "supplements": pack.supplements.number if pack.supplements else None,
            "children_part": pack.has_children_part,
            "items": [item(row) for row in pack.manifest],
        }

    def as_text(self, answer: Any, **options: Any) -> Iterable[str]:
        yield f"{answer['pdf']}: {answer['pages']} pages"
        yield answer["zip"]
        for each in answer["items"]:
            if each["in_pdf"] == "not supplied":
                yield f"NOT SUPPLIED: {each['label']} {each['part_title']}: {each['remark']} Owner: {each['owner']}"
            elif each["in_pdf"] == "damaged":
                yield f"DAMAGED: {each['label']} {each['file']}: {each['remark']}"
        if answer["children_part"]:
            yield "Files that name children are in a part of their own, which a coordinator can download."


def finish(pack: Pack) -> None:
    """Build the pack here, or wait for the worker that is building it; if that dies, take it over."""
    while pack.is_unfinished:
        building.build(pack.pk)
        pack.refresh_from_db()
        if pack.is_unfinished:
            time.sleep(LOOK_AGAIN)


def _make_folder(directory: Path) -> None:
    """Before anything is built, so that a folder that cannot be written to is refused at once."""
    if directory.exists() and not directory.is_dir():
        raise CommandRefused(f"{directory} is not a folder. Name a folder to put the pack into.")
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandRefused(f"The folder {directory} cannot be made: {error.strerror}.") from None
    if not os.access(directory, os.W_OK | os.X_OK):
        raise CommandRefused(f"The folder {directory} may not be written to.")


def _copied(pack: Pack, name: str, directory: Path) -> Path:
    """A file of the pack in the folder, complete or not at all."""
    target = directory / f"{pack.inspection.slug}-pack-{pack.number}{Path(name).suffix}"
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(pack.folder / name, part)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CommandRefused(f"The pack could not be copied to {directory}: {error.strerror}.") from None
    return target


def item(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the manifest for scripts, with its document and part as `framework` has them.

    `label` is what is stamped on the part's pages ("1.1").

    Files that name children are included without their names.
    """
    keys = ("part_title", "file", "sha256", "supplied", "owner", "in_pdf", "change", "remark", "covers")
    names = {"file": NAMELESS} if row["names_children"] else {}
    given = {key: row.get(key, "") for key in keys}
    place = {"document": int(row["document"]), "part": row["part_key"], "label": row["part"]}
    return {**place, **given, **names, "names_children": row["names_children"]}
