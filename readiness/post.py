"""Whose mail in the local mailbox a person may read (only the embedded mode has one)."""

from __future__ import annotations

from pathlib import Path

from accounts.models import Membership, User
from accounts.permissions import Permission, roles_with
from outbox.models import Message
from readiness import mailbox


def own_messages(user: User, directory: Path) -> list[mailbox.Stored]:
    """The messages that the person may read, newest first.

    Everybody reads their own. Coordinators and the DCS office also read the reminders of their councils' inspections,
    and nothing else: with a colleague's password link they could sign in as that person, and what another council wrote
    to the same person is private.
    """
    reading = roles_with(Permission.READ_COLLEAGUES_REMINDERS)
    led = Membership.objects.filter(user=user, role__in=reading).values("council")
    open_ids = set(
        Message.objects.filter(reminders__inspection__council__in=led, secret=False).values_list(
            "message_id", flat=True
        )
    )
    return [
        stored
        for stored in mailbox.messages(directory)
        if user.email in stored.recipients or stored.message["Message-ID"] in open_ids
    ]
