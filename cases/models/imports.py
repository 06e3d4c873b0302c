"""Imports of case lists: the files, what was found in them, and what changed."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate

from accounts.models import Council, User
from inspections.models import Inspection
from jobs.queue import Job


class CaseImport(Job):
    """One import. Once applied it stays on record; its files and faults are erased later.

    columns       one entry for each column of the files: heading, field, how many cells are good, empty and bad, and
                  samples, which are deleted together with the files
    difference    {"added", "changed", "gone", "unchanged"} for each list, by its key
    fault_counts  how many faults there are, by level and kind
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        READING = "reading", "Reading"
        MAPPING = "mapping", "Headings to match"
        REFUSED = "refused", "Refused"
        CHECKED = "checked", "Checked"
        APPLYING = "applying", "Applying"
        APPLIED = "applied", "Applied"
        DISCARDED = "discarded", "Discarded"
        FAILED = "failed", "Failed"

    class Kind(models.TextChoices):
        FILES = "files", "Files"
        STATED_EMPTY = "stated-empty", "Stated to be empty"
        RESTORED = "restored", "Former import brought back"

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="case_imports")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.FILES)
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    # What the person said about the files.
    on = models.DateField(null=True, blank=True)
    list_key = models.SlugField(max_length=80, blank=True)
    source = models.CharField(max_length=20, blank=True)
    allow_empty = models.BooleanField(default=False)
    # From the form that requested it; a command has none.
    once = models.UUIDField(unique=True, null=True)
    restored_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    # Progress, and what was found.
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    rows = models.PositiveIntegerField(default=0)
    lists = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    unmapped = models.JSONField(default=list)
    fault_counts = models.JSONField(default=list)
    difference = models.JSONField(default=dict)
    # The last applied import when the difference was worked out. If there is a newer one, it is stale.
    compared_with = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    applied_at = models.DateTimeField(null=True)
    applied_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("inspection", "number"), name="one_case_import_per_number"),
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(applied_at__isnull=False), name="an_applied_import_has_its_time"
            ),
        )

    def __str__(self) -> str:
        return f"Import {self.number} of {self.inspection}"

    @property
    def day(self) -> date:
        """The day that its lists describe: its as-at day, otherwise the day it was applied or requested."""
        return self.on or localdate(self.applied_at or self.requested_at)


#: A worker is busy with an import in one of these states, or will be.
UNDER_WAY = (CaseImport.State.WAITING, CaseImport.State.READING, CaseImport.State.APPLYING)


class ImportFile(models.Model):
    """One file of an import. When the import is erased, the file and its name are deleted."""

    case_import = models.ForeignKey(CaseImport, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    stored_name = models.CharField(max_length=32, unique=True, null=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class ImportFault(models.Model):
    """A fault in an import's files, with what would be right. It quotes the cell, so it is child-level."""

    case_import = models.ForeignKey(CaseImport, on_delete=models.CASCADE, related_name="faults", db_index=False)
    level = models.CharField(max_length=10)
    kind = models.CharField(max_length=40)
    file = models.CharField(max_length=255)
    sheet = models.CharField(max_length=255, blank=True)
    row = models.PositiveIntegerField(null=True)
    column = models.TextField(blank=True)
    place = models.PositiveIntegerField(null=True)
    value = models.TextField(blank=True)
    message = models.TextField()

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("case_import", "level", "kind", "id"), name="case_fault_by_kind"),)

    def __str__(self) -> str:
        return f"{self.level} in row {self.row}"


class StagedRow(models.Model):
    """A row that an import has read and not yet applied. It is deleted when the import is applied or discarded.

    Hundreds of thousands are inserted with the import's own id, so the database need not check it. `worker` is the
    allocated worker; None if the row's file or sheet has no column for it.
    """

    case_import = models.ForeignKey(
        CaseImport, on_delete=models.CASCADE, related_name="staged", db_index=False, db_constraint=False
    )
    list = models.CharField(max_length=80)
    folded = models.CharField(max_length=100)
    identifier = models.CharField(max_length=100)
    values = models.JSONField(default=dict)
    born = models.DateField(null=True)
    referred = models.DateField(null=True)
    worker = models.CharField(max_length=200, null=True)

    class Meta:
        indexes = (models.Index(fields=("case_import", "list", "folded"), name="staged_row_by_identifier"),)

    def __str__(self) -> str:
        return f"Row of {self.list}"


class ImportCount(models.Model):
    """How many children on a list are in one group of a field after an import. It is kept when children are erased.

    `field` is empty for the list's total. `value` is the key of a group or band, empty for an empty field.
    """

    case_import = models.ForeignKey(CaseImport, on_delete=models.CASCADE, related_name="counts")
    list = models.CharField(max_length=80)
    field = models.CharField(max_length=80, blank=True)
    value = models.CharField(max_length=120, blank=True)
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("case_import", "list", "field", "value"), name="one_count_per_group"),
        )

    def __str__(self) -> str:
        return f"{self.count} in {self.list}"


class Heading(models.Model):
    """A heading of a council's system and the field it stands for: matched once by a person, then remembered."""

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="case_headings")
    heading = models.CharField(max_length=200)
    field = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("heading",)
        constraints = (models.UniqueConstraint(fields=("council", "heading"), name="one_field_per_heading"),)

    def __str__(self) -> str:
        return self.heading
