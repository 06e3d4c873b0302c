"""From a row of the outbox to the bytes that go over the wire."""

from __future__ import annotations

from email.headerregistry import Address
from email.utils import format_datetime

from django.core.mail import EmailMultiAlternatives

from outbox.models import Message

# Tells other people's software not to answer (RFC 3834), and Exchange, which councils run, not to send "out of office".
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}


def email_of(message: Message) -> EmailMultiAlternatives:
    """The email of a row; a second one of the same row has the same Message-ID and Date, so both are one mail."""
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[recipient(message)],
        headers={
            **message.headers,
            **AUTOMATIC,
            "Message-ID": message.message_id,
            "Date": format_datetime(message.created_at),
        },
    )
    if message.html:
        email.attach_alternative(message.html, "text/html")
    return email


def recipient(message: Message) -> str:
    """The address with the person's name before it, quoted where it needs to be."""
    if not message.to_name:
        return message.to
    user, _, domain = message.to.rpartition("@")
    return str(Address(message.to_name, user, domain))
