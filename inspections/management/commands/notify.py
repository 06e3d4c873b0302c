"""Records that the inspectorate called: from then on all dates are known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from inspections.actions import correct_notification, record_notification
from inspections.commands import ContractCommand, a_date, inspection_named
from inspections.management.commands.timetable import timetable_as_json, timetable_as_text
from inspections.snapshot import snapshot_of


class Command(ContractCommand):
    help = "Records the notification of an inspection (--correct changes one already recorded) and shows its dates."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="the inspection, as `inspections` lists it")
        parser.add_argument("date", metavar="DATE", type=a_date, help="the working day of the call, such as 2011-04-18")
        parser.add_argument("--correct", action="store_true", help="change a date that is already recorded")
        parser.add_argument(
            "--reason", default="Corrected from the command line.", help="why it is corrected, for the record"
        )

    def answer(self, *, slug: str, date: date, correct: bool, reason: str, **options: Any) -> Any:
        inspection, now = inspection_named(slug), timezone.now()
        if correct:
            correct_notification(inspection=inspection, notified_on=date, reason=reason, by=None, now=now)
        else:
            record_notification(inspection=inspection, notified_on=date, by=None, now=now)
        dates = snapshot_of(inspection, now=now).schedule
        assert dates is not None  # It has just been notified.
        return timetable_as_json(dates)

    def as_text(self, answer: Any, **options: Any) -> Iterable[str]:
        return timetable_as_text(answer)
