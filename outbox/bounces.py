"""Mail that comes back: what a delivery report says, and which of our emails it is about.

Every email has its own return path, `bounces+<token>@domain`, with the token of its Message-ID. So the address that a
report is sent to identifies the email, however little else the report says. Tokens cannot be guessed; only the email's
reader knows one. Reports come from strangers: anything that cannot be read, or that names none of our emails, is
ignored.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as Parsed
from email.utils import parseaddr

from outbox.line import on_one_line
from outbox.models import Message, MessageState

LARGEST = 512 * 1024  # bytes of a report that are read; the important part is at the beginning
MOST_PARTS = 50
# Python's parser compares every line with each open boundary: a hundred nested parts take it minutes.
MOST_BOUNDARIES = 20
TOKEN = re.compile(r"\+([0-9a-f]{32})@")
MESSAGE_ID = re.compile(r"<([0-9a-f]{32})@[^<>\s]{1,200}>")
STATUS = re.compile(r"\b([245]\.[0-9]{1,3}\.[0-9]{1,3})\b")
REFUSAL = re.compile(r"\b(5\.[0-9]{1,3}\.[0-9]{1,3}|5[0-9]{2})\b")
BOUNDARY = re.compile(rb"boundary[*0-9]*\s*=", re.IGNORECASE)
POSTMEN = ("mailer-daemon", "postmaster", "mail-daemon")


@dataclass(frozen=True, slots=True)
class BounceReport:
    """A mail server's report that an email was not delivered: the email's token, and the reason."""

    tokens: tuple[str, ...]
    words: str


def read(content: bytes) -> BounceReport | None:
    """What a message says about an undelivered email; None if it is not such a report."""
    content = content[:LARGEST]
    if len(BOUNDARY.findall(content)) > MOST_BOUNDARIES:
        return None
    try:
        return _read(email.message_from_bytes(content))
    except Exception:  # Python's parser raises a dozen kinds of error for strangers' messages, and none is ours to fix.
        return None


def _read(parsed: Parsed) -> BounceReport | None:
    parts = [part for part, _ in zip(parsed.walk(), range(MOST_PARTS), strict=False)]
    blocks = [block for part in parts for block in _status_blocks(part)]
    # The first block is about the report itself, the others about one reader each; some servers join them.
    failed = [block for block in blocks if _field(block, "Action").lower() == "failed"]
    if failed:
        words = f"{_field(failed[0], 'Status')} {_without_kind(_field(failed[0], 'Diagnostic-Code'))}"
    elif blocks or not _is_from_a_postman(parsed):
        return None  # a delay, a success, or a person's answer
    else:
        words = _refusal_in(parts)
    tokens = tuple(dict.fromkeys(_tokens(parsed, parts)))
    return BounceReport(tokens, on_one_line(words)) if tokens and words.strip() else None


def _status_blocks(part: Parsed) -> Iterator[Parsed]:
    if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"} and part.is_multipart():
        yield from part.get_payload()  # type: ignore[misc]


def _field(block: Parsed, name: str) -> str:
    return " ".join(str(block.get(name, "")).split())


def _without_kind(diagnostic: str) -> str:
    """A diagnostic without its type: "smtp; 550 No such user"."""
    kind, _, said = diagnostic.partition(";")
    return said.strip() if said and len(kind) < 20 else diagnostic


def _is_from_a_postman(parsed: Parsed) -> bool:
    """Whether a message without a proper report comes from a mail server: some still send such messages."""
    sender = parseaddr(str(parsed.get("From", "")))[1].partition("@")[0].lower()
    return str(parsed.get("Return-Path", "")).strip() == "<>" or sender in POSTMEN


def _refusal_in(parts: Iterable[Parsed]) -> str:
    """The line of the text with the code of a permanent refusal; "" if there is none."""
    for part in parts:
        if part.get_content_type() != "text/plain":
            continue
        payload = part.get_payload(decode=True)
        text = payload.decode("utf-8", "replace")[:20_000] if isinstance(payload, bytes) else ""
        for line in text.splitlines():
            if REFUSAL.search(line):
                return line
    return ""


def _tokens(parsed: Parsed, parts: Iterable[Parsed]) -> Iterator[str]:
    """Tokens of our emails in the report: from the address it was sent to, then from the email inside it."""
    for name in ("To", "Delivered-To", "X-Original-To", "Envelope-To"):
        for value in parsed.get_all(name, []):
            yield from TOKEN.findall(str(value))
    for part in parts:
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            held = part.get_payload(0)
            yield from MESSAGE_ID.findall(str(held.get("Message-ID", "")) if isinstance(held, Parsed) else "")
        elif part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            headers = email.message_from_bytes(payload if isinstance(payload, bytes) else b"")
            yield from MESSAGE_ID.findall(str(headers.get("Message-ID", "")))
    for name in ("In-Reply-To", "References"):
        yield from MESSAGE_ID.findall(str(parsed.get(name, "")))


def mark(report: BounceReport, *, now: datetime) -> list[Message]:
    """Mark the emails that the report is about as come back. Returns those for which that is new.

    Only sent mail can come back: an email that was queued or sent again has another token.
    """
    changes = {"state": MessageState.BOUNCED, "bounced_at": now, "last_error": report.words}
    return [
        message
        for message in named(report)
        if Message.objects.filter(pk=message.pk, state=MessageState.SENT).update(**changes)
    ]


def named(report: BounceReport) -> list[Message]:
    """The emails that the report is about, among those that were sent and have not come back."""
    return [
        message
        for token in report.tokens
        for message in Message.objects.filter(message_id__startswith=f"<{token}@", state=MessageState.SENT)
    ]
