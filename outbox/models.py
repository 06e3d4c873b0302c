"""Mail that waits to be sent, and the result of sending it.

A message is written in the same transaction as the change it is about, and sent later by a worker (`outbox.sending`).
So a mail server that is down delays mail but loses none, and pages never wait for it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from jobs.queue import Job


class MessageState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    BOUNCED = "bounced", "Came back"


WAITING = (MessageState.QUEUED, MessageState.SENDING)
# Did not reach its reader: refused when it was handed over, or returned later by another server.
TROUBLED = (MessageState.FAILED, MessageState.BOUNCED)


class MessageQuerySet(models.QuerySet["Message"]):
    def claimed_by(self, claim: str) -> MessageQuerySet:
        return self.filter(state=MessageState.SENDING, claim=claim)


class Message(Job):
    """One email to one person; `tries` counts the mail server's answers of any kind.

    `last_error` is the last error from the mail server or the connection; for mail that came back, the reason given by
    the server that returned it. `secret` marks a text that must not be kept (a link that sets a password): it is erased
    once it is sent or refused.
    """

    to = models.EmailField()
    to_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    message_id = models.CharField(max_length=250, unique=True)
    secret = models.BooleanField(default=False)

    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        indexes = (
            # Sent mail piles up for years, but few messages wait; this index finds them without reading the rest.
            models.Index(fields=("free_at", "id"), condition=Q(state__in=("queued", "sending")), name="mail_waiting"),
            models.Index(fields=("claim",), condition=Q(state="sending"), name="mail_claimed"),
        )
        constraints = (
            models.CheckConstraint(
                condition=(Q(state__in=("sent", "bounced")) & Q(sent_at__isnull=False))
                | (~Q(state__in=("sent", "bounced")) & Q(sent_at=None)),
                name="sent_mail_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="bounced", bounced_at__isnull=False) | (~Q(state="bounced") & Q(bounced_at=None)),
                name="bounced_mail_has_its_moment",
            ),
            models.CheckConstraint(
                condition=(Q(state="sending") & ~Q(claim="")) | (~Q(state="sending") & Q(claim="")),
                name="mail_being_sent_is_claimed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} (to {self.to})"

    @property
    def is_erased(self) -> bool:
        """Whether its text is gone, so that it cannot be sent again."""
        return self.secret and not self.text
