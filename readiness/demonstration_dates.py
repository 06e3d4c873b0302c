"""Dates of the demonstration that differ from the computed ones: one step moved, one event's actual date known."""

from __future__ import annotations

from datetime import datetime, time

from accounts.models import User
from inspections.commands import LONDON
from inspections.dates_actions import is_notification, move_step, record_actual_date
from inspections.models import Inspection
from inspections.schedule import DatedStep
from inspections.snapshot import Snapshot, snapshot_of

# The working days on which the DCS office hears of each, and how far the step is moved.
MOVED_ON, KNOWN_ON, LATER = 3, 6, 2


def set_dates(inspection: Inspection, *, by: User, now: datetime) -> None:
    """On day 3 an inspectors' meeting is put off, on day 6 the first event is confirmed; each once that day has
    passed.
    """
    snapshot = snapshot_of(inspection, now=now)
    day = snapshot.day or 0
    meeting = _movable(snapshot)
    if day >= MOVED_ON and meeting is not None and meeting.last is not None:
        move_step(
            inspection=inspection,
            step_key=meeting.step.key,
            first=snapshot.calendar.add(meeting.last, LATER),
            reason="the lead inspector asked for it",
            by=by,
            now=_morning(snapshot, MOVED_ON, now),
        )
    event = next((anchor for anchor in snapshot.framework.anchors if anchor.timing), None)
    if day >= KNOWN_ON and event is not None and snapshot.schedule is not None:
        record_actual_date(
            inspection=inspection,
            anchor_key=event.key,
            day=snapshot.schedule.anchors[event.key],
            note="confirmed by the lead inspector",
            by=by,
            now=_morning(snapshot, KNOWN_ON, now),
        )


def _movable(snapshot: Snapshot) -> DatedStep | None:
    """The first step after those days that takes one day, is not a deadline and has nothing counted from it."""
    steps = snapshot.schedule.steps if snapshot.schedule else ()
    anchors = {anchor.key for anchor in snapshot.framework.anchors if anchor.timing}
    return next(
        (
            dated
            for dated in steps
            if not dated.step.deadline and not is_notification(snapshot.framework, dated.step)
            if dated.first == dated.last and (dated.last_day or 0) > MOVED_ON
            if dated.step.timing.anchor not in anchors
        ),
        None,
    )


def _morning(snapshot: Snapshot, number: int, now: datetime) -> datetime:
    assert snapshot.schedule is not None  # It was notified.
    day = snapshot.schedule.day(number).date
    return min(datetime.combine(day, time(10), LONDON), now)
