"""The inspectors, as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from database.prepared import Prepared
from govuk.forms import lower_first
from inspections.models import Inspector
from inspections.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class NamedInspector:
    """An inspector as a page names them."""

    pk: int
    name: str
    part: str
    telephone: str
    email: str

    @property
    def number(self) -> str:
        """The telephone number in the form that links need."""
        return self.telephone.replace(" ", "")

    @property
    def is_lead(self) -> bool:
        return self.part == Inspector.Part.LEAD

    @property
    def words(self) -> str:
        """The kind of inspector, worded to follow in a sentence."""
        return lower_first(str(Inspector.Part(self.part).label))


def rows_of(inspection: int) -> QuerySet[Inspector, tuple[Any, ...]]:
    """The inspectors of an inspection (its id) who are on the list, in no order, as input for `people`."""
    return (
        Inspector.objects.filter(inspection=inspection, removed_at=None)
        .order_by()
        .values_list("pk", "name", "part", "telephone", "email")
    )


def people(rows: Iterable[Sequence[Any]]) -> list[NamedInspector]:
    """The inspectors of these rows, the lead inspector first."""
    order = {part: place for place, part in enumerate(Inspector.Part.values)}
    return sorted((NamedInspector(*row) for row in rows), key=lambda person: (order[person.part], person.name))


_READ = Prepared(rows_of)


def inspectors_of(snapshot: Snapshot) -> Sequence[NamedInspector]:
    """The inspectors, the lead inspector first."""
    return people(_READ(snapshot.inspection.pk))
