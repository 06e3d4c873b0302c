"""One kept-alive connection to the mail server, and what its answers mean."""

from __future__ import annotations

import logging
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import Self

from django.core.mail import get_connection
from django.core.mail.backends import smtp

from outbox.building import PreparedEmail, email_of
from outbox.models import Message

log = logging.getLogger(__name__)

CLOSING = 421  # "service not available, closing transmission channel"
TOO_LARGE = 552  # the one refusal of a sender that is about the message and not about us
LONGEST_WORDS = 1000


class Verdict(Enum):
    SENT = auto()
    REFUSED = auto()  # this message will never be accepted
    LATER = auto()  # this message may be accepted at another time
    CUT = auto()  # the connection broke on this message; the server may even have accepted it
    DOWN = auto()  # no mail can be handed over at present


@dataclass(frozen=True, slots=True)
class SendResult:
    """The result of one attempt; `words` are the server's own, or describe the problem."""

    verdict: Verdict
    words: str = ""


class Judged(OSError):
    """A refusal by a backend that knows what it means."""

    def __init__(self, answer: SendResult) -> None:
        super().__init__(answer.words)
        self.answer = answer


class MailConnection:
    """The connection of Django's mail backend, opened when first needed and kept until the end."""

    def __init__(self) -> None:
        self.backend = get_connection()
        self.carried = 0  # messages accepted over the present connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.drop()

    def drop(self) -> None:
        """Ends the connection, whatever its state."""
        with suppress(OSError):
            self.backend.close()
        self.carried = 0

    def send(self, message: Message) -> SendResult:
        """One attempt. If a connection that was in use is gone, it is opened again once for it: servers end
        long ones.
        """
        try:
            email = email_of(message)
        except ValueError as error:
            return SendResult(Verdict.REFUSED, f"The email could not be put together: {on_one_line(str(error))}")
        in_use = self.carried > 0
        answer = self._attempt(email)
        if answer.verdict is Verdict.CUT and in_use:
            answer = self._attempt(email)
        return answer

    def _attempt(self, email: PreparedEmail) -> SendResult:
        try:
            self.backend.open()
        except OSError as error:  # all of smtplib's errors are of this kind too
            self.drop()
            return SendResult(Verdict.DOWN, f"The mail server could not be reached: {error_in_words(error)}")
        try:
            self._hand_over(email)
        except OSError as error:
            answer = judged(error)
            if answer.verdict in {Verdict.CUT, Verdict.DOWN}:
                self.drop()
            return answer
        except Exception as error:
            # No known error gets here, but one email must not block the others.
            log.exception("mail to one reader could not be sent")
            self.drop()
            return SendResult(Verdict.LATER, f"It could not be sent ({type(error).__name__}).")
        self.carried += 1
        return SendResult(Verdict.SENT)

    def _hand_over(self, email: PreparedEmail) -> None:
        if isinstance(self.backend, smtp.EmailBackend) and self.backend.connection is not None:
            # The last step of `send_messages`, over the connection that the backend made. Its other steps parse both
            # addresses again for every email, which takes longer than all the work of the outbox.
            sender, reader = email.envelope
            self.backend.connection.sendmail(sender, [reader], email.content)
        else:
            self.backend.send_messages([email])


def judged(error: OSError) -> SendResult:
    """What an error while handing over one message means for it."""
    said: bytes | str
    match error:
        case Judged():
            return error.answer
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()))
        case smtplib.SMTPResponseException():
            code, said = error.smtp_code, error.smtp_error
        case smtplib.SMTPNotSupportedError():
            return SendResult(Verdict.REFUSED, error_in_words(error))
        case _:
            return SendResult(Verdict.CUT, f"The connection to the mail server broke: {error_in_words(error)}")
    words = f"{code} {on_one_line(said)}"
    if code == CLOSING:
        return SendResult(Verdict.CUT, words)
    if code < 500:
        return SendResult(Verdict.LATER, words)
    if isinstance(error, smtplib.SMTPSenderRefused) and code != TOO_LARGE:
        # The server accepts no mail from this project: a setting is wrong, not the message.
        return SendResult(Verdict.DOWN, f"The mail server refuses mail from this address: {words}")
    return SendResult(Verdict.REFUSED, words)


def error_in_words(error: OSError) -> str:
    """The error in a line of plain text."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {on_one_line(error.smtp_error)}"
    return on_one_line(error.strerror or str(error) or type(error).__name__)


def on_one_line(said: bytes | str) -> str:
    """A server's words as one line of limited length, since a stranger may send anything."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST_WORDS]
