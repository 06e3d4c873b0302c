"""Saying that records have changed, so that nobody goes on showing those that they have."""

from __future__ import annotations

from uuid import uuid4

from documents.models import FilesStamp
from inspections.models import Inspection

#: Stands among the documents for all that is not a file: nil returns, reviews, sendings, expected meetings.
OTHERS = ""


def moved_on(inspection: Inspection, *documents: str) -> None:
    """Call it in the transaction that changes a file of these documents, or a version of one, or OTHERS."""
    FilesStamp.objects.bulk_create(
        [FilesStamp(inspection=inspection, document=document, stamp=uuid4().hex) for document in documents],
        update_conflicts=True,
        unique_fields=("inspection", "document"),
        update_fields=("stamp",),
    )
