"""Lists the inspections."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from govuk.dates import long_date
from inspections.commands import ContractCommand
from inspections.models import Inspection
from inspections.phases import phase_of
from inspections.snapshot import snapshots


class Command(ContractCommand):
    help = "Lists the inspections: short name, kind, day of notification, working day, phase."

    def answer(self, **options: Any) -> Any:
        rows = []
        found = Inspection.objects.select_related("council").order_by("council__name", "opened_at", "pk")
        for snapshot in snapshots(found, now=timezone.now()):
            inspection = snapshot.inspection
            rows.append(
                {
                    "slug": inspection.slug,
                    "kind": inspection.kind,
                    "notified": inspection.notified_on.isoformat() if inspection.notified_on else None,
                    "day": snapshot.day,
                    "phase": phase_of(snapshot).key,
                    "title": inspection.title,
                    "council": inspection.council.slug,
                    "framework": inspection.framework_key,
                }
            )
        return rows

    def as_text(self, answer: Any, **options: Any) -> Iterable[str]:
        if not answer:
            yield "There are no inspections yet."
        for row in answer:
            notified = "not notified"
            if row["notified"]:
                notified = f"notified {long_date(date.fromisoformat(row['notified']))}, day {row['day']}"
            yield f"{row['slug']}  {row['kind']}  {notified}  {row['phase']}"
