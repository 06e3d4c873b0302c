"""Recording who the inspectors are, what was said with them, and the set-up meeting.

The record of who did what says that something was written and never what: the words may name a child.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.refusal import Refused
from contact.models import Contact, Inspector, SetUpMeeting
from govuk.text import many_lines, one_line, same_text
from inspections import audit
from inspections.locks import locked
from inspections.models import Inspection
from inspections.once import made_before


def open_to_contact(inspection: Inspection) -> Inspection:
    """The inspection as it is now, kept from others. Raises Refused for a withdrawn one: its record stands."""
    inspection = locked(inspection)
    if inspection.is_withdrawn:
        raise Refused("The inspection was withdrawn, so what was recorded on it stands.")
    return inspection


@transaction.atomic
def add_inspector(
    *,
    inspection: Inspection,
    name: str,
    part: str,
    by: User | None,
    now: datetime,
    telephone: str = "",
    email: str = "",
) -> Inspector:
    """Name somebody of the inspection team. Raises Refused for a second lead inspector and for a name twice."""
    inspection = open_to_contact(inspection)
    inspector = Inspector(inspection=inspection, added_at=now, added_by=by)
    _describe(inspector, name=name, part=part, telephone=telephone, email=email)
    inspector.save()
    _record_inspector(inspector, "inspector named", by, now)
    return inspector


@transaction.atomic
def change_inspector(
    *, inspector: Inspector, name: str, part: str, telephone: str, email: str, by: User, now: datetime
) -> bool:
    """Put right what is known of an inspector; whether anything changed. Raises Refused as `add_inspector` does."""
    open_to_contact(inspector.inspection)
    inspector = Inspector.objects.select_related("inspection").get(pk=inspector.pk)
    if inspector.removed_at is not None:
        raise Refused("This inspector was taken off the list. Put them back first.")
    before = (inspector.name, inspector.part, inspector.telephone, inspector.email)
    _describe(inspector, name=name, part=part, telephone=telephone, email=email)
    if before == (inspector.name, inspector.part, inspector.telephone, inspector.email):
        return False
    inspector.save()
    _record_inspector(inspector, "inspector changed", by, now)
    return True


@transaction.atomic
def remove_inspector(*, inspector: Inspector, by: User, now: datetime) -> bool:
    """Take an inspector off the list; whether they were on it."""
    open_to_contact(inspector.inspection)
    if not Inspector.objects.filter(pk=inspector.pk, removed_at=None).update(removed_at=now, removed_by=by):
        return False
    _record_inspector(inspector, "inspector taken off", by, now)
    return True


@transaction.atomic
def restore_inspector(*, inspector: Inspector, by: User, now: datetime) -> bool:
    """Put an inspector back who was taken off; whether they were off. Raises Refused as `add_inspector` does."""
    open_to_contact(inspector.inspection)
    inspector = Inspector.objects.select_related("inspection").get(pk=inspector.pk)
    if inspector.removed_at is None:
        return False
    _check_alone(inspector)
    inspector.removed_at = inspector.removed_by = None
    inspector.save()
    _record_inspector(inspector, "inspector put back", by, now)
    return True


def _describe(inspector: Inspector, *, name: str, part: str, telephone: str, email: str) -> None:
    if not one_line(name):
        raise Refused("Enter the inspector’s name", field="name")
    if part not in Inspector.Part.values:
        raise Refused("Choose what they are in the inspection", field="part")
    inspector.name, inspector.part = one_line(name), part
    inspector.telephone, inspector.email = one_line(telephone), one_line(email).lower()
    _check_alone(inspector)


def _check_alone(inspector: Inspector) -> None:
    others = Inspector.objects.filter(inspection=inspector.inspection, removed_at=None).exclude(pk=inspector.pk)
    if same_text(inspector.name) in {same_text(other.name) for other in others}:
        raise Refused(f"{inspector.name} is on the list already.", field="name")
    lead = others.filter(part=Inspector.Part.LEAD).first()
    if inspector.part == Inspector.Part.LEAD and lead is not None:
        raise Refused(
            f"{lead.name} is the lead inspector. Change that first, if somebody else leads now.", field="part"
        )


def _record_inspector(inspector: Inspector, verb: str, by: User | None, now: datetime) -> None:
    detail = {"inspector": inspector.pk, "part": inspector.part}
    audit.record(inspector.inspection, by=by, verb=verb, subject=inspector.name, now=now, detail=detail)


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
    """Record when and where the set-up meeting is or was, and what was noted; whether that is anything new."""
    inspection = open_to_contact(inspection)
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
    """Log a call, an email or a meeting; `once` makes a form sent twice one contact.

    Raises Refused for one to come, and where the form was used for another inspection.
    """
    inspection = open_to_contact(inspection)
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
    """Take a contact out of the log, its words for good; whether it stood."""
    open_to_contact(contact.inspection)
    rows = Contact.objects.filter(pk=contact.pk, withdrawn_at=None)
    if not rows.update(withdrawn_at=now, withdrawn_by=by, said=""):
        return False
    _record_contact(contact, "withdrawn from the log", by, now)
    return True


def _record_contact(contact: Contact, verb: str, by: User | None, now: datetime) -> None:
    detail = {"contact": contact.pk, "how": contact.how, "at": contact.at.isoformat()}
    audit.record(contact.inspection, by=by, verb=verb, subject="Contact with an inspector", now=now, detail=detail)
