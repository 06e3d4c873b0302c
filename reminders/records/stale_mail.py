"""Waiting emails that have become wrong: a date in them has changed, or the duty is no longer owed.

Nobody has seen them, so they are deleted with their rows of the ledger, and the tick sends what still has to be said.
Mail that a worker has taken, or has sent, stays: an email with the new dates follows it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Event
from inspections.audit import record
from inspections.date_history import CHANGES
from inspections.duty import Duty
from inspections.locks import locked
from inspections.models import Inspection
from outbox.models import Message, MessageState
from reminders.models import AT_REMINDER_TIMES, Audience, Reminder

log = logging.getLogger(__name__)

# What is sent once a week: the agenda, and before the call what each owner still has to supply.
WEEKLY = (Audience.GROUP, Audience.WEEKLY)
# Everything that changes a date in an agenda; the first such event is the notification.
_SINCE_CHANGED = Exists(
    Event.objects.filter(
        council=OuterRef("inspection__council"),
        inspection=OuterRef("inspection__slug"),
        verb__in=(*CHANGES, "request changed"),
        at__gt=OuterRef("created_at"),
    )
)


class WaitingDeadline(NamedTuple):
    """A deadline in an email that has not been sent yet; or an agenda, if a date changed since (`is_old`).

    An agenda names many dates and its row of the ledger none, so the record says whether any has changed.
    """

    message: int
    duty: str
    due: datetime | None
    is_old: bool


def waiting_by_inspection(inspections: Iterable[int]) -> dict[int, list[WaitingDeadline]]:
    """The deadlines in the waiting emails of these inspections, by inspection id."""
    rows = _waiting().filter(Q(audience__in=AT_REMINDER_TIMES) | Q(_SINCE_CHANGED, audience__in=WEEKLY))
    rows = rows.filter(inspection__in=list(inspections)).order_by()
    found: dict[int, list[WaitingDeadline]] = {}
    facts = rows.values_list("inspection_id", "message_id", "duty_key", "due", "audience")
    for inspection, message, duty, due, audience in facts:
        found.setdefault(inspection, []).append(WaitingDeadline(message, duty, due, is_old=audience in WEEKLY))
    return found


def stale_messages(waiting: Iterable[WaitingDeadline], duties: Iterable[Duty]) -> set[int]:
    """Ids of the waiting emails whose deadline differs from the duty's present one."""
    dues = {duty.key: duty.due for duty in duties}
    return {row.message for row in waiting if row.is_old or dues.get(row.duty, row.due) != row.due}


def take_back(inspection: Inspection, messages: set[int], *, now: datetime) -> int:
    """Deletes these emails, which `stale_messages` found."""
    return _remove(inspection, messages, now=now, because="a date in them had changed") if messages else 0


def take_back_of_withdrawn(*, now: datetime) -> int:
    """Deletes the waiting mail of inspections that were withdrawn."""
    rows = _waiting().filter(inspection__withdrawn_at__isnull=False).order_by()
    of: dict[int, set[int]] = {}
    for inspection, message in rows.values_list("inspection_id", "message_id"):
        of.setdefault(inspection, set()).add(message)
    found = Inspection.objects.in_bulk(of)
    return sum(
        _remove(found[pk], messages, now=now, because="the inspection is withdrawn") for pk, messages in of.items()
    )


def _waiting() -> QuerySet[Reminder]:
    return Reminder.objects.filter(message__state=MessageState.QUEUED)


@transaction.atomic
def _remove(inspection: Inspection, messages: set[int], *, now: datetime, because: str) -> int:
    """Deletes those of the emails that no worker has taken meanwhile, and records their number."""
    locked(inspection)
    # Locked until the commit, so that no worker takes one whose rows are being deleted.
    still = Message.objects.select_for_update().filter(pk__in=messages, state=MessageState.QUEUED)
    ids = list(still.order_by("pk").values_list("pk", flat=True))
    Reminder.objects.filter(message__in=ids).delete()
    Message.objects.filter(pk__in=ids).delete()
    if ids:
        subject = f"{len(ids)} email{'s' if len(ids) > 1 else ''}, because {because}"
        record(inspection, by=None, verb="waiting emails taken back", subject=subject, now=now)
        log.info("%s waiting emails of %s were taken back: %s", len(ids), inspection.slug, because)
    return len(ids)
