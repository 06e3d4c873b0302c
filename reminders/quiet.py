"""Inspections that had nothing to send at the last tick, and have not moved on since, are not looked at again.

A tick comes every minute, and on most inspections at most minutes nothing is due. What could make something due is an
action, which moves the version of the inspection or the council on, or the clock, at a midnight, an opening or a close.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from frameworks import WorkingHours
from inspections.models import Inspection
from inspections.snapshot import Snapshot
from reminders.models import Quiet
from reminders.rules.reminder_times import quiet_until


def without_quiet_ones(inspections: QuerySet[Inspection], now: datetime) -> list[Inspection]:
    """Those of the inspections that need a look at `now` (two queries)."""
    notes = {note.inspection_id: note for note in Quiet.objects.filter(since__lte=now, until__gt=now)}
    return [inspection for inspection in inspections if not _holds(notes.get(inspection.pk), inspection)]


def _holds(note: Quiet | None, inspection: Inspection) -> bool:
    return (
        note is not None
        and note.inspection_version == inspection.version
        and note.council_version == inspection.council.version
    )


def note(found: Iterable[tuple[Snapshot, WorkingHours]]) -> None:
    """Notes that these, as they were read, have nothing to send until the clock may change that (one statement)."""
    Quiet.objects.bulk_create(
        [
            Quiet(
                inspection=snapshot.inspection,
                inspection_version=snapshot.inspection.version,
                council_version=snapshot.inspection.council.version,
                since=snapshot.now,
                until=quiet_until(snapshot.now, hours),
            )
            for snapshot, hours in found
        ],
        update_conflicts=True,
        unique_fields=["inspection"],
        update_fields=["inspection_version", "council_version", "since", "until"],
    )


def forget(inspections: Iterable[Inspection]) -> None:
    """Has these looked at by the next tick whatever was noted."""
    Quiet.objects.filter(inspection__in=inspections).delete()
