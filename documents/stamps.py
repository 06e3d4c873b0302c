"""Saying that a document's files have changed, so that nobody goes on showing those that they have."""

from __future__ import annotations

from uuid import uuid4

from documents.models import FilesStamp
from inspections.models import Inspection


def moved_on(inspection: Inspection, *documents: str) -> None:
    """Call it in the transaction that changes a file of these documents, or a version of one."""
    FilesStamp.objects.bulk_create(
        [FilesStamp(inspection=inspection, document=document, stamp=uuid4().hex) for document in documents],
        update_conflicts=True,
        unique_fields=("inspection", "document"),
        update_fields=("stamp",),
    )
