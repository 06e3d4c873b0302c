"""Every duty of an inspection: what is owed, by whom, by when, done or not, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.models import Role
from govuk.dates import long_datetime
from inspections.commands import LONDON, ContractCommand, a_date, inspection_named
from inspections.duty import Duty, in_order
from inspections.snapshot import snapshot_of
from timetable.duties import all_duties


class Command(ContractCommand):
    help = "Lists every duty of an inspection, in the order in which they are due, as at now or at the end of a day."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="the inspection, as `inspections` lists it")
        parser.add_argument(
            "--on",
            type=a_date,
            metavar="DATE",
            help="what would be late at the end of this day if nothing more is done (default: now)",
        )

    def answer(self, *, slug: str, on: date | None, **options: Any) -> Any:
        inspection = inspection_named(slug)
        now = datetime.combine(on, time.max, LONDON) if on else timezone.now()
        snapshot = snapshot_of(inspection, now=now)
        return [_as_json(duty, now) for duty in in_order(all_duties(snapshot))]

    def as_text(self, answer: Any, **options: Any) -> Iterable[str]:
        if not answer:
            yield "Nothing is owed."
        for duty in answer:
            state = "done" if duty["done"] else "late" if duty["late"] else "to do"
            owners = "; ".join(duty["owners"]) or (Role(duty["role"]).label if duty["role"] else "no owner")
            yield f"{state:<6} {_when(duty):<26} {duty['title']} ({owners})"
            for line in duty["missing"]:
                yield f"       {line}"


def _when(duty: dict[str, Any]) -> str:
    if duty["due"]:
        return long_datetime(datetime.fromisoformat(duty["due"]))
    return f"day {duty['due_day']}" if duty["due_day"] else "no date yet"


def _as_json(duty: Duty, now: datetime) -> dict[str, Any]:
    return {
        "key": duty.key,
        "title": duty.title,
        "kind": duty.kind.prefix,
        "owners": [owner.name for owner in duty.owners],
        "role": duty.role.value if duty.role else None,
        "due_day": duty.due_day,
        "due": duty.due.astimezone(LONDON).isoformat() if duty.due else None,
        "done": duty.done,
        "late": duty.is_late(now),
        "state": duty.state,
        "missing": list(duty.missing),
    }
