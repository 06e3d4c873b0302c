"""One tick of the reminders, and sending the waiting mail, in this process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from inspections.commands import ContractCommand, a_moment
from outbox.sending import Outcome, send_waiting
from reminders.models import Audience
from reminders.rules.reminder_times import without_marks
from reminders.tick import Queued, tick


class Command(ContractCommand):
    help = "Queues the reminders that are due and sends waiting mail, as the worker and beat do by themselves."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--at", metavar="DATETIME", type=a_moment, help="act as at this time (2011-04-18T09:30) instead of now"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be queued; write and send nothing"
        )

    def answer(self, *, at: datetime | None, dry_run: bool, **options: Any) -> Any:
        present = timezone.now()
        done = tick(at or present, queued_at=present, dry_run=dry_run)
        for slug in done.troubled:
            self.stderr.write(f"The reminders of “{slug}” could not be worked out; the log says why.")
        outcome = Outcome() if dry_run else send_waiting(now=timezone.now())
        if outcome.trouble:
            self.stderr.write(outcome.trouble)
        return {"queued": [as_json(queued) for queued in done.queued], **outcome.as_dict()}

    def as_text(self, answer: Any, *, dry_run: bool, **options: Any) -> Iterable[str]:
        for queued in answer["queued"]:
            yield f"{queued['to']}: {queued['subject']}"
        count = len(answer["queued"])
        if dry_run:
            yield f"{count} would be queued. Nothing was written or sent."
        else:
            yield f"{count} queued, {answer['sent']} sent, {answer['failed']} failed, {answer['delayed']} waiting."


def as_json(queued: Queued) -> dict[str, Any]:
    """One email as in the contract, with the reminder time of each duty."""
    mail, message = queued.mail, queued.message
    entries = [entry for entry in mail.entries() if entry.duty_key and entry.audience != Audience.NEWS]
    return {
        "to": message.to,
        "subject": message.subject,
        "duties": list(dict.fromkeys(entry.duty_key for entry in entries)),
        "point": mail.point,
        "inspection": queued.inspection.slug,
        "points": {entry.duty_key: without_marks(entry.point) for entry in entries},
    }
