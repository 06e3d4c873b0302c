"""Recording who the inspectors are: named, changed, taken off the list, put back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from govuk.text import one_line, same_text
from inspections import audit
from inspections.locks import locked_unless_withdrawn
from inspections.models import Inspection, Inspector
from refusals import Refused


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
    """Add a member of the inspection team. Raises Refused for a second lead inspector and for a name twice."""
    inspection = locked_unless_withdrawn(inspection)
    inspector = Inspector(inspection=inspection, added_at=now, added_by=by)
    _describe(inspector, name=name, part=part, telephone=telephone, email=email)
    inspector.save()
    _record_inspector(inspector, "inspector named", by, now)
    return inspector


@transaction.atomic
def change_inspector(
    *, inspector: Inspector, name: str, part: str, telephone: str, email: str, by: User, now: datetime
) -> bool:
    """Change an inspector's details. Returns whether anything changed. Raises Refused as `add_inspector` does."""
    locked_unless_withdrawn(inspector.inspection)
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
    """Take an inspector off the list. Returns whether they were on it."""
    locked_unless_withdrawn(inspector.inspection)
    if not Inspector.objects.filter(pk=inspector.pk, removed_at=None).update(removed_at=now, removed_by=by):
        return False
    _record_inspector(inspector, "inspector taken off", by, now)
    return True


@transaction.atomic
def restore_inspector(*, inspector: Inspector, by: User, now: datetime) -> bool:
    """Put an inspector back who was taken off. Returns whether they were off. Raises Refused as `add_inspector`
    does.
    """
    locked_unless_withdrawn(inspector.inspection)
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
