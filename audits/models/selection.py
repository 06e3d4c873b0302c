"""The cases that inspectors, or in a rehearsal the council, selected."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from cases.models import Child
from inspections.models import Inspection


class SelectedCase(models.Model):
    """One selected case. Everywhere outside the case team it is its `number`, never its identifier.

    selection  the key of the framework's selection
    number     counts through all selections of the inspection; a number is never used twice
    child      None once the child was erased
    removed_at when it was taken out of the selection again
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="selected_cases")
    selection = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    child = models.ForeignKey(Child, on_delete=models.PROTECT, null=True, related_name="selected")
    selected_at = models.DateTimeField()
    selected_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    why_removed = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("inspection", "number"), name="one_selected_case_per_number"),
            models.UniqueConstraint(
                fields=("inspection", "child"), condition=Q(removed_at=None), name="a_case_is_selected_once"
            ),
        )

    def __str__(self) -> str:
        return f"Case {self.number}"

    @property
    def title(self) -> str:
        """What it is called everywhere: "Case 3"."""
        return f"Case {self.number}"
