"""From whom the first grade of an audit is hidden: whoever moderates it at present and has not graded it yet.

This holds whatever other roles the person has, and even if they are no auditor any more, since they might be again.
"""

from __future__ import annotations

from django.db.models import QuerySet

from audits.models import Assignment, Audit
from inspections.models import Inspection

Part = Assignment.Part


def hidden_from(inspection: Inspection, user_pk: int) -> frozenset[int]:
    """The ids of the audits whose first grade this person must not see, or be able to work out, anywhere."""
    return frozenset(_awaiting(inspection).filter(user=user_pk).values_list("audit", flat=True))


def hidden_from_anybody(inspection: Inspection) -> frozenset[int]:
    """The ids of the audits whose moderator has not graded them yet. What everybody may read leaves them out."""
    return frozenset(_awaiting(inspection).values_list("audit", flat=True))


def is_hidden(audit: Audit, user_pk: int) -> bool:
    """The same for one audit and one person."""
    return _awaiting(None).filter(audit=audit, user=user_pk).exists()


def _awaiting(inspection: Inspection | None) -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(part=Part.MODERATOR, ended_at=None).exclude(
        audit__moderation__graded_at__isnull=False
    )
    return rows if inspection is None else rows.filter(audit__case__inspection=inspection)
