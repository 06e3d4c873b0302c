"""Files waiting to be sorted into documents, which belong to no document yet, and the ZIPs that they came in.

Only what a person did is stored: where the recogniser would put a file is computed from its name each time. A row is
deleted when its file is added or left out, or after some days.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from inspections.models import Inspection
from jobs.queue import Job


class Archive(Job):
    """A ZIP that is being unpacked, or was: its progress, and what was left out of it, each with the reason."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="intake_archives")
    arrived_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    arrived_at = models.DateTimeField()
    name = models.CharField(max_length=255)
    stored_name = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    entries = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=500, blank=True)
    # [name, reason] of each entry that was not taken.
    left_out = models.JSONField(default=list)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("inspection", "arrived_by", "sha256"),
                condition=Q(finished_at=None),
                name="one_archive_unpacked_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"Archive {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None


class WaitingFile(models.Model):
    """One file that waits for somebody to say where it belongs; `path` is its name with its folders.

    `is_decided` means that a person chose: then `document`, `part`, `as_at` and `covers` are what they said, even if
    empty.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="intake")
    arrived_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    arrived_at = models.DateTimeField()
    archive = models.ForeignKey(Archive, on_delete=models.SET_NULL, null=True, blank=True, related_name="files")
    path = models.CharField(max_length=500)
    stored_name = models.CharField(max_length=32)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    declared_type = models.CharField(max_length=150, blank=True)
    remark = models.CharField(max_length=255, blank=True)
    is_decided = models.BooleanField(default=False)
    document = models.SlugField(max_length=80, blank=True)
    part = models.SlugField(max_length=80, blank=True)
    as_at = models.DateField(null=True, blank=True)
    names_children = models.BooleanField(default=False)
    # Keys of what it covers, separated by spaces.
    covers = models.TextField(blank=True)
    # Why the last try to add it failed; empty for most.
    refusal = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("path", "pk")
        verbose_name_plural = "waiting"
        constraints = (
            # The same file sent twice waits once.
            models.UniqueConstraint(
                fields=("inspection", "arrived_by", "path", "sha256"), name="a_file_waits_once_for_a_person"
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="no_waiting_file_is_empty"),
        )

    def __str__(self) -> str:
        return f"Waiting file {self.pk}"

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def folders(self) -> str:
        return self.path.rpartition("/")[0]
