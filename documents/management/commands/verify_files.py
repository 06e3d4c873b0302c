"""Reads the stored files again and compares them with their size and SHA-256."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from documents.evidence import verifying
from documents.models import Version
from inspections.commands import CommandRefused, ContractCommand


def minutes(text: str) -> timedelta:
    """A whole number of minutes, one or more."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ArgumentTypeError(f"“{text}” is not a number of minutes; write 1 or more")
    return timedelta(minutes=int(text))


class Command(ContractCommand):
    help = (
        "Reads stored files again, first those not read for the longest time, and reports what is damaged or lost. "
        "The exit status is 1 if anything is, or if the storage cannot be read."
    )

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="every file, even if it was read within the last week")
        parser.add_argument(
            "--minutes", type=minutes, default=timedelta(days=7), help="stop after so many; continue next time"
        )

    def answer(self, *, all: bool, minutes: timedelta, **options: Any) -> Any:
        run = verifying.verify(clock=timezone.now, run_for=minutes, most_bytes=2**63, everything=all)
        if run.failed:
            raise CommandRefused(f"The storage cannot be read ({run.failed}). {run.examined} files were read before.")
        found = verifying.faulty()
        return {
            "examined": run.examined,
            "mended": len(run.mended),
            "faulty": [
                {
                    "inspection": row.file.inspection.slug,
                    "document": row.file.document,
                    "part": row.file.part,
                    "file": row.file_id,
                    "version": row.number,
                    "stored_name": row.stored_name,
                    "fault": row.fault,
                }
                for row in found
            ],
        }

    def as_text(self, answer: Any, **options: Any) -> Iterable[str]:
        yield f"{answer['examined']} stored files read, {len(answer['faulty'])} versions damaged or lost"
        for row in answer["faulty"]:
            place = f"{row['inspection']}, document {row['document']}, file {row['file']}, version {row['version']}"
            yield f"{Version.Fault(row['fault']).label}: {place}"

    def handle(self, **options: Any) -> None:
        super().handle(**options)
        if Version.objects.exclude(fault="").exists():
            raise SystemExit(1)
