"""The log of readings and the record of erasures."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from inspections.models import Inspection


class Access(models.Model):
    """An entry of the log: somebody read or downloaded child-level data, or tried to. Entries are never changed.

    `child` is a child's random key, which outlives the child's row. `detail` says nothing about any child.
    """

    class What(models.TextChoices):
        LIST = "list", "Read a list"
        CHILD = "child", "Read one record"
        SEARCH = "search", "Searched a list"
        IMPORT = "import", "Read an import"
        FAULTS = "faults", "Read an import's faults"
        MARKED_COPY = "marked-copy", "Downloaded a marked copy"
        SOURCE_FILE = "source-file", "Downloaded an import's file"
        EXPORT = "export", "Downloaded an export"
        SURVEY = "survey", "Read the children's survey letters"
        LOG = "log", "Searched the log by identifier"
        CHECK = "check", "Checked files without keeping them"
        ERASURE = "erasure", "Looked for a record to erase"
        SELECTION = "selection", "Read the selected cases"
        SAMPLE = "sample", "Drew a sample of cases"
        AUDIT = "audit", "Read an audit"
        AUDIT_FILE = "audit-file", "Downloaded a file of an audit"
        AUDIT_EXPORT = "audit-export", "Downloaded audits"

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="case_accesses")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=20, choices=What.choices)
    was_refused = models.BooleanField(default=False)
    list = models.CharField(max_length=80, blank=True)
    child = models.CharField(max_length=32, blank=True)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=("inspection", "-at"), name="case_access_by_time"),
            models.Index(fields=("child",), condition=~Q(child=""), name="case_access_by_child"),
        )

    def __str__(self) -> str:
        return f"{self.get_what_display()} at {self.at}"


class Erasure(models.Model):
    """A record that child-level data was erased: what, when, by whom (None if it was due), and how much.

    `child` is the random key, if one child was erased. `on` is the day that decided what was due.
    """

    class Scope(models.TextChoices):
        INSPECTION = "inspection", "Everything of the inspection"
        SUPERSEDED = "superseded", "Superseded imports"
        CHILD = "child", "One record"

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="case_erasures")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    scope = models.CharField(max_length=40, choices=Scope.choices)
    on = models.DateField()
    child = models.CharField(max_length=32, blank=True)
    why = models.TextField(blank=True)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"Erasure of {self.scope} at {self.at}"
