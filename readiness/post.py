"""Whose mail in the local mailbox a person may read (only the embedded mode has one)."""

from __future__ import annotations

from pathlib import Path

from django.db.models import Q, QuerySet

from accounts.models import Membership, User
from accounts.permissions import Permission, roles_with
from outbox.models import Message
from readiness import mailbox
from reminders.models import OWING, Reminder
from timetable.duties import BESIDE_A_NAME


def own_messages(user: User, directory: Path) -> list[mailbox.Stored]:
    """The messages that the person may read, newest first.

    Everybody reads their own. Coordinators and the DCS office also read the reminders of their councils' inspections,
    and nothing else: with a colleague's password link they could sign in as that person, and what another council wrote
    to the same person is private. So are reminders that say in which cases somebody has a part.
    """
    reading = roles_with(Permission.READ_COLLEAGUES_REMINDERS)
    led = Membership.objects.filter(user=user, role__in=reading).values("council")
    open_messages = Message.objects.filter(reminders__inspection__council__in=led, secret=False)
    open_ids = set(open_messages.exclude(pk__in=_private()).values_list("message_id", flat=True))
    return [
        stored
        for stored in mailbox.messages(directory)
        if user.email in stored.recipients or stored.message["Message-ID"] in open_ids
    ]


def _private() -> QuerySet:
    """The ids of the emails that tell somebody what others must not know to be theirs."""
    keys = Q()
    for prefix in BESIDE_A_NAME:
        keys |= Q(duty_key__startswith=f"{prefix}:")
    return Reminder.objects.filter(keys, audience__in=OWING).values("message")
