"""Comments on a document: made by people who may see it, listed in order, and withdrawn only by their authors."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from documents.checks import document_and_part, locked_for_change
from documents.models import Comment
from govuk.text import many_lines
from inspections import audit
from inspections.models import Inspection
from inspections.once import made_before
from refusals import Refused

MOST_CHARACTERS = 2000


@transaction.atomic
def add_comment(*, inspection: Inspection, document: str, text: str, once: UUID, by: User, now: datetime) -> Comment:
    """Add a comment. A form sent twice (the same `once`) is one comment.

    Raises Refused if the comment is empty or too long, and if the form was used for another document.

    The record says that there was a comment but not what it said, because it may mention a child.
    """
    asked, _ = document_and_part(inspection, document)
    text = many_lines(text)
    if not text:
        raise Refused("Write a comment", field="text")
    if len(text) > MOST_CHARACTERS:
        raise Refused(f"A comment has {MOST_CHARACTERS} characters at most", field="text")
    inspection = locked_for_change(inspection)
    said = made_before(Comment, once, inspection=inspection, document=document)
    if said is not None:
        return said
    comment = Comment.objects.create(inspection=inspection, document=document, text=text, once=once, at=now, by=by)
    detail = {"document": document, "comment": comment.pk}
    audit.record(inspection, by=by, verb="comment added", subject=asked.title, now=now, detail=detail)
    return comment


@transaction.atomic
def withdraw_comment(*, comment: Comment, by: User, now: datetime) -> bool:
    """Withdraw one's own comment and delete its words for good. Returns whether it was there.

    Raises Refused for other people's.
    """
    if comment.by_id != by.pk:
        raise Refused("A comment can be withdrawn by whoever wrote it, and by nobody else.")
    inspection = locked_for_change(comment.inspection)
    if not Comment.objects.filter(pk=comment.pk, withdrawn_at=None).update(withdrawn_at=now, text=""):
        return False
    asked, _ = document_and_part(inspection, comment.document)
    detail = {"document": comment.document, "comment": comment.pk}
    audit.record(inspection, by=by, verb="comment withdrawn", subject=asked.title, now=now, detail=detail)
    return True


def comments_on(inspection: Inspection, document: str) -> list[Comment]:
    """The comments on a document, oldest first, including those withdrawn."""
    rows = Comment.objects.filter(inspection=inspection, document=document)
    return list(rows.select_related("by").order_by("at", "pk"))
