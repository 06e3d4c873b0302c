"""Days that do not count besides weekends and bank holidays: adding and removing one, and what that moves."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from accounts import audit as council_audit
from accounts.models import Council, User
from govuk.text import one_line
from inspections.actions import given
from inspections.audit import record
from inspections.dates_actions import title_of
from inspections.locks import locked_with_inspections
from inspections.models import ClosureDay, Inspection
from inspections.moves import Moves, live_inspections, moved_by_closures
from inspections.set_dates import MOVED
from inspections.snapshot import set_dates_by_inspection
from inspections.working_days import NoWorkingDay, WorkingCalendar, in_words
from refusals import Refused


@transaction.atomic
def add_closure(
    *, council: Council, date: date, reason: str, by: User | None, now: datetime, kind: str = ClosureDay.Kind.CLOSURE
) -> list[Moves]:
    """Add a day that does not count: the council's own closure, or a bank holiday announced late.

    Moves every open deadline after it. Returns what moved. The same day with the same reason again changes nothing.
    Raises Refused for a day that does not count anyway, one already added, and the day of a notification.
    """
    council = locked_with_inspections(council.pk)
    reason = given(one_line(reason), "Say why the day does not count, such as “Christmas closure”.")
    day = ClosureDay(council=council, date=date, kind=kind, reason=reason, added_at=now, added_by=by)
    before = list(ClosureDay.objects.filter(council=council))
    if any((row.date, row.kind, row.reason) == (date, kind, reason) for row in before):
        return []
    moved = check_closure(day, before)
    day.save()
    _on_record(council, day, "closure day added", moved, by=by, now=now)
    return moved


def check_closure(day: ClosureDay, existing: list[ClosureDay]) -> list[Moves]:
    """What adding the day would move; raises Refused if it cannot be added. Changes nothing."""
    there = next((row for row in existing if row.date == day.date), None)
    if there is not None:
        raise Refused(f"{in_words(day.date)} is already a day that does not count: {there.why}.", field="date")
    try:
        anyway = WorkingCalendar().why_not(day.date)
    except NoWorkingDay as error:
        raise Refused(str(error), field="date") from None
    if anyway is not None:
        raise Refused(f"{in_words(day.date)} does not count anyway: {anyway}.", field="date")
    live = live_inspections(day.council_id)
    notified = next((inspection for inspection in live if inspection.notified_on == day.date), None)
    if notified is not None:
        raise Refused(
            f"“{notified.title}” was notified on {in_words(day.date)}, so that day counts as day 1. "
            "Correct the notification first.",
            field="date",
        )
    try:
        return moved_by_closures(live, existing, [*existing, day])
    except NoWorkingDay as error:
        raise Refused(str(error), field="date") from None


def stranded(council: Council, day: date) -> list[str]:
    """Warnings about steps that were moved to this day, before it stops counting."""
    live = live_inspections(council.pk)
    set_dates = set_dates_by_inspection(live)
    return [
        f"“{title_of(inspection.framework, MOVED, set_date.key)}” of {inspection.title} was moved to this very day. "
        "It stays there until it is moved again."
        for inspection in live
        for set_date in set_dates.get(inspection.pk, ())
        if set_date.kind == MOVED and day in (set_date.first, set_date.last)
    ]


@transaction.atomic
def remove_closure(*, day: ClosureDay, by: User | None, now: datetime) -> list[Moves]:
    """Take a closure day back, so that it counts again; returns what moved. Done twice, it has one effect."""
    council = locked_with_inspections(day.council_id)
    before = list(ClosureDay.objects.filter(council=council))
    after = [row for row in before if row.pk != day.pk]
    if len(after) == len(before):
        return []
    moved = moved_by_closures(live_inspections(council.pk), before, after)
    ClosureDay.objects.filter(pk=day.pk).delete()
    _on_record(council, day, "closure day removed", moved, by=by, now=now)
    return moved


def _on_record(
    council: Council, day: ClosureDay, verb: str, moved: list[Moves], *, by: User | None, now: datetime
) -> None:
    """One event for the council, and one for each inspection that moves.

    Pages of the others show the day, so they change too.
    """
    subject = f"{in_words(day.date, weekday=True)}: {day.why}"
    council_audit.record(council, by=by, verb=verb, subject=subject, now=now, detail={"date": day.date.isoformat()})
    for moves in moved:
        detail = {
            "date": day.date.isoformat(),
            "because": verb,
            "moved": [step.on_record() for step in moves.steps],
        }
        record(moves.inspection, by=by, verb="dates moved", subject=subject, now=now, detail=detail)
    moved_ids = [moves.inspection.pk for moves in moved]
    Inspection.objects.filter(council=council).exclude(pk__in=moved_ids).update(version=F("version") + 1)
