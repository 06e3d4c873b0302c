"""Who audits, contributes to and moderates which case, and whose own case it is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from audits.models.audits import Audit


class Assignment(models.Model):
    """A person's part in one audit, from when until when. Only somebody with a current part sees the case.

    part    the auditor writes the audit; a contributor of a partner agency writes that agency's contribution, and sees
            this case alone; the moderator grades it without seeing the first grade
    agency  the contributor's: "Police"
    """

    class Part(models.TextChoices):
        AUDITOR = "auditor", "Auditor"
        CONTRIBUTOR = "contributor", "Contributor"
        MODERATOR = "moderator", "Moderator"

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="assignments")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="audit_assignments")
    part = models.CharField(max_length=20, choices=Part.choices)
    agency = models.CharField(max_length=100, blank=True)
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    why_ended = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("audit", "part"),
                condition=Q(ended_at=None) & ~Q(part="contributor"),
                name="one_auditor_and_one_moderator_per_audit",
            ),
            models.UniqueConstraint(
                fields=("audit", "user"), condition=Q(ended_at=None), name="one_part_per_person_in_an_audit"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_part_display()} of {self.audit}"


class OwnCase(models.Model):
    """A person's declaration that a case is their own, so that they never audit, contribute to or moderate it."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="own_cases")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("audit", "user"), name="an_own_case_is_declared_once"),)

    def __str__(self) -> str:
        return f"{self.audit} is the own case of {self.user_id}"
