"""Who attends a focus group, and whether they were briefed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from inspections.models import Inspection


class Attendee(models.Model):
    """A person named to attend a focus group. The row of somebody who is taken off is kept for the record."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="attendees")
    group = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=200, blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("name", "pk")
        indexes = (models.Index(fields=("inspection", "group"), name="attendee_by_group"),)
        constraints = (
            models.UniqueConstraint(
                fields=("inspection", "group", "email"),
                condition=Q(removed_at=None) & ~Q(email=""),
                name="an_address_attends_once",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Briefing(models.Model):
    """The attendees of a focus group were briefed. If this is taken back, the row is kept.

    Somebody who is added after the briefing has not had it: the state of the group compares the times.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="briefings")
    group = models.SlugField(max_length=80)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-sent_at", "-pk")
        indexes = (models.Index(fields=("inspection", "group"), name="briefing_by_group"),)

    def __str__(self) -> str:
        return f"Briefing of {self.group}"
