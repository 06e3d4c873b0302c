"""What was said with the inspectors, and what they asked for. Who they are is in `inspections.models`.

What people write here may name a child, even though the pages ask them not to. So the text of a contact, a request, an
answer or a note appears only on pages, never in a duty, an email, an address or the record of who did what.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from inspections.models import Inspection


class SetUpMeeting(models.Model):
    """When and where the set-up meeting is or was, with notes. The latest row counts; earlier ones are kept."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="set_up_meetings")
    held_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    notes = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-recorded_at", "-pk")
        indexes = (models.Index(fields=("inspection", "-recorded_at"), name="set_up_meeting_latest"),)

    def __str__(self) -> str:
        return f"Set-up meeting of {self.inspection}"


class Contact(models.Model):
    """A call, an email or a meeting with an inspector. Withdrawing it deletes its words and keeps who and when."""

    class How(models.TextChoices):
        CALL = "call", "Telephone call"
        EMAIL = "email", "Email"
        MEETING = "meeting", "Meeting"
        OTHER = "other", "Another way"

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="contacts")
    how = models.CharField(max_length=12, choices=How.choices)
    at = models.DateTimeField()
    with_whom = models.CharField(max_length=200)
    by_whom = models.CharField(max_length=200)
    said = models.TextField(blank=True)
    # The form that it came in, so that a form sent twice is one contact.
    once = models.UUIDField(unique=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("inspection", "-at"), name="contact_latest"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(said=""), name="a_withdrawn_contact_keeps_no_words"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_how_display()} of {self.inspection}"


class Request(models.Model):
    """Something that an inspector asked the council for, with a time by which it is due.

    `number` counts within the inspection. Who owes the answer is an ownership of the inspection's item
    `request:<number>`, or else the DCS office.
    """

    class About(models.TextChoices):
        DOCUMENT = "document", "A document"
        FIGURES = "figures", "Figures or a list"
        RECORDS = "records", "Case records"
        PEOPLE = "people", "A meeting or conversation"
        ACCESS = "access", "Access, a room or equipment"
        OTHER = "other", "Something else"

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="inspector_requests")
    number = models.PositiveIntegerField()
    about = models.CharField(max_length=12, choices=About.choices)
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    text = models.TextField()
    due = models.DateTimeField()
    once = models.UUIDField(unique=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("due", "number")
        constraints = (
            models.UniqueConstraint(fields=("inspection", "number"), name="a_request_has_a_number_of_its_own"),
            models.CheckConstraint(condition=Q(due__gte=F("asked_at")), name="a_request_is_due_after_it_is_asked"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="a_request_is_withdrawn_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Its name where its text must not appear: in emails, calendars and the record."""
        return f"Inspectors’ request {self.number}: {self.get_about_display().lower()}"

    @property
    def item(self) -> str:
        return f"request:{self.number}"


class Answer(models.Model):
    """How a request was answered. Opening the request again takes the answer back; the row is kept."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="answers")
    how = models.CharField(max_length=12, choices=Contact.How.choices)
    answered_at = models.DateTimeField()
    text = models.TextField(blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken_back_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-recorded_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("request",), condition=Q(taken_back_at=None), name="a_request_has_one_answer_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, taken_back_by=None) | Q(taken_back_at__isnull=False),
                name="an_answer_is_taken_back_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"Answer to {self.request}"
