"""Messages for the outbox, and a real mail server that can be told to behave well or badly."""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from itertools import count
from typing import Any, Protocol, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from outbox import actions
from outbox.models import Message
from tests.factories.people import NOW
from tests.processes import ENOUGH, is_alive, until

_numbers = count(1)


def make_message(*, to: str | None = None, now: datetime = NOW, **given: Any) -> Message:
    """A message that waits since `now`."""
    number = next(_numbers)
    fields = {
        "to": to or f"reader{number}@example.org",
        "to_name": f"Reader Number {number}",
        "subject": f"Subject {number}",
        "text": f"Plain text {number}\n",
        "html": f"<p>Marked-up text {number}</p>",
        **given,
    }
    return actions.queue(now=now, **fields)


@dataclass(frozen=True)
class Received:
    """What the server said yes to; `message_id` without a look at the rest."""

    recipient: str
    message_id: str
    content: bytes

    @property
    def parsed(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class MailServer:
    """An SMTP server on this machine, in a thread, for the length of a `with` block.

    accepted     the mails it has taken, in order
    connections  how many were made to it; `open` are those that stand now
    senders      it says yes to nobody's mail before so many connections were made to it
    at_mail, at_recipient, at_content
                 asked at that point of a conversation with the address or the mail; the text they give is the answer
                 in place of yes, CUT breaks the connection off, and HANG never answers
    """

    port: int = 0
    accepted: list[Received] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    greeting_hangs: bool = False
    senders: int = 0
    at_mail: Callable[[str], str | None] = lambda sender: None
    at_recipient: Callable[[str], str | None] = lambda recipient: None
    at_content: Callable[[Received], str | None] = lambda mail: None

    def __enter__(self) -> Self:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="mail server", daemon=True)
        protocol = self._silent if self.greeting_hangs else self._protocol
        self.server = self.loop.run_until_complete(self.loop.create_server(protocol, "127.0.0.1", self.port))
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._finish(), self.loop).result(timeout=ENOUGH)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=ENOUGH)
        self.loop.close()

    @property
    def ids(self) -> list[str]:
        """Message-IDs of what was taken, in order."""
        return [mail.message_id for mail in self.accepted]

    @property
    def recipients(self) -> list[str]:
        return [mail.recipient for mail in self.accepted]

    def _protocol(self) -> SMTP:
        self.connections += 1
        return _Conversation(_Handler(self), hostname="mail.example.org", loop=self.loop)

    def _silent(self) -> asyncio.Protocol:
        self.connections += 1
        return asyncio.Protocol()

    def wait_for(self, goal: int, sender: int) -> None:
        """Returns when it has taken so many mails, or the process that sends them has ended by itself."""
        until(lambda: len(self.accepted) >= goal or not is_alive(sender), f"{goal} mails", every=0.001)

    def repeated(self, sent: Iterable[str], known: Iterable[str]) -> list[str]:
        """Message-IDs of mails it has taken beyond those that a database calls `sent` and those `known` as repeated.

        Asked after a sender was killed, it names the mail between the server's yes and the sender's commit.
        """
        # What the sender had sent off may still be on its way in.
        until(lambda: not self.open, "the killed sender's connection is closed", every=0.01)
        beyond = Counter(self.ids) - Counter(dict.fromkeys(sent, 1)) - Counter(known)
        return list(beyond.elements())

    async def _finish(self) -> None:
        self.server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


class _Conversation(SMTP):
    """Counts itself in and out."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.told.open += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.event_handler.told.open -= 1


CUT = "cut"
HANG = "hang"


class _Handler:
    def __init__(self, told: MailServer) -> None:
        self.told = told

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        while self.told.connections < self.told.senders:
            await asyncio.sleep(0.01)
        answer = await _answer(server, self.told.at_mail(address))
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        answer = await _answer(server, self.told.at_recipient(address))
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        head = email.message_from_bytes(content.partition(b"\r\n\r\n")[0])
        mail = Received(envelope.rcpt_tos[0], str(head["Message-ID"]), content)
        said = self.told.at_content(mail)
        if said is None or said == CUT:
            # Cut off after the whole mail has come in: the server has it, and the sender cannot know.
            self.told.accepted.append(mail)
        return await _answer(server, said) or "250 Taken"


async def _answer(server: SMTP, said: str | None) -> str | None:
    if said == CUT:
        assert isinstance(server.transport, asyncio.Transport)
        server.transport.abort()
    if said == HANG:
        await asyncio.sleep(3600)
    return said


class Sent(Protocol):
    """What a report needs to know of an email."""

    message_id: str


def report_of(
    message: Sent,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 <nobody@example.org>: User unknown",
    to: str = "",
    original: bool = True,
) -> bytes:
    """A delivery report of a message of ours, as RFC 3464 has it and Postfix writes it."""
    token = message.message_id.strip("<>").partition("@")[0]
    held = f"Message-ID: {message.message_id}\r\nSubject: Reminder\r\n" if original else "Subject: Reminder\r\n"
    return (
        "Return-Path: <>\r\n"
        "From: Mail Delivery System <MAILER-DAEMON@mail.example.org>\r\n"
        f"To: {to or f'bounces+{token}@example.org'}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="edge"\r\n\r\n'
        "--edge\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nYour message could not be delivered.\r\n\r\n"
        "--edge\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mail.example.org\r\nArrival-Date: Mon, 18 Apr 2011 10:00:05 +0100\r\n\r\n"
        f"Final-Recipient: rfc822; nobody@example.org\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {diagnostic}\r\n\r\n"
        f"--edge\r\nContent-Type: text/rfc822-headers\r\n\r\n{held}\r\n"
        "--edge--\r\n"
    ).encode()
