"""How a cited pack is found."""

from __future__ import annotations

from accounts.permissions import Permission
from evidencepack.models import Pack, PackState
from govuk.addresses import address_of
from inspections.access import InspectionViewer
from inspections.references import Reference, ReferenceTarget, TargetState


def find(reference: Reference, viewer: InspectionViewer) -> ReferenceTarget | None:
    """A pack that is ready (`key` is its number). It is superseded once a later whole pack is ready."""
    if not reference.key.isdecimal() or not viewer.may(Permission.READ_PACKS):
        return None
    ready = Pack.objects.filter(inspection=viewer.inspection, state=PackState.READY)
    rows = ready.select_related("supplements").defer("manifest", "changes")
    pack = rows.filter(number=int(reference.key)).first()
    if pack is None:
        return None
    is_superseded = ready.filter(number__gt=pack.number, supplements=None).exists()
    url = address_of("evidencepack:pack", viewer.inspection.slug, pack.number)
    name = f"{pack.called}{f', page {reference.page}' if reference.page else ''}"
    return ReferenceTarget(name, url, TargetState.SUPERSEDED if is_superseded else TargetState.CURRENT)
