"""What can be done to the calendar of a part: meetings expected, moved to another day, cancelled, taken out.

The record names the days; the reason for a cancellation is stored with the meeting only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from documents.checks import document_and_part, locked_for_change
from documents.meetings.expected import has_calendar
from documents.models import ExpectedMeeting
from govuk.dates import long_date
from govuk.text import one_line
from inspections import audit
from inspections.models import Inspection
from refusals import Refused

#: How many meetings a calendar may have, and how many years from now they may be: anything beyond is a slip.
MOST_MEETINGS, MOST_YEARS = 200, 10


@transaction.atomic
def expect_meetings(
    *, inspection: Inspection, document: str, part: str, days: Iterable[date], by: User | None, now: datetime
) -> list[ExpectedMeeting]:
    """Enter days on which meetings are expected. Returns the new ones, in order.

    Days that are there already change nothing. Raises Refused for a part that does not ask for the latest several, and
    for days or numbers beyond the limits.
    """
    inspection = locked_for_change(inspection)
    _, asked = document_and_part(inspection, document, part)
    if not has_calendar(asked):
        raise Refused(f"“{asked.label}” does not ask for the latest meetings, so it has no calendar.")
    wanted = sorted(set(days))
    _check_days(wanted, now)
    here = {"inspection": inspection, "document": document, "part": part}
    there = set(ExpectedMeeting.objects.filter(removed_at=None, **here).values_list("held_on", flat=True))
    new = [day for day in wanted if day not in there]
    if len(there) + len(new) > MOST_MEETINGS:
        raise Refused(f"A calendar can have {MOST_MEETINGS} meetings at most. Take out those that are long past.")
    if not new:
        return []
    rows = [ExpectedMeeting(held_on=day, entered_at=now, entered_by=by, **here) for day in new]
    ExpectedMeeting.objects.bulk_create(rows)
    _record(rows[0], "meetings expected", by=by, now=now, days=[day.isoformat() for day in new])
    return rows


def _check_days(days: list[date], now: datetime) -> None:
    if not days:
        raise Refused("Enter at least one date.", field="held_on")
    this_year = timezone.localdate(now).year
    for day in (days[0], days[-1]):
        if abs(day.year - this_year) > MOST_YEARS:
            raise Refused(f"{long_date(day)} is more than {MOST_YEARS} years away. Check the year.", field="held_on")


def _locked(meeting: ExpectedMeeting) -> ExpectedMeeting:
    """The meeting, read under the inspection's lock; raises Refused if it was taken out."""
    inspection = locked_for_change(meeting.inspection)
    row = ExpectedMeeting.objects.get(pk=meeting.pk)
    if row.removed_at is not None:
        raise Refused("This meeting was taken out of the calendar in the meantime.")
    row.inspection = inspection
    return row


@transaction.atomic
def change_meeting(*, meeting: ExpectedMeeting, held_on: date, by: User | None, now: datetime) -> bool:
    """Move a meeting to another day. Returns whether anything changed. Raises Refused if there is one on that day."""
    row = _locked(meeting)
    before = row.held_on
    if before == held_on:
        return False
    _check_days([held_on], now)
    same = {"inspection": row.inspection, "document": row.document, "part": row.part, "held_on": held_on}
    if ExpectedMeeting.objects.filter(removed_at=None, **same).exists():
        raise Refused(f"There is a meeting on {long_date(held_on)} already.", field="held_on")
    row.held_on = held_on
    row.save(update_fields=["held_on"])
    _record(row, "expected meeting moved", by=by, now=now, before=before.isoformat(), after=held_on.isoformat())
    return True


@transaction.atomic
def cancel_meeting(*, meeting: ExpectedMeeting, reason: str, by: User | None, now: datetime) -> bool:
    """Mark a meeting as cancelled, so that no file is expected from it. Returns whether this is new.

    Raises Refused without a reason.
    """
    row = _locked(meeting)
    if row.is_cancelled:
        return False
    row.cancelled_reason = one_line(reason)[:500]
    if not row.cancelled_reason:
        raise Refused("Say why the meeting was cancelled, such as that too few members could come.", field="reason")
    row.cancelled_at, row.cancelled_by = now, by
    row.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_reason"])
    _record(row, "expected meeting cancelled", by=by, now=now, day=row.held_on.isoformat())
    return True


@transaction.atomic
def hold_meeting(*, meeting: ExpectedMeeting, by: User | None, now: datetime) -> bool:
    """Take a cancellation back. Returns whether the meeting was cancelled."""
    row = _locked(meeting)
    if not row.is_cancelled:
        return False
    row.cancelled_at, row.cancelled_by, row.cancelled_reason = None, None, ""
    row.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_reason"])
    _record(row, "cancelled meeting expected again", by=by, now=now, day=row.held_on.isoformat())
    return True


@transaction.atomic
def remove_meeting(*, meeting: ExpectedMeeting, by: User | None, now: datetime) -> bool:
    """Take a meeting that was entered by mistake out of the calendar. Returns whether it was in. Its row is kept."""
    inspection = locked_for_change(meeting.inspection)
    rows = ExpectedMeeting.objects.filter(pk=meeting.pk, removed_at=None)
    if not rows.update(removed_at=now, removed_by=by):
        return False
    meeting.inspection = inspection
    _record(meeting, "expected meeting taken out", by=by, now=now, day=meeting.held_on.isoformat())
    return True


def _record(row: ExpectedMeeting, verb: str, *, by: User | None, now: datetime, **detail: Any) -> None:
    document, part = document_and_part(row.inspection, row.document, row.part)
    said = {"document": document.key, "part": part.label, **detail}
    audit.record(row.inspection, by=by, verb=verb, subject=document.title, now=now, detail=said)
