"""Naming the attendees of a focus group and recording that they were briefed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.refusal import Refused
from focusgroups.models import Attendee, Briefing
from frameworks import FocusGroup
from inspections import audit
from inspections.models import Inspection


def _group(inspection: Inspection, key: str) -> FocusGroup:
    group = next((group for group in inspection.framework.focus_groups if group.key == key), None)
    if group is None:
        raise Refused("There is no such group in this inspection's framework.")
    return group


def _lock(inspection: Inspection) -> None:
    # Two people at work on one inspection's groups wait for each other, so that what was checked still holds.
    Inspection.objects.select_for_update().get(pk=inspection.pk)


@transaction.atomic
def add_attendee(
    *,
    inspection: Inspection,
    group: str,
    name: str,
    by: User | None,
    now: datetime,
    role: str = "",
    organisation: str = "",
    email: str = "",
) -> Attendee:
    """Name somebody to attend the group. Raises Refused without a name and for an address that is there already."""
    found = _group(inspection, group)
    name, email = " ".join(name.split()), email.strip().lower()
    if not name:
        raise Refused("Enter the name of the person who will attend.", field="name")
    _lock(inspection)
    present = Attendee.objects.filter(inspection=inspection, group=group, removed_at=None)
    twin = present.filter(email=email).first() if email else None
    if twin is None and not email:
        twin = present.filter(
            name__iexact=name, role__iexact=role.strip(), organisation__iexact=organisation.strip()
        ).first()
    if twin is not None:
        raise Refused(f"{twin.name} is on the list of this group already.", field="email" if email else "name")
    attendee = Attendee.objects.create(
        inspection=inspection,
        group=group,
        name=name,
        role=role.strip(),
        organisation=organisation.strip(),
        email=email,
        added_at=now,
        added_by=by,
    )
    audit.record(
        inspection, by=by, verb="attendee added", subject=found.title, now=now, detail={"group": group, "name": name}
    )
    return attendee


@transaction.atomic
def remove_attendee(*, attendee: Attendee, by: User, now: datetime) -> bool:
    """Take somebody off the group's list; whether they were on it."""
    found = _group(attendee.inspection, attendee.group)
    if not Attendee.objects.filter(pk=attendee.pk, removed_at=None).update(removed_at=now, removed_by=by):
        return False
    detail = {"group": attendee.group, "name": attendee.name}
    audit.record(attendee.inspection, by=by, verb="attendee removed", subject=found.title, now=now, detail=detail)
    return True


@transaction.atomic
def restore_attendee(*, attendee: Attendee, by: User, now: datetime) -> bool:
    """Put somebody back who was taken off by mistake; whether they were off.

    Raises Refused if the same address was added anew in the meantime.
    """
    found = _group(attendee.inspection, attendee.group)
    _lock(attendee.inspection)
    present = Attendee.objects.filter(inspection=attendee.inspection, group=attendee.group, removed_at=None)
    if attendee.email and present.filter(email=attendee.email).exclude(pk=attendee.pk).exists():
        raise Refused(f"{attendee.name} is on the list of this group already.")
    if not Attendee.objects.filter(pk=attendee.pk).exclude(removed_at=None).update(removed_at=None, removed_by=None):
        return False
    detail = {"group": attendee.group, "name": attendee.name}
    audit.record(attendee.inspection, by=by, verb="attendee put back", subject=found.title, now=now, detail=detail)
    return True


@transaction.atomic
def record_briefing(*, inspection: Inspection, group: str, by: User | None, now: datetime, note: str = "") -> Briefing:
    """Record that the group's attendees were briefed at `now`.

    Raises Refused while nobody is named: there is nobody who could have been briefed. Asked again with nobody added
    in between, the briefing that stands is returned and nothing changes.
    """
    found = _group(inspection, group)
    _lock(inspection)
    present = Attendee.objects.filter(inspection=inspection, group=group, removed_at=None)
    if not present.exists():
        raise Refused("Name the attendees first: nobody is on the list who could have been briefed.")
    latest = Briefing.objects.filter(inspection=inspection, group=group, undone_at=None).first()
    if latest is not None and not present.filter(added_at__gt=latest.sent_at).exists():
        return latest
    briefing = Briefing.objects.create(inspection=inspection, group=group, sent_at=now, sent_by=by, note=note.strip())
    detail = {"group": group, "note": note.strip()}
    audit.record(inspection, by=by, verb="attendees briefed", subject=found.title, now=now, detail=detail)
    return briefing


@transaction.atomic
def undo_briefing(*, inspection: Inspection, group: str, by: User, now: datetime) -> bool:
    """Take back that the group was briefed; whether it was."""
    found = _group(inspection, group)
    rows = Briefing.objects.filter(inspection=inspection, group=group, undone_at=None)
    if not rows.update(undone_at=now, undone_by=by):
        return False
    audit.record(inspection, by=by, verb="briefing taken back", subject=found.title, now=now, detail={"group": group})
    return True
