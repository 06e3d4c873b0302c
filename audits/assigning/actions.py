"""What case officers do with the people of an audit, and what an auditor declares.

The record says which case and which part, never whose: coordinators read it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audits.assigning.rules import refuse_if_taken, refuse_unfit
from audits.checks import audits_of, locked_audit, part_of, refuse_unless_open
from audits.models import Assignment, Audit, OwnCase
from audits.recording import record_of_auditor, record_on_case
from govuk.text import one_line
from inspections.locks import locked_unless_withdrawn
from inspections.models import Inspection
from refusals import Refused

Part = Assignment.Part
#: Why the part of somebody who is no auditor any more ends, once another person takes it over.
NO_AUDITOR_ANY_MORE = "No longer an auditor here"
OWN_CASE = "Their own case"
LONGEST_WHY = 500


class SomeRefused(Refused):
    """Cases that could not be assigned; nothing was. `by_case` says why, by the numbers of the cases."""

    def __init__(self, by_case: Mapping[int, str]) -> None:
        super().__init__("Nobody was assigned. Choose somebody else for the cases below.")
        self.by_case = by_case


@transaction.atomic
def assign(*, audit: Audit, user: User, part: str, agency: str = "", by: User | None, now: datetime) -> Assignment:
    """Give a person a part in an audit. A contributor writes for an agency.

    Raises Refused for somebody who is no auditor here, whose own case it is, who has a part in it already, for a second
    auditor or moderator, and for a moderator who wrote or contributed to it or has read its grade.
    """
    audit = locked_audit(audit)
    agency = one_line(agency)
    if part == Part.CONTRIBUTOR and not agency:
        raise Refused("Enter the agency that they write for, for example Police or Health.", field="agency")
    return _assign(audit, user, part, agency if part == Part.CONTRIBUTOR else "", by, now)


@transaction.atomic
def assign_several(
    *, inspection: Inspection, chosen: Mapping[int, User], by: User | None, now: datetime
) -> list[Assignment]:
    """Give each of these cases, by its number, an auditor. Raises SomeRefused, and assigns nobody, if one cannot be."""
    inspection = locked_unless_withdrawn(inspection)
    audits = {audit.case.number: audit for audit in audits_of(inspection).select_related("case__child")}
    made, refused = [], {}
    for number, user in sorted(chosen.items()):
        try:
            if (audit := audits.get(number)) is None:
                raise Refused(f"Case {number} is not selected any more.")
            audit.case.inspection = inspection
            refuse_unless_open(audit)
            made.append(_assign(audit, user, Part.AUDITOR, "", by, now))
        except Refused as refusal:
            refused[number] = refusal.message
    if refused:
        raise SomeRefused(refused)
    return made


def _assign(audit: Audit, user: User, part: str, agency: str, by: User | None, now: datetime) -> Assignment:
    refuse_unfit(audit, user, part)
    refuse_if_taken(audit, part)
    if part != Part.CONTRIBUTOR:
        stale = Assignment.objects.filter(audit=audit, part=part, ended_at=None)
        stale.update(ended_at=now, ended_by=by, why_ended=NO_AUDITOR_ANY_MORE)
    made = Assignment.objects.create(
        audit=audit, user=user, part=part, agency=agency[:100], assigned_at=now, assigned_by=by
    )
    record_on_case(audit, by=by, verb=f"{part} assigned", now=now)
    return made


@transaction.atomic
def pass_on(*, audit: Audit, user: User, why: str, by: User | None, now: datetime) -> Assignment:
    """Give the audit, with all that was written, to another auditor. The former one does not see it any more.

    Raises Refused as `assign` does, without a reason, and if nobody audits the case at present.
    """
    audit = locked_audit(audit)
    why = _reason(why)
    current = Assignment.objects.filter(audit=audit, part=Part.AUDITOR, ended_at=None).select_related("user").first()
    if current is None:
        raise Refused(f"{audit.case.title} has no auditor. Assign one.", field="user")
    refuse_unfit(audit, user, Part.AUDITOR)
    _end(current, why, by, now)
    made = Assignment.objects.create(audit=audit, user=user, part=Part.AUDITOR, assigned_at=now, assigned_by=by)
    record_on_case(audit, by=by, verb="audit passed on", now=now)
    return made


@transaction.atomic
def end_assignment(*, assignment: Assignment, why: str, by: User | None, now: datetime) -> bool:
    """End a person's part in an audit; what they wrote stays. Returns whether it had not ended already.

    Raises Refused without a reason.
    """
    audit = locked_audit(assignment.audit)
    why = _reason(why)
    current = Assignment.objects.filter(pk=assignment.pk, ended_at=None).first()
    if current is None:
        return False
    _end(current, why, by, now)
    record_on_case(audit, by=by, verb=f"{current.part} taken off", now=now)
    return True


@transaction.atomic
def declare_own_case(*, audit: Audit, user: User, by: User | None, now: datetime) -> OwnCase:
    """The person says that the case is their own: their part ends, and they can get none in it again.

    Raises Refused if the person has no part in it.
    """
    audit = locked_audit(audit)
    part = part_of(audit, user)
    if part is None:
        raise Refused(f"You have no part in the audit of {audit.case.title} any more.")
    _end(part, OWN_CASE, by, now)
    declared, _ = OwnCase.objects.get_or_create(
        audit=audit, user=user, defaults={"declared_at": now, "declared_by": by}
    )
    record_of_auditor(audit, by=by, verb="own case declared", now=now)
    return declared


def _end(assignment: Assignment, why: str, by: User | None, now: datetime) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(ended_at=now, ended_by=by, why_ended=why)


def _reason(why: str) -> str:
    why = one_line(why)
    if not why:
        raise Refused("Enter why: case officers see it beside the person’s name.", field="why")
    if len(why) > LONGEST_WHY:
        raise Refused(f"The reason must be {LONGEST_WHY} characters or fewer.", field="why")
    return why
