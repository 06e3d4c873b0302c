"""Exports for the lead inspector, and when they were sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from cases.models.imports import CaseImport
from inspections.models import Inspection
from jobs.queue import Job


class CaseExport(Job):
    """One export, which does not change once it is ready. When it is erased, the files go; counts and hashes stay.

    as_of    the last applied import when it was made; None if nothing had been imported
    lists    how many children each list has, by its key, without lists that were never imported
    lacking  the fields that are empty throughout, by the key of the list
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        MAKING = "making", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="case_exports")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    # Progress while it is being built.
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    made_at = models.DateTimeField(null=True)
    as_of = models.ForeignKey(CaseImport, on_delete=models.PROTECT, null=True, related_name="+")
    lists = models.JSONField(default=dict)
    lacking = models.JSONField(default=dict)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("inspection", "number"), name="one_case_export_per_number"),
            models.UniqueConstraint(
                fields=("inspection",), condition=Q(state__in=["waiting", "making"]), name="one_case_export_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(made_at__isnull=False), name="a_ready_case_export_has_its_time"
            ),
        )

    def __str__(self) -> str:
        return f"Export {self.number} of {self.inspection}"


class CaseExportFile(models.Model):
    """One file of an export.

    An encrypted copy is handed out and not stored, nor is its passphrase. Its hash identifies it.
    """

    class Kind(models.TextChoices):
        WORKBOOK = "workbook", "Excel workbook"
        CSV = "csv", "CSV files in a ZIP"
        ENCRYPTED = "encrypted", "Encrypted ZIP"

    export = models.ForeignKey(CaseExport, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=255)
    made_at = models.DateTimeField()
    stored_name = models.CharField(max_length=32, unique=True, null=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class CaseExportSending(models.Model):
    """A record that an export was sent: which files, to whom, when, how, and who recorded it."""

    export = models.ForeignKey(CaseExport, on_delete=models.PROTECT, related_name="sendings")
    files = models.ManyToManyField(CaseExportFile, related_name="sendings")
    sent_at = models.DateTimeField()
    recipient = models.CharField(max_length=200)
    how = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    once = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-sent_at", "-pk")

    def __str__(self) -> str:
        return f"{self.export} to {self.recipient}"
