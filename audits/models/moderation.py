"""The second grade of an audit, given without seeing the first, and the grade that both agree on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from audits.models.audits import Audit


class Moderation(models.Model):
    """One moderation of a submitted audit.

    grade         the moderator's, the key of a grade of the framework; empty until it is given
    first_grade   the auditor's at the moment at which the moderator gave theirs
    agreed_grade  recorded once both are known, with the reason
    """

    audit = models.OneToOneField(Audit, on_delete=models.CASCADE, related_name="moderation")
    moderator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    grade = models.CharField(max_length=80, blank=True)
    first_grade = models.CharField(max_length=80, blank=True)
    first_auditor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    comments = models.TextField(blank=True)
    graded_at = models.DateTimeField(null=True)
    agreed_grade = models.CharField(max_length=80, blank=True)
    why_agreed = models.TextField(blank=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(graded_at=None) | ~Q(grade=""), name="a_moderation_has_its_grade"),
            models.CheckConstraint(
                condition=Q(agreed_at=None) | (~Q(agreed_grade="") & ~Q(graded_at=None)),
                name="an_agreed_grade_comes_after_both",
            ),
        )

    def __str__(self) -> str:
        return f"Moderation of {self.audit}"
