"""Builds and freezes an evidence pack in this process, and copies it to a folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from evidencepack import actions, building
from evidencepack.models import Pack, State
from inspections.commands import CommandRefused, ContractCommand, inspection_named


class Command(ContractCommand):
    help = "Builds and freezes an evidence pack (the latest one, if nothing has changed) and copies it to DIR."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="the inspection, as `inspections` lists it")
        parser.add_argument("directory", metavar="DIR", type=Path, help="where to put the PDF and the ZIP")

    def answer(self, *, slug: str, directory: Path, **options: Any) -> Any:
        inspection = inspection_named(slug)
        if directory.exists() and not directory.is_dir():
            raise CommandRefused(f"{directory} is not a folder. Name a folder to put the pack into.")
        pack, _ = actions.request_pack(inspection=inspection, by=None, now=timezone.now())
        if pack.is_unfinished:
            building.build(pack.pk)
            pack.refresh_from_db()
        if pack.state != State.READY:
            raise CommandRefused(pack.error or "Another process is building this pack. Try again in a minute.")
        return self._copied(pack, directory)

    def _copied(self, pack: Pack, directory: Path) -> Any:
        targets = {}
        try:
            directory.mkdir(parents=True, exist_ok=True)
            for key, name in {"pdf": building.PDF, "zip": building.ZIP}.items():
                targets[key] = directory / f"{pack.inspection.slug}-pack-{pack.number}.{key}"
                shutil.copyfile(pack.folder / name, targets[key])
        except OSError as error:
            raise CommandRefused(f"The pack could not be copied to {directory}: {error.strerror}.") from None
        return {
            "pdf": str(targets["pdf"]),
            "zip": str(targets["zip"]),
            "pages": pack.pages,
            "items": [
                {
                    "document": row["document"],
                    "part": row["part"],
                    "file": row["file"],
                    "sha256": row["sha256"],
                    "supplied": row["supplied"],
                    "in_pdf": row["in_pdf"],
                    "remark": row["remark"],
                }
                for row in pack.manifest
                if not row["names_children"]
            ],
        }

    def as_text(self, answer: Any, **options: Any) -> Iterable[str]:
        yield f"{answer['pdf']}: {answer['pages']} pages"
        yield answer["zip"]
        for item in answer["items"]:
            if not item["supplied"]:
                yield f"NOT SUPPLIED: {item['part']} {item['remark']}".rstrip()
            elif item["in_pdf"] == "damaged":
                yield f"DAMAGED: {item['part']} {item['file']}: {item['remark']}"
