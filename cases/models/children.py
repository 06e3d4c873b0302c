"""Children, their rows on the lists with their history, and contradictions between lists."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from cases.models.imports import CaseImport
from inspections.models import Inspection


def random_key() -> str:
    """A random key of 32 hexadecimal digits, which says nothing about the child."""
    return uuid.uuid4().hex


class Child(models.Model):
    """A child on an inspection's lists, or whoever else a framework's list is about. Only this table holds identifiers.

    `key` is used in addresses and in the log. Once the row is deleted, nobody can tell whose key it was. `folded` is
    the identifier without case and surrounding spaces, for comparing. `worker` is the allocated worker as the source
    names them, which is never shown on lists nor exported: it only keeps people from auditing their own cases.
    """

    inspection = models.ForeignKey(
        Inspection, on_delete=models.CASCADE, related_name="children", db_index=False, db_constraint=False
    )
    key = models.CharField(max_length=32, default=random_key)
    identifier = models.CharField(max_length=100)
    folded = models.CharField(max_length=100)
    worker = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("inspection", "folded"), name="one_child_per_identifier"),
            # Not `unique=True`, for which PostgreSQL would keep a second index.
            models.UniqueConstraint(fields=("key",), name="one_child_per_key"),
        )

    def __str__(self) -> str:
        return f"Child {self.key}"


class ListRow(models.Model):
    """A child on a list, as one import described it. A change ends the row and begins another; nothing is overwritten.

    since   the applied import that added it
    until   the applied import that changed or removed it; None while it is current
    values  stored values by the field's key; empty cells have none

    One statement inserts hundreds of thousands of rows and joins them to their child and import, so the database need
    not check these keys again.
    """

    inspection = models.ForeignKey(
        Inspection, on_delete=models.CASCADE, related_name="case_rows", db_index=False, db_constraint=False
    )
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="rows", db_constraint=False)
    list = models.CharField(max_length=80)
    since = models.ForeignKey(CaseImport, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    until = models.ForeignKey(
        CaseImport, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    values = models.JSONField(default=dict)
    # Copies of the values that lists are sorted by.
    born = models.DateField(null=True)
    referred = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("child", "list"), condition=Q(until=None), name="a_child_is_on_a_list_once"
            ),
        )
        indexes = (
            models.Index(fields=("inspection", "list"), condition=Q(until=None), name="case_rows_that_are_current"),
            models.Index(fields=("until", "list"), condition=~Q(until=None), name="case_rows_that_ended"),
        )

    def __str__(self) -> str:
        return f"{self.child} on {self.list}"


class Contradiction(models.Model):
    """Two lists that say different things about a child, to be settled at the source or explained.

    `rule` is the key of the framework's rule. They are found again when an import is applied; those that no longer
    exist are settled.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        EXPLAINED = "explained", "Explained"
        SETTLED = "settled", "Settled"

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="case_contradictions")
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="contradictions")
    rule = models.CharField(max_length=80)
    # The list whose duty it counts for.
    list = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    found_in = models.ForeignKey(CaseImport, on_delete=models.PROTECT, related_name="+")
    settled_in = models.ForeignKey(CaseImport, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    noted_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("rule", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("child", "rule", "list"), condition=~Q(state="settled"), name="a_contradiction_stands_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule} of {self.child}"
