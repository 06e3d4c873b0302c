"""Frozen exports of audits, and when they were handed over to the inspectors."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from inspections.models import Inspection
from jobs.queue import Job


class AuditExport(Job):
    """One export of a selection's submitted audits, which does not change once it is ready.

    When it is erased, the files go; numbers and hashes stay.

    cases    the numbers of the cases whose audits are in it
    lacking  the numbers of the cases whose audits were not submitted when it was made
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        MAKING = "making", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="audit_exports")
    selection = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    made_at = models.DateTimeField(null=True)
    cases = models.JSONField(default=list)
    lacking = models.JSONField(default=list)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("inspection", "number"), name="one_audit_export_per_number"),
            models.UniqueConstraint(
                fields=("inspection",), condition=Q(state__in=["waiting", "making"]), name="one_audit_export_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(made_at__isnull=False), name="a_ready_audit_export_has_its_time"
            ),
        )

    def __str__(self) -> str:
        return f"Audit export {self.number}"


class AuditExportFile(models.Model):
    """One file of an export: the PDF of all audits, or the ZIP with a PDF for each and the files added to them."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        ZIP = "zip", "ZIP"

    export = models.ForeignKey(AuditExport, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=255)
    stored_name = models.CharField(max_length=32, unique=True, null=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class AuditHandover(models.Model):
    """A record that an export was handed over: to whom, when, how, and who recorded it."""

    export = models.ForeignKey(AuditExport, on_delete=models.PROTECT, related_name="handovers")
    handed_over_at = models.DateTimeField()
    recipient = models.CharField(max_length=200)
    how = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    once = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-handed_over_at", "-pk")

    def __str__(self) -> str:
        return f"{self.export} to {self.recipient}"
