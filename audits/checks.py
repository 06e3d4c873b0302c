"""What every action on an audit makes sure of first: which people are auditors, and that the audit can still change."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Membership, User
from accounts.permissions import Permission, roles_with
from audits.models import Assignment, Audit, AuditHandover, SelectedCase
from inspections.locks import locked_unless_withdrawn
from inspections.models import Inspection
from refusals import Refused


def auditors_of(council: int) -> QuerySet[User]:
    """The active people with the role auditor in the council (id), in order of their names."""
    roles = roles_with(Permission.WRITE_OWN_AUDITS)
    here = Membership.objects.filter(council=council, role__in=roles, user=OuterRef("pk"))
    return User.objects.filter(Exists(here), is_active=True).order_by("full_name", "pk")


def current_parts(council: int) -> QuerySet[Assignment]:
    """The parts that count in a council (id): not ended, of people who are active and auditors there.

    Somebody who lost the role keeps the row until another takes over, and sees nothing. Their work stays.
    """
    roles = roles_with(Permission.WRITE_OWN_AUDITS)
    here = Membership.objects.filter(council=council, role__in=roles, user=OuterRef("user"))
    return Assignment.objects.filter(Exists(here), Q(user__is_active=True), ended_at=None)


def locked_audit(audit: Audit) -> Audit:
    """The audit as it is now, with its case and child; its inspection is locked until the transaction ends.

    Raises Refused if the inspection is withdrawn, the case was taken out of the selection, or the child erased.
    """
    inspection = locked_unless_withdrawn(audit.case.inspection)
    found = Audit.objects.select_related("case__child").get(pk=audit.pk)
    found.case.inspection = inspection
    refuse_unless_open(found)
    return found


def refuse_unless_open(audit: Audit) -> None:
    """Raises Refused if the case was taken out of the selection, or its child erased."""
    title = audit.case.title
    if audit.case.removed_at is not None:
        raise Refused(f"{title} was taken out of the selection, so its audit cannot change any more.")
    if audit.erased_at is not None or audit.case.child is None:
        raise Refused(f"What was held on {title} has been erased, so its audit cannot change any more.")


def is_handed_over(case: SelectedCase) -> bool:
    """Whether an export with the audit of this case was handed over to the inspectors."""
    handed_over = AuditHandover.objects.filter(export__inspection=case.inspection_id)
    return any(case.number in numbers for numbers in handed_over.values_list("export__cases", flat=True))


def refuse_if_handed_over(case: SelectedCase) -> None:
    """Raises Refused if the audit was handed over: from then on it stays as the inspectors have it."""
    if is_handed_over(case):
        raise Refused(f"The audit of {case.title} was handed over to the inspectors, so it stays as they have it.")


def part_of(audit: Audit, user: User) -> Assignment | None:
    """The part that counts of a person in an audit; None if they have none."""
    return current_parts(audit.case.inspection.council_id).filter(audit=audit, user=user).first()


def refuse_unless(audit: Audit, by: User | None, *parts: Assignment.Part) -> Assignment | None:
    """The person's part in the audit, one of `parts`. Raises Refused if they have it no more; None means a command."""
    if by is None:
        return None
    found = part_of(audit, by)
    if found is None or found.part not in parts:
        raise Refused(f"You have no part in the audit of {audit.case.title} any more, so nothing was changed.")
    return found


def audits_of(inspection: Inspection) -> QuerySet[Audit]:
    """The audits of the cases that are selected now, by number."""
    return Audit.objects.filter(case__inspection=inspection, case__removed_at=None).order_by("case__number")
