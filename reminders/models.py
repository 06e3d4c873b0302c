"""The ledger: who was reminded of what, at which reminder time, in which email."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models import Council, User
from inspections.models import Inspection
from outbox.models import Message


class Audience(models.TextChoices):
    """Why a person is told about a duty."""

    OWNER = "owner", "Owes it"
    STAND_IN = "stand-in", "In place of nobody"
    OVERSIGHT = "oversight", "Watches what is late"
    WEEKLY = "weekly", "Weekly, owns it"
    GROUP = "weekly-group", "Weekly, for the group"
    NEWS = "news", "News of a document, owns it"


# Told about a duty at its own reminder times, not once a week and not as news.
AT_REMINDER_TIMES = (Audience.OWNER, Audience.STAND_IN, Audience.OVERSIGHT)
# Told because they owe it.
OWING = (Audience.OWNER, Audience.WEEKLY)


class Reminder(models.Model):
    """One person told about one duty at one reminder time, whose key is its `point`.

    `due` is the deadline that was named, so that a moved deadline is named again. A weekly summary for the group has
    one row, without a duty. News about a document has the document's key, and the event as its point. The constraints
    make two ticks at once harmless: only one of them gets its rows in, and the email is in the same transaction.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="reminders")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reminders")
    audience = models.CharField(max_length=12, choices=Audience.choices)
    duty_key = models.CharField(max_length=120, blank=True)
    point = models.CharField(max_length=20)
    due = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="reminders")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("inspection", "point", "person", "audience", "duty_key", "due"),
                name="one_reminder_per_point_and_deadline",
            ),
            # A unique constraint treats two empty fields as different, so rows without a deadline need their own.
            models.UniqueConstraint(
                fields=("inspection", "point", "person", "audience", "duty_key"),
                condition=Q(due=None),
                name="one_reminder_per_point_without_deadline",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.duty_key or 'summary'} at {self.point}"


class Quiet(models.Model):
    """What the last tick found for an inspection that had nothing to send: it need not be checked again until then.

    It only saves work: it holds while neither the inspection nor its council has changed, for an hour at most, and may
    be deleted at any time.
    """

    inspection = models.OneToOneField(Inspection, on_delete=models.CASCADE, related_name="+")
    inspection_version = models.PositiveBigIntegerField()
    council_version = models.PositiveBigIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.inspection} is quiet until {self.until}"


class CouncilSettings(models.Model):
    """How a council has its reminders, if it differs from its local plan.

    Either all of the plan's fields are set, or none: then the plan's apply. `reply_to` is where answers to emails go;
    if it is empty, they go to the people of the DCS office.
    """

    council = models.OneToOneField(Council, on_delete=models.CASCADE, related_name="reminder_settings")
    days = models.JSONField(null=True)
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)
    late_roles = models.JSONField(null=True)
    weekly_roles = models.JSONField(null=True)
    weekly_day = models.PositiveSmallIntegerField(null=True)
    reply_to = models.EmailField(blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(opens=None, closes=None, weekly_day=None)
                | Q(opens__isnull=False, closes__gt=F("opens"), weekly_day__lte=4),
                name="reminder_settings_are_whole",
            ),
        )

    def __str__(self) -> str:
        return f"How {self.council} has its reminders"

    @property
    def is_own(self) -> bool:
        """Whether the council uses its own days, hours and recipients."""
        return self.opens is not None
