"""Erases child-level data that is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from cases.privacy.erasure import erase_due, held
from cases.privacy.retention import retention_of
from govuk.dates import long_date
from inspections.commands import ContractCommand, a_date, inspection_named
from inspections.snapshot import snapshot_of


class Command(ContractCommand):
    help = (
        "Erases what is due of child-level data: all of it some time after the report is published, the "
        "inspection is withdrawn or a rehearsal ends; before that, superseded imports. The counts stay."
    )

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="the inspection, as `inspections` lists it")
        parser.add_argument("--on", type=a_date, metavar="DATE", help="what is due on this day (default: today)")

    def answer(self, *, slug: str, on: date | None, **options: Any) -> Any:
        """`erased` is the number of rows and files, `counts` the number of each kind. `kept_until` is the day until
        which the rest is kept, null if nothing is left or the day is not known.
        """
        inspection, now = inspection_named(slug), timezone.now()
        done = erase_due(inspection=inspection, on=on or timezone.localdate(now), by=None, now=now)
        inspection.refresh_from_db()
        until = retention_of(snapshot_of(inspection, now=now)).until
        counts = done[0].counts if done else {}
        left = any(held(inspection).values())
        return {
            "erased": sum(counts.values()),
            "counts": counts,
            "kept_until": until.isoformat() if until and left else None,
        }

    def as_text(self, answer: Any, **options: Any) -> Iterable[str]:
        if answer["erased"]:
            yield "Erased: " + ", ".join(f"{number} {what}" for what, number in answer["counts"].items()) + "."
        else:
            yield "Nothing was due."
        if answer["kept_until"]:
            yield f"What is left is kept until {long_date(date.fromisoformat(answer['kept_until']))}."
