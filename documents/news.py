"""What has happened to documents of late, as plain rows for whoever tells their owners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from documents.models import Comment, Review
from inspections.models import Inspection


class Happening(Enum):
    """What can happen to a document that its owners are told of."""

    APPROVED = "approved"
    RETURNED = "returned"
    COMMENTED = "commented"


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened to a document. It has no words of anybody's: those stay on the document's page.

    key   names it for good ("review:12", "comment:7")
    note  what has to be known besides, as words that follow; empty for most
    """

    key: str
    document: str
    happening: Happening
    at: datetime
    by: int | None
    by_name: str
    note: str = ""


_REVIEWS = {Review.Verdict.APPROVED: Happening.APPROVED, Review.Verdict.RETURNED: Happening.RETURNED}


def news(inspection: Inspection, *, since: datetime, until: datetime) -> list[News]:
    """Approvals, returns and standing comments after `since` and up to `until`, oldest first (two queries)."""
    return sorted([*_reviews(inspection, since, until), *_comments(inspection, since, until)], key=lambda row: row.at)


def _reviews(inspection: Inspection, since: datetime, until: datetime) -> Iterator[News]:
    rows = Review.objects.filter(inspection=inspection, at__gt=since, at__lte=until, verdict__in=list(_REVIEWS))
    for pk, document, verdict, at, by, name in rows.values_list(
        "pk", "document", "verdict", "at", "by", "by__full_name"
    ):
        yield _row(f"review:{pk}", document, _REVIEWS[Review.Verdict(verdict)], at, by, name)


def _comments(inspection: Inspection, since: datetime, until: datetime) -> Iterator[News]:
    rows = Comment.objects.filter(inspection=inspection, at__gt=since, at__lte=until, withdrawn_at=None)
    for pk, document, at, by, name in rows.values_list("pk", "document", "at", "by", "by__full_name"):
        yield _row(f"comment:{pk}", document, Happening.COMMENTED, at, by, name)


def _row(key: str, document: str, what: Happening, at: datetime, by: int | None, name: str | None) -> News:
    return News(key, document, what, at, by, name or "")
