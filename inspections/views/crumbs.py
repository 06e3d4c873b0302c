"""Breadcrumbs."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import Council
from inspections.models import Inspection

Crumbs = list[tuple[str, str]]


def council_crumbs(council: Council, *, posts: bool = False) -> Crumbs:
    """Breadcrumbs from the council's page of everything, or from its posts."""
    crumbs = [(council.name, reverse("everything", args=[council.slug]))]
    if posts:
        crumbs.append(("Posts", reverse("inspections:posts", args=[council.slug])))
    return crumbs


def inspection_crumbs(inspection: Inspection, *, owners: bool = False, notification: bool = False) -> Crumbs:
    """Breadcrumbs from the council's page of everything, or from one of the inspection's pages below it."""
    crumbs = council_crumbs(inspection.council)
    if owners:
        crumbs.append(("Owners", reverse("inspections:owners", args=[inspection.slug])))
    if notification:
        crumbs.append(("Notification", reverse("inspections:notification", args=[inspection.slug])))
    return crumbs
