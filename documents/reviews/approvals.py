"""How many approvals a document needs, which of those given count, and why somebody's would not.

One approval is the rule. Where a local plan, or a coordinator on the page, asks for a second pair of eyes, two
different people have to approve what is there now, and neither may have put any of it there. Who lets one approval do
where two were asked for does not do so for themselves: they have not added to the document nor approved it, and the one
approval is somebody else's.
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
    """Where a document stands with its approvals.

    needed   one or two
    given    those that count: of what is there now, the latest of one, or the first by each of two people
    authors  who put there what is there now (people's ids); with two needed, none of them approves it
    decision what was decided on the page about how many it needs, if that stands; else the plan says it
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
        """Who has approved it, as a sentence lists them; empty where nobody has."""
        return listed([review.by or BY_SOFTWARE for review in self.given]) if self.given else ""

    def why_not(self, person: int) -> str:
        """Why this person's approval would not be the one that is wanted, as a sentence; empty where it would."""
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
        """Why this person may not let one approval do where two are needed, as a sentence; empty where they may.

        Taking back what one asked for oneself is no such thing: it leaves the document as it was before.
        """
        if not self.takes_two or (self.decision is not None and self.decision.person == person):
            return ""
        if person in self.authors:
            return f"You have added some of what is in this document, {NOT_ONE}"
        return f"You have approved this document, {NOT_ONE}" if any(row.person == person for row in self.given) else ""

    def what_follows(self, number: int) -> str:
        """What a banner says after an approval of the document with this number."""
        if self.takes_two and not self.is_complete:
            return f"Your approval of document {number} is recorded. A second person has to approve it too."
        return f"Document {number} approved. A new version will need a new approval."


def decision_of(reviews: Reviews) -> Decision | None:
    """What was decided last and stands; whoever takes back their own last decision leaves things as they were."""
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
    """How many approvals a document needs: what was decided on its page last, else what the local plan says."""
    decision = decision_of(reviews)
    if decision is not None:
        return decision.needed
    return TWO if plan is not None and plan.takes_two_approvals(document) else 1


def count(reviews: Reviews, contents: str, needed: int, authors: Iterable[int | None]) -> Approvals:
    """The approvals that count of the latest reviews; a return, or a review of something else, ends them."""
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
