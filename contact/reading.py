"""What pages show of the inspectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.prepared import Prepared
from contact.models import Inspector
from govuk.forms import lower_first
from inspections.standing import Standing

_INSPECTORS = Prepared(
    lambda inspection: (
        Inspector.objects.filter(inspection=inspection, removed_at=None)
        .order_by("name", "pk")
        .values_list("pk", "name", "part", "telephone", "email")
    )
)
# The lead inspector first.
_ORDER = {part: place for place, part in enumerate(Inspector.Part.values)}


@dataclass(frozen=True, slots=True)
class Person:
    """An inspector as a page names them."""

    pk: int
    name: str
    part: str
    telephone: str
    email: str

    @property
    def number(self) -> str:
        """The telephone number as a link takes it."""
        return self.telephone.replace(" ", "")

    @property
    def is_lead(self) -> bool:
        return self.part == Inspector.Part.LEAD

    @property
    def words(self) -> str:
        """What they are, to stand in a sentence."""
        return lower_first(str(Inspector.Part(self.part).label))


def inspectors_of(standing: Standing) -> Sequence[Person]:
    """The inspectors, the lead inspector first (one query)."""
    people = (Person(*row) for row in _INSPECTORS(standing.inspection.pk))
    return sorted(people, key=lambda person: _ORDER[person.part])
