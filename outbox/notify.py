"""GOV.UK Notify instead of a mail server, through its own client; chosen by EMAIL_URL=govuk-notify://...

The template at Notify has two placeholders: `((subject))` for its subject and `((body))` for its text. Notify writes
the email around them: it has none of our HTML, no Message-ID and no thread, and only a Reply-To that is set up there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from outbox.building import PreparedEmail
from outbox.line import Judged, SendResult, Verdict, on_one_line


class NotifyBackend(BaseEmailBackend):
    """Hands emails over to Notify one by one, each with its Message-ID as Notify's `reference`.

    Notify accepts the same reference twice. So if an email may have gone before (a worker was killed, or the answer was
    lost), Notify is first asked whether it has that reference.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client: NotificationsAPIClient | None = None

    def open(self) -> bool:
        if self.client is not None:
            return False
        given = settings.NOTIFY
        self.client = NotificationsAPIClient(given["api_key"], given["base_url"], timeout=settings.EMAIL_TIMEOUT)
        return True

    def close(self) -> None:
        if self.client is not None:
            self.client.request_session.close()
            self.client = None

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Raises Judged with the meaning of Notify's refusal for the email."""
        self.open()
        for email in email_messages:
            assert isinstance(email, PreparedEmail)
            try:
                if not (email.may_have_gone and self._has(email.reference)):
                    self._send(email)
            except APIError as error:
                email.may_have_gone = True
                raise Judged(answer_to(error)) from None
        return len(email_messages)

    def _has(self, reference: str) -> bool:
        assert self.client is not None
        found = self.client.get_all_notifications(template_type="email", reference=reference)
        return bool(found["notifications"])

    def _send(self, email: PreparedEmail) -> None:
        assert self.client is not None
        self.client.send_email_notification(
            email_address=email.envelope[1],
            template_id=settings.NOTIFY["template"],
            personalisation={"subject": email.subject, "body": email.body},
            reference=email.reference,
            email_reply_to_id=settings.NOTIFY["reply_to"] or None,
        )


def answer_to(error: APIError) -> SendResult:
    """The meaning of a refusal: for this email (400 about its address), for all (key, template, limits), or for now."""
    said = error.message
    details = "; ".join(str(each.get("message", each)) for each in said) if isinstance(said, list) else str(said)
    words = on_one_line(f"{error.status_code} {details}")
    match error.status_code:
        case 400 | 413 if _is_about_the_email(details):
            return SendResult(Verdict.REFUSED, words)
        case 400 | 401 | 403 | 404:
            return SendResult(Verdict.DOWN, f"GOV.UK Notify refuses all our email: {words}")
        case 429:
            return SendResult(Verdict.DOWN, f"GOV.UK Notify takes no more email just now: {words}")
        case _:
            return SendResult(Verdict.CUT, f"GOV.UK Notify could not take it: {words}")


def _is_about_the_email(details: str) -> bool:
    """Whether this email's address or text is refused, and not the template that all emails share."""
    return any(words in details.lower() for words in ("email_address", "recipient", "too long", "too large", "too big"))
