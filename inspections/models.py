"""An inspection of a council: which framework and plan, when it was notified; closure days; owners; inspectors."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Council, Post, User
from frameworks import Framework, Library, Plan

if TYPE_CHECKING:
    from django.db.models import QuerySet


def library() -> Library:
    """The frameworks and plans of this installation: those included and the council's own files."""
    return _library(tuple(settings.FRAMEWORK_DIRS))


@lru_cache(maxsize=8)
def _library(folders: tuple[Path, ...]) -> Library:
    return Library(folders)


class InspectionKind(models.TextChoices):
    REAL = "real", "Inspection"
    REHEARSAL = "rehearsal", "Rehearsal"


class Inspection(models.Model):
    """One run of a framework for a council. It exists while the council prepares, long before notification."""

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="inspections")
    slug = models.SlugField(unique=True, max_length=80)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=InspectionKind.choices, default=InspectionKind.REAL)
    framework_key = models.CharField(max_length=80)
    plan_key = models.CharField(max_length=80, blank=True)
    # "At least once before April 2012" (briefing paper, item 2) applies to one inspection, not to the framework.
    expected_before = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    notified_on = models.DateField(null=True, blank=True)
    notification_recorded_at = models.DateTimeField(null=True, blank=True)
    notification_recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    # Moved on by every action on the inspection, so that a page can tell that nothing changed.
    version = models.PositiveBigIntegerField(default=1)

    class Meta:
        ordering = ("-opened_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(notified_on=None, notification_recorded_at=None)
                | Q(notified_on__isnull=False, notification_recorded_at__isnull=False),
                name="notification_and_its_record_go_together",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="withdrawal_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def framework(self) -> Framework:
        """The framework as loaded from its file."""
        return library().framework(self.framework_key)

    @property
    def plan(self) -> Plan | None:
        """The local plan that the inspection was opened with, if any."""
        return library().plan(self.plan_key) if self.plan_key else None

    @property
    def is_rehearsal(self) -> bool:
        return self.kind == InspectionKind.REHEARSAL

    @property
    def is_notified(self) -> bool:
        return self.notified_on is not None

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class ClosureDay(models.Model):
    """A day that a council adds to those that do not count: its own closure, or a bank holiday announced late."""

    class Kind(models.TextChoices):
        CLOSURE = "closure", "Council closed"
        BANK_HOLIDAY = "bank-holiday", "Bank holiday"

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="closure_days")
    date = models.DateField()
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.CLOSURE)
    reason = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("date",)
        constraints = (models.UniqueConstraint(fields=("council", "date"), name="one_closure_a_day"),)

    def __str__(self) -> str:
        return f"{self.date}: {self.reason}"

    @property
    def why(self) -> str:
        """The reason, as shown in the explanation of a date."""
        return self.reason if self.kind == self.Kind.BANK_HOLIDAY else f"Council closed: {self.reason}"


class StoredSetDate(models.Model):
    """A date that was set for one inspection instead of the computed one. If it is undone, the row is kept.

    Either a step was moved (`key` is the step's, `first` to `last` its dates), or the actual date of an event that
    others are counted from is known (`key` is the anchor's, `first` and `last` are that day). A new date ends the one
    before.
    """

    class Kind(models.TextChoices):
        MOVED = "moved", "Step moved"
        ACTUAL = "actual", "Actual date"

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="set_dates")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    key = models.SlugField(max_length=80)
    first = models.DateField()
    last = models.DateField()
    reason = models.CharField(max_length=1000, blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-set_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("inspection", "kind", "key"), condition=Q(undone_at=None), name="one_fixed_date_at_a_time"
            ),
            models.CheckConstraint(condition=Q(first__lte=models.F("last")), name="a_fixed_date_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False),
                name="a_fixed_date_is_undone_at_a_time",
            ),
            models.CheckConstraint(condition=Q(kind="actual") | ~Q(reason=""), name="a_step_is_moved_for_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.key} of {self.inspection}: {self.first}"


class Ownership(models.Model):
    """A post owns an item of an inspection.

    `item` is written as local plans write it: `document:1`, `focus-group:safeguarding-12`, `step:case-list`.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="ownerships")
    item = models.CharField(max_length=120)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="ownerships")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("inspection", "item", "position")
        constraints = (models.UniqueConstraint(fields=("inspection", "item", "post"), name="one_ownership_per_post"),)

    def __str__(self) -> str:
        return f"{self.post} owns {self.item}"


class Inspector(models.Model):
    """A member of the inspection team. The row of an inspector who is taken off is kept."""

    class Part(models.TextChoices):
        LEAD = "lead", "Lead inspector"
        INSPECTOR = "inspector", "Inspector"
        HEALTH = "health", "CQC inspector"

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="inspectors")
    name = models.CharField(max_length=200)
    part = models.CharField(max_length=12, choices=Part.choices)
    telephone = models.CharField(max_length=50, blank=True)
    email = models.EmailField(blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("inspection",), condition=Q(part="lead", removed_at=None), name="one_lead_inspector_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return self.name


class OwnersImport(models.Model):
    """A spreadsheet of owners as it was read, stored so that it can be shown before it is applied, and traced
    afterwards.

    `rows` are the rows with content, each `{"sheet", "row", "cells": {field: text}}` with the row number that a
    spreadsheet shows. The changes are never stored: they are computed against the present owners each time.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="owner_imports")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-uploaded_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(applied_by=None) | Q(applied_at__isnull=False), name="owners_import_applied_by_and_at"
            ),
        )

    def __str__(self) -> str:
        return self.file_name


def visible_to(user: User) -> QuerySet[Inspection]:
    """The inspections of the councils that the person is in."""
    return Inspection.objects.filter(council__memberships__user=user).distinct()


def current_inspection(council: Council, *, today: date) -> Inspection | None:
    """The inspection that a council is working on: one that is running, else one in preparation, else the latest.

    Real ones come before rehearsals. An inspection counts as over when twice as many days have passed since the call as
    it has working days.
    """
    rows = list(Inspection.objects.filter(council=council, withdrawn_at=None))

    def is_over(row: Inspection) -> bool:
        return row.notified_on is not None and row.notified_on + timedelta(days=2 * row.framework.last_day) < today

    def order(row: Inspection) -> tuple[bool, bool, bool, int]:
        latest = row.notified_on or timezone.localdate(row.opened_at)
        return (is_over(row), row.notified_on is None, row.kind != InspectionKind.REAL, -latest.toordinal())

    return min(rows, key=order, default=None)
