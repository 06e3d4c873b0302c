"""What people can do about an email of the ledger."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

import outbox.actions
import outbox.tasks
from accounts.models import User
from accounts.refusal import Refused
from inspections.audit import record
from inspections.models import Inspection
from outbox.models import Message, State
from reminders import quiet
from reminders.models import Reminder


@transaction.atomic
def send_again(*, inspection: Inspection, message: Message, by: User, now: datetime) -> bool:
    """Put a failed email of the inspection back among those that wait, to the person's address as it is now.

    Whether anything changed: asked for twice, it goes once. Raises Refused for an email that was sent, and for a person
    who has left.
    """
    row = Reminder.objects.filter(inspection=inspection, message=message).select_related("person").first()
    if row is None:
        raise Refused("This email is not in the ledger of this inspection.")
    if not row.person.is_active:
        raise Refused(f"{row.person} has left, so nothing is sent to them any more.")
    person = row.person
    if outbox.actions.send_again(message=message, now=now, to=person.email, to_name=person.full_name):
        detail = {"to": person.full_name, "refused with": message.last_error}
        record(inspection, by=by, verb="reminder sent again", subject=message.subject, now=now, detail=detail)
        outbox.tasks.nudge()
        return True
    message.refresh_from_db()
    if message.state == State.SENT:
        raise Refused(f"The email to {person} has been sent. There is nothing to send again.")
    return False


@transaction.atomic
def discard_reminders(inspection: Inspection) -> None:
    """Take away the ledger of an inspection with its mail: for a demonstration that is filled in anew, alone."""
    messages = list(Reminder.objects.filter(inspection=inspection).values_list("message", flat=True))
    Reminder.objects.filter(inspection=inspection).delete()
    Message.objects.filter(pk__in=messages).delete()
    quiet.forget([inspection])
