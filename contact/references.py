"""How a cited request from an inspector is found."""

from __future__ import annotations

from accounts.permissions import Permission
from contact.models import Request
from govuk.addresses import address_of
from inspections.access import InspectionViewer
from inspections.references import Reference, ReferenceTarget, TargetState


def find(reference: Reference, viewer: InspectionViewer) -> ReferenceTarget | None:
    """The request with this number, for those who watch the inspection and those who owe the answer."""
    if not reference.key.isdecimal() or not viewer.may(Permission.READ_OWN_REQUESTS):
        return None
    asked = Request.objects.filter(inspection=viewer.inspection, number=int(reference.key)).first()
    if asked is None or not (viewer.may(Permission.READ_CONTACT) or viewer.owns(asked.item)):
        return None
    url = address_of("contact:request", viewer.inspection.slug, asked.number)
    return ReferenceTarget(asked.title, url, TargetState.GONE if asked.withdrawn_at else TargetState.CURRENT)
