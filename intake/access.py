"""Who may add many files, and whose waiting files a person sees."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.permissions import Permission
from documents import access
from inspections.access import InspectionSight
from intake.models import Archive, Waiting


def fillable(sight: InspectionSight) -> frozenset[str]:
    """The keys of the documents that the person may add files to."""
    return frozenset(
        document.key for document in sight.standing.framework.documents if access.may_fill(sight, document.key)
    )


def visible(sight: InspectionSight) -> QuerySet[Waiting]:
    """The waiting files that the person may see: their own, and every one for a coordinator."""
    rows = Waiting.objects.filter(inspection=sight.inspection).select_related("arrived_by")
    return rows if sight.may(Permission.SORT_EVERYBODYS_FILES) else rows.filter(arrived_by=sight.user)


def visible_archives(sight: InspectionSight) -> QuerySet[Archive]:
    rows = Archive.objects.filter(inspection=sight.inspection).select_related("arrived_by")
    return rows if sight.may(Permission.SORT_EVERYBODYS_FILES) else rows.filter(arrived_by=sight.user)
