"""Inspections that had nothing to send at the last tick, and have not changed since, are not checked again.

A tick comes every minute, and for most inspections nothing is due in most minutes. Something can become due only
through an action, which moves the version of the inspection or the council on, or by the clock: at midnight, at the
opening or closing hour, or at a full hour.
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
    """Those of the inspections that must be checked at `now`."""
    notes = {note.inspection_id: note for note in Quiet.objects.filter(since__lte=now, until__gt=now)}
    return [inspection for inspection in inspections if not _holds(notes.get(inspection.pk), inspection)]


def _holds(note: Quiet | None, inspection: Inspection) -> bool:
    return (
        note is not None
        and note.inspection_version == inspection.version
        and note.council_version == inspection.council.version
    )


def note(found: Iterable[tuple[Snapshot, WorkingHours]]) -> None:
    """Notes that these, as they were read, have nothing to send until the clock may change that."""
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
    """Has the next tick check these, whatever was noted."""
    Quiet.objects.filter(inspection__in=inspections).delete()
