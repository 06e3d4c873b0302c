"""Who may add many files, and whose waiting files a person can see."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.permissions import Permission
from documents import access
from inspections.access import InspectionViewer
from intake.models import Archive, WaitingFile


def fillable(viewer: InspectionViewer) -> frozenset[str]:
    """The keys of the documents that the person may add files to."""
    return frozenset(
        document.key for document in viewer.snapshot.framework.documents if access.may_fill(viewer, document.key)
    )


def visible(viewer: InspectionViewer) -> QuerySet[WaitingFile]:
    """The waiting files that the person may see: their own; for a coordinator, all."""
    rows = WaitingFile.objects.filter(inspection=viewer.inspection).select_related("arrived_by")
    return rows if viewer.may(Permission.SORT_EVERYBODYS_FILES) else rows.filter(arrived_by=viewer.user)


def visible_archives(viewer: InspectionViewer) -> QuerySet[Archive]:
    rows = Archive.objects.filter(inspection=viewer.inspection).select_related("arrived_by")
    return rows if viewer.may(Permission.SORT_EVERYBODYS_FILES) else rows.filter(arrived_by=viewer.user)
