"""How ready an inspection was, stored once a day, so that a trend can be drawn over months.

A missed day stays missing: what was true then is no longer known, and the chart does not guess.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate

from inspections.locks import locked
from inspections.models import Inspection
from inspections.phases import OVER, phase_of
from inspections.snapshot import Snapshot, snapshot_of
from timetable.duties import all_duties, if_called_today
from timetable.models import ReadinessDay


def counts_of(snapshot: Snapshot) -> dict[str, int]:
    """The figures of a day: how many documents and groups are ready, how many have nobody to do them, how much
    is late.
    """
    is_called = snapshot.schedule is not None
    owed = all_duties(snapshot if is_called else if_called_today(snapshot))
    figures = dict.fromkeys(("documents", "documents_ready", "groups", "groups_ready"), 0)
    for duty in owed:
        if duty.kind.trend:
            figures[duty.kind.trend] += 1
            figures[f"{duty.kind.trend}_ready"] += duty.done
    return {
        **figures,
        "unowned": sum(
            not duty.done and duty.kind.before_call and (duty.is_unowned or duty.is_vacant) for duty in owed
        ),
        # Before the call only duties with a date of their own can be late.
        "late": sum(duty.is_late(snapshot.now) for duty in owed if is_called or not duty.hangs_on_call),
    }


@transaction.atomic
def keep_day(inspection: Inspection, *, now: datetime) -> bool:
    """Store the figures of the day of `now`. Returns whether they were not stored already. Stored figures never change.

    Nothing is stored for an inspection that was withdrawn or is over.
    """
    inspection = locked(inspection)
    snapshot = snapshot_of(inspection, now=now)
    if inspection.is_withdrawn or phase_of(snapshot) == OVER:
        return False
    day, figures = localdate(now), counts_of(snapshot)
    _, is_new = ReadinessDay.objects.get_or_create(inspection=inspection, day=day, defaults={"made_at": now, **figures})
    if is_new:
        # Pages that show the trend are out of date now.
        Inspection.objects.filter(pk=inspection.pk).update(version=F("version") + 1)
    return is_new


def keep_all(*, now: datetime) -> int:
    """Store the day of every inspection that is running or being prepared. Returns for how many it was new."""
    kept = ReadinessDay.objects.filter(day=localdate(now)).values("inspection")
    rows = Inspection.objects.filter(withdrawn_at=None).exclude(pk__in=kept).order_by("pk")
    return sum(keep_day(inspection, now=now) for inspection in rows)
