"""How a cited focus group is found."""

from __future__ import annotations

from accounts.permissions import Permission
from govuk.addresses import address_of
from inspections.access import InspectionViewer
from inspections.references import Reference, ReferenceTarget, TargetState


def find(reference: Reference, viewer: InspectionViewer) -> ReferenceTarget | None:
    """The framework's group with this key, for people who may see it."""
    group = next((each for each in viewer.snapshot.framework.focus_groups if each.key == reference.key), None)
    if group is None or not viewer.may(Permission.READ_OWN_GROUPS):
        return None
    if not (viewer.may(Permission.READ_ALL_GROUPS) or viewer.owns(f"focus-group:{group.key}")):
        return None
    return ReferenceTarget(
        group.title, address_of("focusgroups:group", viewer.inspection.slug, group.key), TargetState.CURRENT
    )
