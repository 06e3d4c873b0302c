"""Whose mail of the local mailbox a person may read (the embedded mode alone has one)."""

from __future__ import annotations

from pathlib import Path

from accounts.models import Membership, Role, User
from outbox.models import Message
from readiness import mailbox


def own_messages(user: User, directory: Path) -> list[mailbox.Stored]:
    """The messages that the person may read, newest first.

    Everybody reads their own. Coordinators and the DCS office also read what the software sent to the people of their
    councils, except what is for one person alone: whoever read a colleague's password link could sign in as them.
    """
    led = Membership.objects.filter(user=user, role__in=(Role.COORDINATOR, Role.DCS_OFFICE)).values("council")
    colleagues = set(
        User.objects.filter(memberships__council__in=led).values_list("email", flat=True) if led.exists() else ()
    )
    open_ids = set(Message.objects.filter(to__in=colleagues, secret=False).values_list("message_id", flat=True))
    return [
        stored
        for stored in mailbox.messages(directory)
        if user.email in stored.recipients
        or (colleagues.issuperset(stored.recipients) and stored.message["Message-ID"] in open_ids)
    ]
