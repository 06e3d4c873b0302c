"""What pages show of the inspectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.prepared import Together
from contact.models import Inspector, SetUpMeeting
from govuk.forms import lower_first
from inspections.standing import Standing

_READ = Together(
    lambda inspection: (
        Inspector.objects.filter(inspection=inspection, removed_at=None)
        .order_by()
        .values_list("pk", "name", "part", "telephone", "email")
    ),
    lambda inspection: (
        SetUpMeeting.objects.filter(inspection=inspection).order_by().values_list("recorded_at", "pk", "held_at")
    ),
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


@dataclass(frozen=True, slots=True)
class Met:
    """Whom the council deals with, the lead inspector first, and when the set-up meeting is or was, once recorded."""

    inspectors: Sequence[Person]
    set_up_meeting: datetime | None


def met_by(standing: Standing) -> Met:
    """The inspectors and the set-up meeting as it was recorded last (one query)."""
    people, meetings = _READ(standing.inspection.pk)
    inspectors = sorted((Person(*row) for row in people), key=lambda person: (_ORDER[person.part], person.name))
    return Met(inspectors, max(meetings)[-1] if meetings else None)


def inspectors_of(standing: Standing) -> Sequence[Person]:
    """The inspectors, the lead inspector first (one query)."""
    return met_by(standing).inspectors


def set_up_meeting_of(standing: Standing) -> datetime | None:
    """When the set-up meeting is or was; None where nothing is recorded (one query)."""
    return met_by(standing).set_up_meeting
