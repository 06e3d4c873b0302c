"""Queueing mail in the outbox, and sending failed mail again."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from outbox.models import TROUBLED, Message, MessageState

# The others (From, To, Subject, Message-ID, Date ...) are set from the message and cannot be given.
HEADERS = frozenset({"Reply-To", "List-Id", "References", "In-Reply-To", "Thread-Topic", "Thread-Index"})
OWN_HEADER = re.compile(r"X-[A-Za-z0-9-]{1,60}")
LONGEST_SUBJECT = 300


def compose(
    *,
    to: str,
    to_name: str,
    subject: str,
    text: str,
    html: str,
    now: datetime,
    headers: Mapping[str, str] | None = None,
    message_id: str | None = None,
    secret: bool = False,
) -> Message:
    """A message that is not saved yet; see `queue`."""
    try:
        validate_email(to)
    except ValidationError as error:
        raise ValueError(f"Not an email address: {to!r}") from error
    return Message(
        to=to,
        to_name=_one_line(to_name),
        subject=_one_line(subject)[:LONGEST_SUBJECT],
        text=text,
        html=html,
        headers=_checked(headers or {}),
        message_id=_checked_id(message_id) if message_id else new_message_id(),
        secret=secret,
        created_at=now,
        free_at=now,
    )


def queue(
    *,
    to: str,
    to_name: str,
    subject: str,
    text: str,
    html: str,
    now: datetime,
    headers: Mapping[str, str] | None = None,
    message_id: str | None = None,
    secret: bool = False,
) -> Message:
    """Queue one email, in the caller's transaction; `outbox.tasks.nudge()` has it sent at once.

    `text` and `html` are its two bodies; `html` may be empty. `headers` may hold Reply-To, List-Id, References,
    In-Reply-To and X- ones. With `secret`, the bodies are erased once they are sent. Line breaks in the subject and the
    name become spaces; in a header they raise ValueError, and so does any other invalid value.
    """
    message = compose(
        to=to,
        to_name=to_name,
        subject=subject,
        text=text,
        html=html,
        now=now,
        headers=headers,
        message_id=message_id,
        secret=secret,
    )
    message.save(force_insert=True)
    return message


def queue_all(messages: Iterable[Message]) -> list[Message]:
    """Queue messages made by `compose`, many with one statement."""
    return Message.objects.bulk_create(messages, batch_size=500)


def send_again(*, message: Message, now: datetime, to: str = "", to_name: str = "") -> bool:
    """Queue a message that failed or came back again, to another address if one is given.

    Returns whether it had failed: a second call finds it waiting and does nothing. It gets a new Message-ID, so that a
    late report about the former attempt is not taken for one about this. A secret message has lost its text and cannot
    be sent again.
    """
    if to:
        validate_email(to)
    failed = Message.objects.filter(pk=message.pk, state__in=TROUBLED).exclude(secret=True, text="")
    changes: dict[str, object] = {
        "state": MessageState.QUEUED,
        "free_at": now,
        "sent_at": None,
        "bounced_at": None,
        "message_id": new_message_id(),
    }
    if to and to != message.to:
        changes |= {"to": to, "to_name": _one_line(to_name)}
    return failed.update(**changes) == 1


def new_message_id() -> str:
    """A unique Message-ID, under the domain that the project sends from."""
    return f"<{uuid.uuid4().hex}@{own_domain()}>"


def own_domain() -> str:
    """The domain that the project sends from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def _one_line(value: str) -> str:
    """The value without control characters and with every run of white space as one space."""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def _checked_id(message_id: str) -> str:
    if not re.fullmatch(r"<[!-;=?-~]+@[!-;=?-~]+>", message_id) or len(message_id) > 250:
        raise ValueError(f"Not a Message-ID: {message_id!r}")
    return message_id


def _checked(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if name not in HEADERS and not OWN_HEADER.fullmatch(name):
            raise ValueError(f"A header that cannot be given: {name!r}")
        if not value.isprintable():
            raise ValueError(f"Line breaks and control characters cannot stand in the header {name}")
    return dict(headers)
