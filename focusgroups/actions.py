"""Naming the attendees of a focus group and recording that they were briefed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from focusgroups.models import Attendee, Briefing
from frameworks import FocusGroup
from govuk.text import many_lines, one_line, same_text
from inspections import audit
from inspections.locks import locked
from inspections.models import Inspection
from refusals import Refused


def _group(inspection: Inspection, key: str) -> FocusGroup:
    group = next((group for group in inspection.framework.focus_groups if group.key == key), None)
    if group is None:
        raise Refused("There is no such group in this inspection's framework.")
    return group


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
    """Name somebody to attend the group. Raises Refused without a name and for an address that is already on
    the list.
    """
    found = _group(inspection, group)
    name, email = one_line(name), one_line(email).lower()
    if not name:
        raise Refused("Enter the name of the person who will attend.", field="name")
    locked(inspection)
    attendee = Attendee(
        inspection=inspection,
        group=group,
        name=name,
        role=one_line(role),
        organisation=one_line(organisation),
        email=email,
        added_at=now,
        added_by=by,
    )
    _check_not_present(attendee)
    attendee.save()
    audit.record(
        inspection, by=by, verb="attendee added", subject=found.title, now=now, detail={"group": group, "name": name}
    )
    return attendee


def _check_not_present(attendee: Attendee) -> None:
    """Raises Refused if the same person is on the group's list: the same address or, without one, the same details."""
    present = Attendee.objects.filter(inspection=attendee.inspection, group=attendee.group, removed_at=None)
    if attendee.email:
        twin = present.filter(email=attendee.email).first()
    else:
        twin = next((other for other in present if _described(other) == _described(attendee)), None)
    if twin is not None:
        field = "email" if attendee.email else "name"
        raise Refused(f"{twin.name} is on the list of this group already.", field=field)


def _described(attendee: Attendee) -> list[str]:
    return [same_text(text) for text in (attendee.name, attendee.role, attendee.organisation)]


@transaction.atomic
def remove_attendee(*, attendee: Attendee, by: User, now: datetime) -> bool:
    """Take somebody off the group's list. Returns whether they were on it."""
    locked(attendee.inspection)
    found = _group(attendee.inspection, attendee.group)
    if not Attendee.objects.filter(pk=attendee.pk, removed_at=None).update(removed_at=now, removed_by=by):
        return False
    detail = {"group": attendee.group, "name": attendee.name}
    audit.record(attendee.inspection, by=by, verb="attendee removed", subject=found.title, now=now, detail=detail)
    return True


@transaction.atomic
def restore_attendee(*, attendee: Attendee, by: User, now: datetime) -> bool:
    """Put somebody back who was taken off by mistake. Returns whether they were off.

    Somebody who was off the list while the group was briefed comes back as not briefed. Raises Refused if the same
    person was added again in the meantime.
    """
    locked(attendee.inspection)
    found = _group(attendee.inspection, attendee.group)
    attendee = Attendee.objects.get(pk=attendee.pk)
    if attendee.removed_at is None:
        return False
    _check_not_present(attendee)
    briefings = Briefing.objects.filter(inspection=attendee.inspection, group=attendee.group, undone_at=None)
    if briefings.filter(sent_at__gte=attendee.removed_at).exists():
        attendee.added_at, attendee.added_by = now, by
    attendee.removed_at, attendee.removed_by = None, None
    attendee.save()
    detail = {"group": attendee.group, "name": attendee.name}
    audit.record(attendee.inspection, by=by, verb="attendee put back", subject=found.title, now=now, detail=detail)
    return True


@transaction.atomic
def record_briefing(*, inspection: Inspection, group: str, by: User | None, now: datetime, note: str = "") -> Briefing:
    """Record that the group's attendees were briefed at `now`.

    Raises Refused while nobody is named: there is nobody who could have been briefed. If nobody was added since the
    last briefing, that briefing is returned and nothing changes.
    """
    found = _group(inspection, group)
    locked(inspection)
    present = Attendee.objects.filter(inspection=inspection, group=group, removed_at=None)
    if not present.exists():
        raise Refused("Name the attendees first: nobody is on the list who could have been briefed.")
    latest = Briefing.objects.filter(inspection=inspection, group=group, undone_at=None).first()
    if latest is not None and not present.filter(added_at__gt=latest.sent_at).exists():
        return latest
    note = many_lines(note)
    briefing = Briefing.objects.create(inspection=inspection, group=group, sent_at=now, sent_by=by, note=note)
    detail = {"group": group, "note": note}
    audit.record(inspection, by=by, verb="attendees briefed", subject=found.title, now=now, detail=detail)
    return briefing


@transaction.atomic
def undo_briefing(*, inspection: Inspection, group: str, by: User, now: datetime) -> bool:
    """Take back that the group was briefed. Returns whether it was."""
    locked(inspection)
    found = _group(inspection, group)
    rows = Briefing.objects.filter(inspection=inspection, group=group, undone_at=None)
    if not rows.update(undone_at=now, undone_by=by):
        return False
    audit.record(inspection, by=by, verb="briefing taken back", subject=found.title, now=now, detail={"group": group})
    return True
