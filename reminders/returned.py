"""Returned mail: read from where reports arrive, marked in the ledger, and recorded on the inspections concerned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from inspections.audit import record
from inspections.locks import locked_together
from outbox import bounces, post_box
from outbox.models import Message
from outbox.reasons import reason_of
from reminders.models import Reminder


@dataclass
class Returned:
    """The result of a reading: messages read, emails that came back, and messages about none of our emails."""

    read: int = 0
    bounced: int = 0
    ignored: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def receive(*, now: datetime) -> Returned:
    """Read what is new in the mailbox of BOUNCES_URL. Raises MailboxUnreachable (`outbox/post_box.py`)."""
    result = Returned()
    post_box.read_new(settings.BOUNCES_URL, lambda content: take(content, result, now=now))
    return result


@transaction.atomic
def take(content: bytes, result: Returned, *, now: datetime) -> None:
    """Deal with one message; doing it twice has one effect."""
    result.read += 1
    report = bounces.read(content)
    if report:
        rows = Reminder.objects.filter(message__in=bounces.named(report)).select_related("inspection")
        locked_together(*(row.inspection for row in rows))
    found = bounces.mark(report, now=now) if report else []
    result.bounced += len(found)
    result.ignored += not found
    if report:
        _on_record(found, report.words, now)


def _on_record(messages: Iterable[Message], words: str, now: datetime) -> None:
    """Record an event for each inspection whose email it was, because its pages change."""
    rows = Reminder.objects.filter(message__in=[message.pk for message in messages]).order_by("pk")
    concerned = {
        (row.inspection, row.person) for row in rows.select_related("inspection", "person", "inspection__council")
    }
    for inspection, person in concerned:
        detail = {"to": person.full_name, "reason": reason_of(words)}
        record(inspection, by=None, verb="reminder came back", subject=person.full_name, now=now, detail=detail)
