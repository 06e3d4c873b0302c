"""What was recorded as done by hand: the council's deadlines that have no room of their own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from inspections.models import Inspection


class StepRecord(models.Model):
    """A step of the timetable recorded as done by a person, with a note; if it is taken back, the row is kept."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="step_records")
    step = models.SlugField(max_length=80)
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-done_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("inspection", "step"), condition=Q(undone_at=None), name="a_step_is_done_once"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False),
                name="a_step_is_undone_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.step} of {self.inspection}"


class ReadinessDay(models.Model):
    """How ready an inspection was at the end of one day, in counts. Never changed; a missed day has no row."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="readiness_days")
    day = models.DateField()
    documents = models.PositiveSmallIntegerField()
    documents_ready = models.PositiveSmallIntegerField()
    groups = models.PositiveSmallIntegerField()
    groups_ready = models.PositiveSmallIntegerField()
    unowned = models.PositiveSmallIntegerField()
    late = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("day",)
        constraints = (models.UniqueConstraint(fields=("inspection", "day"), name="readiness_is_kept_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.inspection} on {self.day}"
