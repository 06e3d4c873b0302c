"""From a row of the outbox to the bytes that go over the wire.

Django's own message is not used: it takes 14 times as long to build, and it sends accented letters unencoded to servers
that may not take them ([why](../docs/decisions/0016-libraries-tried.md)). A row always gives exactly the same bytes, so
that an email sent twice is recognised as one.
"""

from __future__ import annotations

import binascii
import re
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from outbox.models import Message

# Tells other software not to answer (RFC 3834), and Exchange, which councils use, not to send "out of office".
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}
LONGEST_LINE = 900  # of the 998 that RFC 5322 allows
PLAIN_NAME = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")


class PreparedEmail(EmailMultiAlternatives):
    """An email that is already put together, for Django's mail backends.

    `envelope` has the addresses of sender and reader for the mail server, `reference` is the Message-ID, and
    `may_have_gone` says whether an earlier attempt may have got through unnoticed.
    """

    content = b""
    envelope = ("", "")
    reference = ""
    may_have_gone = False

    def message(self, *args: Any, **kwargs: Any) -> Any:
        """Returns the bytes; backends call this."""
        return Content(self.content)


class Content:
    """The bytes of an email, in the form that a backend needs."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def as_bytes(self, *args: Any, **kwargs: Any) -> bytes:
        return self.content

    def get_charset(self) -> None:
        """The content names its own character set."""


def email_of(message: Message) -> PreparedEmail:
    """The email of a row. ValueError if a header would break out of its line."""
    email = PreparedEmail(subject=message.subject, body=message.text, to=[message.to])
    if message.html:
        email.attach_alternative(message.html, "text/html")
    email.reference, email.may_have_gone = message.message_id, message.tries > 0 or message.was_taken_over
    email.content = content_of(message, email.from_email)
    sender = parseaddr(mailbox(email.from_email))[1]
    email.envelope = (return_path(message.message_id, sender), wired(message.to))
    return email


def return_path(message_id: str, sender: str) -> str:
    """The address to which reports about this email are sent; the sender if nothing reads reports."""
    if not settings.BOUNCES_ADDRESS:
        return sender
    local, _, domain = settings.BOUNCES_ADDRESS.rpartition("@")
    token = message_id.strip("<>").partition("@")[0]
    return f"{local}+{token}@{domain}"


def content_of(message: Message, sender: str) -> bytes:
    """Headers and bodies, with line ends as SMTP needs them."""
    headers = {
        "From": mailbox(sender),
        "To": named(message.to_name, message.to),
        "Subject": worded(message.subject),
        "Message-ID": message.message_id,
        "Date": format_datetime(message.created_at),
        **{name: worded(value) for name, value in message.headers.items()},
        **AUTOMATIC,
        "MIME-Version": "1.0",
    }
    if not message.html:
        return _lines(headers) + _part("plain", message.text)
    boundary = f"=_{message.message_id.strip('<>').partition('@')[0]}"
    headers["Content-Type"] = f'multipart/alternative; boundary="{boundary}"'
    edge = f"--{boundary}".encode()
    parts = [b"", _part("plain", message.text), _part("html", message.html)]
    return _lines(headers) + b"\r\n" + (edge + b"\r\n").join(parts) + edge + b"--\r\n"


def _lines(headers: dict[str, str]) -> bytes:
    for name, value in headers.items():
        if "\n" in value.replace("\r\n ", "") or "\r" in value.replace("\r\n ", ""):
            raise ValueError(f"line break in the header {name}")
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii")


def _part(kind: str, text: str) -> bytes:
    """One body with its own headers, in quoted-printable, which every server passes on and people can still read."""
    body = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    encoded = binascii.b2a_qp(body.encode("utf-8", "replace"), istext=True).replace(b"\n", b"\r\n")
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + encoded


def worded(text: str) -> str:
    """The text of a header: unchanged if it is ASCII, otherwise encoded and folded (RFC 2047)."""
    if text.isascii() and "=?" not in text and len(text) < LONGEST_LINE:
        return text
    return Header(text.encode("utf-8", "replace").decode(), "utf-8", maxlinelen=70).encode(linesep="\r\n")


def named(name: str, address: str) -> str:
    """An address with the person's name before it, quoted or encoded if necessary."""
    address = wired(address)
    if not name:
        return address
    if PLAIN_NAME.fullmatch(name) and "=?" not in name:
        return f"{name} <{address}>"
    if name.isascii() and "=?" not in name:
        return formataddr((name, address))
    return f"{worded(name)} <{address}>"


def wired(address: str) -> str:
    """An address with its domain in ASCII; ValueError if that is impossible."""
    if address.isascii():
        return address
    user, _, domain = address.rpartition("@")
    return f"{user}@{domain.encode('idna').decode()}"


@lru_cache(maxsize=4)
def mailbox(sender: str) -> str:
    """The sender, as written in the settings."""
    return named(*parseaddr(sender))
