"""Packs: what would be sent, what was built and frozen, and what was sent to whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from inspections.models import Inspection
from jobs.queue import Job


class PackState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    BUILDING = "building", "Building"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


# The names of a pack's files in its folder.
PDF, ZIP, FRONT = "pack.pdf", "pack.zip", "front.pdf"
CHILDREN_PDF, CHILDREN_ZIP = "children.pdf", "children.zip"
UNFINISHED = (PackState.QUEUED, PackState.BUILDING)


class Pack(Job):
    """One pack of an inspection. Once ready it is frozen: its files, their hashes and its manifest never change again.

    Files that name children are in a separate PDF and ZIP, which fewer people may open.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="packs")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=PackState.choices, default=PackState.QUEUED)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    # The fingerprint of what it was made from; a pack asked for again with the same one is the same pack.
    fingerprint = models.CharField(max_length=64, blank=True)

    # Its progress while it is built.
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    # Once it is ready.
    finished_at = models.DateTimeField(null=True)
    pages = models.PositiveIntegerField(default=0)
    front_pages = models.PositiveIntegerField(default=0)
    pdf_size = models.PositiveBigIntegerField(default=0)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    zip_size = models.PositiveBigIntegerField(default=0)
    zip_sha256 = models.CharField(max_length=64, blank=True)
    has_children_part = models.BooleanField(default=False)
    # Something failed that may work next time: a file could not be read, or took too long to convert.
    is_unsettled = models.BooleanField(default=False)
    manifest = models.JSONField(default=list)
    # The last pack that had been sent when this one was made, and the changes since (see changes.py).
    since = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    # A supplement holds only what is new or replaced; this is the whole pack that it adds to.
    supplements = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    changes = models.JSONField(default=list)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("inspection", "number"), name="one_pack_per_number"),
            models.UniqueConstraint(
                fields=("inspection",), condition=Q(state__in=["queued", "building"]), name="one_pack_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(pdf_sha256="") & ~Q(zip_sha256="") & Q(finished_at__isnull=False)),
                name="a_ready_pack_has_its_files",
            ),
        )

    def __str__(self) -> str:
        return f"Pack {self.number} of {self.inspection}"

    @property
    def called(self) -> str:
        """The name that people see."""
        if self.supplements is None:
            return f"Pack {self.number}"
        return f"Pack {self.number}, a supplement to pack {self.supplements.number}"

    @property
    def is_supplement(self) -> bool:
        return self.supplements_id is not None

    @property
    def folder(self) -> Path:
        """The folder of its files: a name of our own that says nothing about the council."""
        return Path(settings.PACKS_DIR) / str(self.pk)

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def has_its_files(self) -> bool:
        """Whether its files are where they were put; False if the storage has lost them."""
        return all((self.folder / name).is_file() for name in self.file_names)

    @property
    def file_names(self) -> tuple[str, ...]:
        return (PDF, ZIP, FRONT, *((CHILDREN_PDF, CHILDREN_ZIP) if self.has_children_part else ()))

    @property
    def supplied(self) -> list[dict[str, Any]]:
        """The rows of the manifest whose files are in the ZIP."""
        return [row for row in self.manifest if row["supplied"]]

    @property
    def not_supplied(self) -> list[dict[str, Any]]:
        """The parts that the pack calls NOT SUPPLIED, wholly or in part."""
        return [row for row in self.manifest if row["in_pdf"] == "not supplied"]

    @property
    def damaged(self) -> list[dict[str, Any]]:
        """The files that could not be shown as pages because of a fault of their own."""
        return [row for row in self.manifest if row["in_pdf"] == "damaged"]


class PackSending(models.Model):
    """A pack recorded as sent: to whom, when, by whom, how, and whether the part that names children was included."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="sendings")
    sent_at = models.DateTimeField()
    recipient = models.CharField(max_length=200)
    how = models.CharField(max_length=200)
    with_children_part = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    once = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-sent_at", "-pk")

    def __str__(self) -> str:
        return f"{self.pack} to {self.recipient}"
