"""From whom the first grade of an audit is hidden: whoever moderates it at present and has not graded it yet.

This holds whatever other roles the person has, and even if they are no auditor any more, since they might be again.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from audits.models import Answer, Assignment, Audit, AuditExport
from audits.moderating.scale import grade_question
from cases.models import Access
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


def has_read_grade(audit: Audit, user_pk: int) -> bool:
    """Whether this person (id) has read the first grade, by the log of readings, and so cannot moderate any more.

    What they read while they moderated the audit counts for nothing, since the grade was hidden from them.
    """
    since = _first_graded_at(audit)
    child = audit.case.child
    if since is None or child is None:
        return False
    title = audit.case.title
    pages = Q(what=Access.What.AUDIT, child=child.key, detail__in=(title, f"{title}: moderation"))
    papers = Q(what=Access.What.AUDIT_EXPORT, child=child.key)
    for export in AuditExport.objects.filter(inspection=audit.case.inspection_id):
        if audit.case.number in export.cases:
            papers |= Q(what=Access.What.AUDIT_EXPORT, detail__startswith=f"{export}: ")
    read = Access.objects.filter(
        pages | papers, inspection=audit.case.inspection_id, by=user_pk, was_refused=False, at__gte=since
    )
    own = Assignment.objects.filter(audit=audit, user=user_pk, part=Part.MODERATOR)
    for start, end in own.values_list("assigned_at", "ended_at"):
        read = read.exclude(at__gte=start, at__lt=end) if end else read.exclude(at__gte=start)
    return read.exists()


def _first_graded_at(audit: Audit) -> datetime | None:
    """Not after the moment at which the audit got its first grade; None if it has none."""
    question = grade_question(audit.case.inspection)
    answer = Answer.objects.filter(audit=audit, question=question.key).first() if question else None
    if answer is None:
        return None
    return answer.saved_at if answer.version == 1 else audit.started_at or answer.saved_at


def _awaiting(inspection: Inspection | None) -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(part=Part.MODERATOR, ended_at=None).exclude(
        audit__moderation__graded_at__isnull=False
    )
    return rows if inspection is None else rows.filter(audit__case__inspection=inspection)
