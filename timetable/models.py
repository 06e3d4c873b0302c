"""What was recorded done by hand: the council's deadlines that have no room of their own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from inspections.models import Inspection


class StepRecord(models.Model):
    """A step of the timetable recorded as done by a person, with a note; taken back, the row stays."""

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
