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
    """The inspectors that the council deals with, the lead inspector first, and the set-up meeting, once recorded."""

    inspectors: Sequence[NamedInspector]
    set_up_meeting: datetime | None


def met_by(snapshot: Snapshot) -> InspectorsAndMeeting:
    """The inspectors and the set-up meeting as last recorded."""
    people, meetings = _READ(snapshot.inspection.pk)
    return InspectorsAndMeeting(inspectors.people(people), max(meetings)[-1] if meetings else None)


def set_up_meeting_of(snapshot: Snapshot) -> datetime | None:
    """When the set-up meeting is or was; None if nothing is recorded."""
    return met_by(snapshot).set_up_meeting
