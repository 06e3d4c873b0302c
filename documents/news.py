"""What has happened to documents recently, as plain rows for the emails to their owners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from documents.models import Comment, Review
from documents.records import NEEDED, Decision, Reviews
from documents.reviews.approvals import TWO, needed_for
from inspections.models import Inspection


class NewsKind(Enum):
    """A kind of news about a document that its owners are told."""

    APPROVED = "approved"
    RETURNED = "returned"
    COMMENTED = "commented"


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened to a document. It holds nobody's words: those stay on the document's page.

    key   its permanent name ("review:12", "comment:7")
    note  anything else to know, as words that follow; empty for most
    """

    key: str
    document: str
    happening: NewsKind
    at: datetime
    by: int | None
    by_name: str
    note: str = ""


_REVIEWS = {Review.Verdict.APPROVED: NewsKind.APPROVED, Review.Verdict.RETURNED: NewsKind.RETURNED}


def news(inspection: Inspection, *, since: datetime, until: datetime) -> list[News]:
    """Approvals, returns and comments that still count, after `since` and up to `until`, oldest first."""
    rows = [*_reviews(inspection, since, until), *_comments(inspection, since, until)]
    return sorted(rows, key=lambda row: row.at)


def inspections_with_news(inspections: Iterable[int], *, since: datetime, until: datetime) -> set[int]:
    """The ids of those inspections about which `news` has anything to say."""
    wanted = {"inspection__in": list(inspections), "at__gt": since, "at__lte": until}
    reviews = Review.objects.filter(**wanted, verdict__in=list(_REVIEWS))
    comments = Comment.objects.filter(**wanted, withdrawn_at=None)
    return {pk for rows in (reviews, comments) for pk in rows.order_by().values_list("inspection_id", flat=True)}


def _reviews(inspection: Inspection, since: datetime, until: datetime) -> Iterator[News]:
    """Approvals and returns. How many approvals a document needs may have been decided long before."""
    rows = Review.objects.filter(inspection=inspection, at__lte=until).exclude(
        verdict__in=list(_REVIEWS), at__lte=since
    )
    found = list(rows.order_by("at", "pk").values_list("pk", "document", "verdict", "at", "by", "by__full_name"))
    decided: dict[str, list[Decision]] = {}
    for _, document, verdict, _, by, _ in found:
        if verdict in NEEDED:
            decided.setdefault(document, []).append(Decision(NEEDED[verdict], by))
    for pk, document, verdict, at, by, name in found:
        if verdict in NEEDED:
            continue
        what = _REVIEWS[Review.Verdict(verdict)]
        needed = needed_for(document, Reviews(decisions=tuple(decided.get(document, ()))), inspection.plan)
        note = " (it needs two approvals)" if what is NewsKind.APPROVED and needed >= TWO else ""
        yield News(f"review:{pk}", document, what, at, by, name or "", note)


def _comments(inspection: Inspection, since: datetime, until: datetime) -> Iterator[News]:
    rows = Comment.objects.filter(inspection=inspection, at__gt=since, at__lte=until, withdrawn_at=None)
    for pk, document, at, by, name in rows.values_list("pk", "document", "at", "by", "by__full_name"):
        yield News(f"comment:{pk}", document, NewsKind.COMMENTED, at, by, name or "")
