"""What pages show of the inspectors and the set-up meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contact.models import SetUpMeeting
from database.prepared import PreparedTogether
from inspections import inspectors
from inspections.inspectors import NamedInspector
from inspections.snapshot import Snapshot

_READ = PreparedTogether(
    inspectors.rows_of,
    lambda inspection: (
        SetUpMeeting.objects.filter(inspection=inspection).order_by().values_list("recorded_at", "pk", "held_at")
    ),
)


@dataclass(frozen=True, slots=True)
class InspectorsAndMeeting:
    """Whom the council deals with, the lead inspector first, and when the set-up meeting is or was, once recorded."""

    inspectors: Sequence[NamedInspector]
    set_up_meeting: datetime | None


def met_by(snapshot: Snapshot) -> InspectorsAndMeeting:
    """The inspectors and the set-up meeting as it was recorded last (one query)."""
    people, meetings = _READ(snapshot.inspection.pk)
    return InspectorsAndMeeting(inspectors.people(people), max(meetings)[-1] if meetings else None)


def set_up_meeting_of(snapshot: Snapshot) -> datetime | None:
    """When the set-up meeting is or was; None where nothing is recorded (one query)."""
    return met_by(snapshot).set_up_meeting
