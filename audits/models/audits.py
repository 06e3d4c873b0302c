"""The audit of a selected case: answers, files, contributions of partner agencies, follow-up actions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from audits.models.selection import SelectedCase


class Audit(models.Model):
    """The audit of one case. Its state is derived (`audits.state`).

    submitted_at    when it was handed in; None again if it is reopened before it is handed over
    extended_to     a later moment by which it is due, with the reason why
    concern_at      when an immediate concern about the child was raised; `concern` says what it is
    acknowledged_at when a case officer wrote down in `acknowledgement` what was done about it
    erased_at       when everything child-level in it was erased
    """

    case = models.OneToOneField(SelectedCase, on_delete=models.CASCADE, related_name="audit")
    started_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    extended_to = models.DateTimeField(null=True)
    why_extended = models.CharField(max_length=500, blank=True)
    extended_at = models.DateTimeField(null=True)
    extended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    concern_at = models.DateTimeField(null=True)
    concern_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    concern = models.TextField(blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    acknowledgement = models.TextField(blank=True)

    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("case__number",)
        constraints = (
            models.CheckConstraint(
                condition=Q(extended_to=None) | ~Q(why_extended=""), name="an_extension_has_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"Audit of case {self.case_id}"


class Answer(models.Model):
    """The present answer to one question of an audit, stored as text.

    text     words; "yes" or "no"; the key of a grade; or the keys of themes, each separated by a space
    version  increases with every change, so that nobody overwrites what they have not seen
    """

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=80)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("audit", "question"), name="one_answer_per_question"),)

    def __str__(self) -> str:
        return f"Answer to {self.question}"


class Contribution(models.Model):
    """What a partner agency's contributor writes about the case."""

    assignment = models.OneToOneField("audits.Assignment", on_delete=models.CASCADE, related_name="contribution")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Contribution {self.pk}"


class AuditFile(models.Model):
    """A file added to an audit. When it is removed or erased, the file goes and the row stays, without its name."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    stored_name = models.CharField(max_length=32, unique=True, null=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    mime = models.CharField(max_length=100)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"File {self.pk} of {self.audit}"


class FollowUp(models.Model):
    """Something that has to be done because of what an audit found. Evidence closes it: words, a file, or both."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="follow_ups")
    number = models.PositiveIntegerField()
    what = models.TextField()
    who = models.CharField(max_length=200)
    due_on = models.DateField(null=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.TextField(blank=True)
    file = models.ForeignKey(AuditFile, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("audit__case__number", "number")
        constraints = (models.UniqueConstraint(fields=("audit", "number"), name="one_follow_up_per_number"),)

    def __str__(self) -> str:
        return f"Follow-up {self.number} of {self.audit}"
