"""What the demonstration shows of dates that turned out otherwise: one step moved, one event's date known."""

from __future__ import annotations

from datetime import datetime, time

from accounts.models import User
from inspections.commands import LONDON
from inspections.dates_actions import is_notification, move_step, record_actual_date
from inspections.models import Inspection
from inspections.schedule import DatedStep
from inspections.standing import Standing, standing_of

# The working days of the inspection on which the office hears of each, and how far the step is moved.
MOVED_ON, KNOWN_ON, LATER = 3, 6, 2


def set_dates(inspection: Inspection, *, by: User, now: datetime) -> None:
    """On day 3 a meeting of the inspectors is put off, on day 6 the first event is confirmed; each if it is past."""
    standing = standing_of(inspection, now=now)
    day = standing.day or 0
    meeting = _movable(standing)
    if day >= MOVED_ON and meeting is not None and meeting.last is not None:
        move_step(
            inspection=inspection,
            step_key=meeting.step.key,
            first=standing.calendar.add(meeting.last, LATER),
            reason="the lead inspector asked for it",
            by=by,
            now=_morning(standing, MOVED_ON, now),
        )
    event = next((anchor for anchor in standing.framework.anchors if anchor.timing), None)
    if day >= KNOWN_ON and event is not None and standing.schedule is not None:
        record_actual_date(
            inspection=inspection,
            anchor_key=event.key,
            day=standing.schedule.anchors[event.key],
            note="confirmed by the lead inspector",
            by=by,
            now=_morning(standing, KNOWN_ON, now),
        )


def _movable(standing: Standing) -> DatedStep | None:
    """The first step after those days that takes one day, is nobody's deadline and has nothing counted from it."""
    steps = standing.schedule.steps if standing.schedule else ()
    anchors = {anchor.key for anchor in standing.framework.anchors if anchor.timing}
    return next(
        (
            dated
            for dated in steps
            if not dated.step.deadline and not is_notification(standing.framework, dated.step)
            if dated.first == dated.last and (dated.last_day or 0) > MOVED_ON
            if dated.step.timing.anchor not in anchors
        ),
        None,
    )


def _morning(standing: Standing, number: int, now: datetime) -> datetime:
    assert standing.schedule is not None  # it was notified
    day = standing.schedule.day(number).date
    return min(datetime.combine(day, time(10), LONDON), now)
