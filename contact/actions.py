"""Recording what was said with the inspectors, and the set-up meeting.

The record of who did what says that something was written down but not what, because the words may name a child.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from contact.models import Contact, SetUpMeeting
from govuk.text import many_lines, one_line
from inspections import audit
from inspections.locks import locked_unless_withdrawn
from inspections.models import Inspection
from inspections.once import made_before
from refusals import Refused


@transaction.atomic
def record_set_up_meeting(
    *,
    inspection: Inspection,
    held_at: datetime,
    by: User | None,
    now: datetime,
    place: str = "",
    notes: str = "",
) -> bool:
    """Record when and where the set-up meeting is or was, and any notes. Returns whether anything changed."""
    inspection = locked_unless_withdrawn(inspection)
    facts: dict[str, Any] = {"held_at": held_at, "place": one_line(place), "notes": many_lines(notes)}
    latest = SetUpMeeting.objects.filter(inspection=inspection).first()
    if latest is not None and facts == {name: getattr(latest, name) for name in facts}:
        return False
    row = SetUpMeeting.objects.create(inspection=inspection, recorded_at=now, recorded_by=by, **facts)
    detail = {"meeting": row.pk, "held_at": held_at.isoformat()}
    audit.record(inspection, by=by, verb="recorded", subject="Set-up meeting", now=now, detail=detail)
    return True


@transaction.atomic
def record_contact(
    *,
    inspection: Inspection,
    how: str,
    at: datetime,
    with_whom: str,
    by_whom: str,
    once: UUID,
    by: User | None,
    now: datetime,
    said: str = "",
) -> Contact:
    """Log a call, an email or a meeting. A form sent twice (the same `once`) is one contact.

    Raises Refused for one in the future, and if the form was used for another inspection.
    """
    inspection = locked_unless_withdrawn(inspection)
    there = made_before(Contact, once, inspection=inspection)
    if there is not None:
        return there
    if at > now:
        raise Refused("Enter when it took place: that is still to come.", field="on")
    if not one_line(with_whom):
        raise Refused("Enter whom it was with", field="with_whom")
    contact = Contact.objects.create(
        inspection=inspection,
        how=how,
        at=at,
        with_whom=one_line(with_whom),
        by_whom=one_line(by_whom),
        said=many_lines(said),
        once=once,
        recorded_at=now,
        recorded_by=by,
    )
    _record_contact(contact, "logged", by, now)
    return contact


@transaction.atomic
def withdraw_contact(*, contact: Contact, by: User, now: datetime) -> bool:
    """Withdraw a contact from the log and delete its words for good. Returns whether it was in the log."""
    locked_unless_withdrawn(contact.inspection)
    rows = Contact.objects.filter(pk=contact.pk, withdrawn_at=None)
    if not rows.update(withdrawn_at=now, withdrawn_by=by, said=""):
        return False
    _record_contact(contact, "withdrawn from the log", by, now)
    return True


def _record_contact(contact: Contact, verb: str, by: User | None, now: datetime) -> None:
    detail = {"contact": contact.pk, "how": contact.how, "at": contact.at.isoformat()}
    audit.record(contact.inspection, by=by, verb=verb, subject="Contact with an inspector", now=now, detail=detail)
