"""Setting a date of one inspection instead of the computed one, and undoing it: steps moved, actual dates recorded.

The checks are made with the inspection's row locked, so that if two people move one step at once the second is told
about the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from frameworks import NOTIFIED, Framework, Step
from govuk.text import many_lines
from inspections.actions import given, item_title
from inspections.audit import record
from inspections.date_warnings import date_warnings
from inspections.locks import locked
from inspections.models import Inspection, StoredSetDate
from inspections.moves import Move, moves_between
from inspections.schedule import Schedule
from inspections.set_dates import ACTUAL, MOVED, SetDate, without
from inspections.snapshot import Snapshot, dates_of, snapshot_of
from inspections.working_days import NotAWorkingDay, NoWorkingDay, in_words
from refusals import Refused

# A date further from the notification than this has a wrong year.
FURTHEST = timedelta(days=366)
SAY_WHY = "Say why the step is moved, so that it is on the record."


@dataclass(frozen=True)
class DateProposal:
    """What would follow if a date were set or undone: the dates after it, what moves, and any warnings."""

    after: Schedule
    moves: tuple[Move, ...]
    date_warnings: tuple[str, ...]


def is_notification(framework: Framework, step: Step) -> bool:
    """Whether the step is the notification itself, whose day is corrected, not moved."""
    first = next((each for each in framework.steps if each.timing.anchor == NOTIFIED and each.timing.last == 0), None)
    return first is not None and first.key == step.key and not step.deadline


def propose(snapshot: Snapshot, kind: str, key: str, set_date: SetDate | None) -> DateProposal:
    """What would follow if `set_date` replaced the date that is set for this step or event; None undoes it."""
    assert snapshot.schedule is not None  # The caller has checked it.
    set_dates = without(snapshot.set_dates, kind, key)
    set_dates = (*set_dates, set_date) if set_date else set_dates
    try:
        after = dates_of(snapshot.framework, snapshot.plan, snapshot.schedule.notified, snapshot.calendar, set_dates)
    except NoWorkingDay as error:
        raise Refused(str(error), field="first") from None
    moves = moves_between(snapshot.schedule, after)
    found = date_warnings(snapshot.framework, after, snapshot.calendar, set_dates)
    there = date_warnings(snapshot.framework, snapshot.schedule, snapshot.calendar, snapshot.set_dates)
    return DateProposal(
        after, moves, (*_passed(snapshot, after, moves), *(each for each in found if each not in there))
    )


def _passed(snapshot: Snapshot, after: Schedule, moves: tuple[Move, ...]) -> list[str]:
    """A warning that deadlines which are still ahead would already have passed."""
    assert snapshot.schedule is not None
    steps = [
        move.title
        for move in moves
        if move.deadline
        and (due := after.step(move.step).due) is not None
        and due < snapshot.now
        and ((was := snapshot.schedule.step(move.step).due) is None or was >= snapshot.now)
    ]
    return [f"“{title}” would be late at once: its new date has passed already." for title in steps]


def check_date(snapshot: Snapshot, kind: str, key: str, first: date, last: date) -> None:
    """Raises Refused if the step or event cannot be set to these dates, with what would be right."""
    check_open(snapshot)
    check_subject(snapshot.framework, kind, key)
    notified = snapshot.inspection.notified_on
    assert notified is not None  # It is open, so it was notified.
    if last < first:
        raise Refused(f"It cannot end on {in_words(last)}, before it begins on {in_words(first)}.", field="last")
    if first < notified:
        raise Refused(
            f"{in_words(first)} is before the notification ({in_words(notified)}). Choose that day or a later one.",
            field="first",
        )
    if last - notified > FURTHEST:
        field = "first" if first - notified > FURTHEST else "last"
        raise Refused(f"{in_words(last)} is more than a year after the notification. Check the year.", field=field)
    if kind == ACTUAL:
        return
    for field, day in (("first", first), ("last", last)):
        try:
            snapshot.calendar.require_working(day)
        except (NotAWorkingDay, NoWorkingDay) as error:
            raise Refused(str(error), field=field) from None


def check_open(snapshot: Snapshot) -> None:
    """Raises Refused if no date of the inspection can be set: before the notification and after withdrawal."""
    inspection = snapshot.inspection
    if inspection.is_withdrawn:
        raise Refused(f"“{inspection.title}” is withdrawn ({inspection.withdrawn_reason}). Reinstate it first.")
    if not inspection.is_notified:
        raise Refused("The notification has not been recorded yet, so no date of this inspection is known.")


def check_subject(framework: Framework, kind: str, key: str) -> None:
    """Raises Refused for what the framework does not have, and for the notification, which is corrected instead."""
    if kind == MOVED:
        step = next((step for step in framework.steps if step.key == key), None)
        if step is None:
            raise Refused(f"{framework.title} has no step “{key}”.")
        if is_notification(framework, step):
            raise Refused("This step is the notification itself. If its date is wrong, correct the notification.")
    elif not any(anchor.key == key and anchor.key != NOTIFIED for anchor in framework.anchors):
        raise Refused(f"{framework.title} counts nothing from “{key}”.")


@transaction.atomic
def move_step(
    *,
    inspection: Inspection,
    step_key: str,
    first: date,
    last: date | None = None,
    reason: str,
    by: User | None,
    now: datetime,
    seen: int | None = None,
) -> tuple[Move, ...] | None:
    """Move the step to these working days; dates counted from it follow.

    Returns what moved; None if it is there already. `seen` is the id of the date that was set when the person looked, 0
    for none: a newer one is not overwritten. Raises Refused without a reason, for a day that does not count, and as
    `check_date` does.
    """
    dates = (first, last or first)
    return _set(locked(inspection), MOVED, step_key, *dates, reason=given(reason, SAY_WHY), by=by, now=now, seen=seen)


@transaction.atomic
def record_actual_date(
    *,
    inspection: Inspection,
    anchor_key: str,
    day: date,
    note: str = "",
    by: User | None,
    now: datetime,
    seen: int | None = None,
) -> tuple[Move, ...] | None:
    """Record the day on which an event really falls; dates counted from it follow. Otherwise as `move_step`.

    It may be a day that does not count (a report sent on a Saturday): then dates are counted from the next working day.
    """
    return _set(locked(inspection), ACTUAL, anchor_key, day, day, reason=many_lines(note), by=by, now=now, seen=seen)


def _set(
    row: Inspection,
    kind: str,
    key: str,
    first: date,
    last: date,
    *,
    reason: str,
    by: User | None,
    now: datetime,
    seen: int | None,
) -> tuple[Move, ...] | None:
    snapshot = snapshot_of(row, now=now)
    check_date(snapshot, kind, key, first, last)
    there = set_date_of(snapshot, kind, key)
    if there is not None and (there.first, there.last) == (first, last):
        return None
    _check_seen(there, seen)
    set_date = SetDate(kind, key, first, last, reason, by.full_name if by else None, now)
    proposal = propose(snapshot, kind, key, set_date)
    if kind == MOVED and not proposal.moves:
        raise Refused(f"It is on {_span(first, last)} already. Choose another day.", field="first")
    StoredSetDate.objects.filter(inspection=row, kind=kind, key=key, undone_at=None).update(undone_at=now, undone_by=by)
    StoredSetDate.objects.create(
        inspection=row, kind=kind, key=key, first=first, last=last, reason=reason, set_at=now, set_by=by
    )
    verb = "step moved" if kind == MOVED else "actual date recorded"
    _on_record(row, snapshot, verb, kind, key, (first, last), proposal, reason=reason, by=by, now=now)
    return proposal.moves


@transaction.atomic
def undo_date(
    *, inspection: Inspection, kind: str, key: str, by: User | None, now: datetime, seen: int | None = None
) -> tuple[Move, ...] | None:
    """Take back the date that was set for a step ("moved") or event ("actual"), so that it has its computed date again.

    Returns what moved; None if no date is set, as in a form sent twice. Raises Refused as `check_open` does.
    """
    row = locked(inspection)
    snapshot = snapshot_of(row, now=now)
    check_open(snapshot)
    there = set_date_of(snapshot, kind, key)
    if there is None:
        return None
    _check_seen(there, seen)
    proposal = propose(snapshot, kind, key, None)
    StoredSetDate.objects.filter(pk=there.pk).update(undone_at=now, undone_by=by)
    verb = "move undone" if kind == MOVED else "actual date taken back"
    _on_record(row, snapshot, verb, kind, key, (there.first, there.last), proposal, reason="", by=by, now=now)
    return proposal.moves


def set_date_of(snapshot: Snapshot, kind: str, key: str) -> SetDate | None:
    """The date that is set for the step or event now, if any."""
    return next((set_date for set_date in snapshot.set_dates if (set_date.kind, set_date.key) == (kind, key)), None)


def _check_seen(there: SetDate | None, seen: int | None) -> None:
    if seen is None or seen == (there.pk if there else 0):
        return
    if there is None:
        raise Refused("Somebody has taken the date back since you looked. Look at it again before you change it.")
    raise Refused(
        f"It was set to {_span(there.first, there.last)} {there.said}, since you looked. "
        "Look at it again before you change it.",
        field="first",
    )


def title_of(framework: Framework, kind: str, key: str) -> str:
    """The framework's title of the step or event; its key if the framework no longer has it."""
    if kind == MOVED:
        return item_title(framework, f"step:{key}") or key
    return next((anchor.title for anchor in framework.anchors if anchor.key == key), key)


def _on_record(
    row: Inspection,
    snapshot: Snapshot,
    verb: str,
    kind: str,
    key: str,
    dates: tuple[date, date],
    proposal: DateProposal,
    *,
    reason: str,
    by: User | None,
    now: datetime,
) -> None:
    """All that is needed to describe the change later: what was set, where it was, why, and all that moved."""
    detail = {
        "step" if kind == MOVED else "event": key,
        "before": _dates_in(snapshot.schedule, kind, key),
        "after": _dates_in(proposal.after, kind, key),
        "reason": reason,
        "moved": [move.on_record() for move in proposal.moves],
    }
    subject = f"{title_of(snapshot.framework, kind, key)}: {_span(*dates)}"
    record(row, by=by, verb=verb, subject=subject, now=now, detail=detail)


def _dates_in(dates: Schedule | None, kind: str, key: str) -> list[str]:
    """The first and last date of the step or event, as stored in the record; none if it has none."""
    assert dates is not None  # An inspection whose dates change has a schedule.
    if kind == ACTUAL:
        found = [dates.anchors.get(key)]
    else:
        found = [day for dated in dates.steps if dated.step.key == key for day in (dated.first, dated.last)]
    return [day.isoformat() for day in dict.fromkeys(found) if day]


def _span(first: date, last: date) -> str:
    return in_words(first) if first == last else f"{in_words(first)} to {in_words(last)}"
