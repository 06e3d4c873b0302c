"""How many approvals a document needs, which of those given count, and why somebody's approval would not count.

The rule is one approval. If a local plan, or a coordinator on the page, asks for a second pair of eyes, two different
people have to approve what is there now, and neither may have added any of it. Somebody who then decides that one
approval is enough must not have added to the document or approved it, and cannot give that approval.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from documents.records import Decision, ReviewFact, Reviews
from frameworks import Plan
from inspections.working_days import listed

TWO = 2
BY_SOFTWARE = "the software"
NOT_ONE = "so somebody else has to say that one approval will do."
LOWERED_IT = "You have decided that one approval will do for this document, so it is for somebody else to give it."


@dataclass(frozen=True, slots=True)
class Approvals:
    """The approvals of a document.

    needed   one or two
    given    those that count: of what is there now, the latest of one, or the first by each of two people
    authors  who added what is there now (people's ids); if two are needed, none of them may approve it
    decision the decision on the page about how many it needs, if there is one; otherwise the plan decides
    """

    needed: int = 1
    given: tuple[ReviewFact, ...] = ()
    authors: frozenset[int] = frozenset()
    decision: Decision | None = None

    @property
    def is_complete(self) -> bool:
        return len(self.given) >= self.needed

    @property
    def takes_two(self) -> bool:
        return self.needed >= TWO

    @property
    def names(self) -> str:
        """The people who have approved it, listed for a sentence; empty if nobody has."""
        return listed([review.by or BY_SOFTWARE for review in self.given]) if self.given else ""

    def why_not(self, person: int) -> str:
        """Why this person cannot give the approval that is needed, as a sentence; empty if they can."""
        if self.is_complete:
            return ""
        if not self.takes_two:
            return LOWERED_IT if person == _lowered_by(self.decision) else ""
        if person in self.authors:
            return (
                "Two people have to approve this document who have not added what is in it. You have added some of it, "
                "so it needs others."
            )
        if any(review.person == person for review in self.given):
            return "You have approved it. A second person has to approve it too."
        return ""

    def why_not_one(self, person: int) -> str:
        """Why this person may not reduce two approvals to one, as a sentence; empty if they may.

        People may always take back their own request for a second approval, since that leaves the document as it was
        before.
        """
        if not self.takes_two or (self.decision is not None and self.decision.person == person):
            return ""
        if person in self.authors:
            return f"You have added some of what is in this document, {NOT_ONE}"
        return f"You have approved this document, {NOT_ONE}" if any(row.person == person for row in self.given) else ""

    def what_follows(self, number: int) -> str:
        """The words of a banner after an approval of the document with this number."""
        if self.takes_two and not self.is_complete:
            return f"Your approval of document {number} is recorded. A second person has to approve it too."
        return f"Document {number} approved. A new version will need a new approval."


def decision_of(reviews: Reviews) -> Decision | None:
    """The decision that counts. Somebody who takes back their own last decision leaves things as they were."""
    stand: list[Decision] = []
    for decision in reviews.decisions:
        if stand and decision.person is not None and stand[-1].person == decision.person:
            stand.pop()
        else:
            stand.append(decision)
    return stand[-1] if stand else None


def _lowered_by(decision: Decision | None) -> int | None:
    return decision.person if decision is not None and decision.needed < TWO else None


def needed_for(document: str, reviews: Reviews, plan: Plan | None) -> int:
    """How many approvals a document needs: the last decision on its page, otherwise what the local plan says."""
    decision = decision_of(reviews)
    if decision is not None:
        return decision.needed
    return TWO if plan is not None and plan.takes_two_approvals(document) else 1


def count(reviews: Reviews, contents: str, needed: int, authors: Iterable[int | None]) -> Approvals:
    """The approvals among the latest reviews that count: those since the last return or change."""
    here = frozenset(author for author in authors if author is not None)
    decision = decision_of(reviews)
    latest = takewhile(lambda review: review.is_approval and review.contents == contents, reversed(reviews.said))
    if needed < TWO:
        lowered_by = _lowered_by(decision)
        given = [review for review in latest if lowered_by is None or review.person != lowered_by]
        return Approvals(needed, tuple(given[:1]), here, decision)
    by_person: dict[int | None, ReviewFact] = {}
    for review in reversed(list(latest)):
        if review.person not in here:
            by_person.setdefault(review.person, review)
    return Approvals(needed, tuple(by_person.values()), here, decision)
