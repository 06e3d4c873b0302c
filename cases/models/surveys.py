"""The surveys that Ofsted asks the council to pass on, and the letter to each child."""

from __future__ import annotations

from django.db import models

from accounts.models import User
from cases.models.children import Child
from inspections.models import Inspection


class Survey(models.Model):
    """What is known about one of the framework's surveys, and what was done."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="surveys")
    key = models.CharField(max_length=80)
    arrangements = models.TextField(blank=True)
    passed_on_by = models.CharField(max_length=200, blank=True)
    passed_on_to = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    closes_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("inspection", "key"), name="one_row_per_survey"),)

    def __str__(self) -> str:
        return self.key


class SurveyLetter(models.Model):
    """Whether a child was sent the survey's letter and, if not, why."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="letters")
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="letters")
    was_sent = models.BooleanField()
    why_not = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("survey", "child"), name="one_letter_per_child"),)

    def __str__(self) -> str:
        return f"Letter to {self.child}"
