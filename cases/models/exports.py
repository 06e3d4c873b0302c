"""What was made of the lists for the lead inspector, and what was sent."""

from __future__ import annotations

from django.db import models

from accounts.models import User
from cases.models.imports import CaseImport
from inspections.models import Inspection


class CaseExport(models.Model):
    """One export: frozen once it is made. Erased, its files are gone and the counts and hashes stay."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="case_exports")
    number = models.PositiveIntegerField()
    as_of = models.ForeignKey(CaseImport, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    # How many children each list had, by its key.
    lists = models.JSONField(default=dict)
    is_encrypted = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("inspection", "number"), name="one_case_export_per_number"),)

    def __str__(self) -> str:
        return f"Export {self.number} of {self.inspection}"


class CaseExportFile(models.Model):
    """One file of an export."""

    export = models.ForeignKey(CaseExport, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    stored_name = models.CharField(max_length=32, unique=True, null=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class CaseExportSending(models.Model):
    """An export recorded as sent: to whom, when, how, by whom."""

    export = models.ForeignKey(CaseExport, on_delete=models.PROTECT, related_name="sendings")
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
