"""A local plan: what one council adds to a framework, namely whose each item is, its people and its closure days."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from frameworks.model import Source


def same_name(text: str) -> str:
    """A post's name reduced to what two spellings share: case, spaces, dashes and apostrophes do not count."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'")
    return " ".join(re.sub(r"[‐-―-]", " - ", text).replace(",", ", ").split())


@dataclass(frozen=True, slots=True)
class PlanPost:
    """A post that owns something: one name, the other ways in which it is written, and the organisation it is in."""

    name: str
    aliases: tuple[str, ...]
    organisation: str


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whose an item is. `item` is "document:1", "focus-group:safeguarding-12" or "step:case-list".

    `owners` are names of posts, empty while the owner is to be confirmed; `as_written` keeps the council's own text.
    """

    item: str
    owners: tuple[str, ...]
    as_written: str
    source: Source


@dataclass(frozen=True, slots=True)
class PlanPerson:
    """A person of the council or a partner, with the names of the posts held."""

    name: str
    email: str
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TwoApprovals:
    """A document that two different people have to approve, neither of whom has added what is in it."""

    document: str
    source: Source


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The hours, Europe/London, in which reminders go out and sessions are held."""

    start: dt.time
    end: dt.time


@dataclass(frozen=True, slots=True)
class Plan:
    """A local plan file, tied to one framework by its key. Ownerships stand in the framework's own order.

    What goes out of date within `turning_days` (calendar days) is pointed out beforehand.
    reminder_points    working days before a deadline on which its owners are reminded, most first
    late_recipients    roles told each day of what is late, besides those who owe it
    weekly_recipients  roles that get the weekly summary of everything before the call
    weekly_day         its weekday, 0 being Monday
    """

    key: str
    title: str
    council: str
    framework: str
    source: Source
    unannounced_inspection: str
    working_hours: WorkingHours
    reminder_points: tuple[int, ...]
    late_recipients: tuple[str, ...]
    weekly_recipients: tuple[str, ...]
    weekly_day: int
    posts: tuple[PlanPost, ...]
    people: tuple[PlanPerson, ...]
    ownerships: tuple[Ownership, ...]
    closures: tuple[tuple[dt.date, str], ...]
    turning_days: int
    two_approvals: tuple[TwoApprovals, ...] = ()

    def owners(self, item: str) -> tuple[str, ...]:
        """Names of the posts that own the item; empty where there is none yet."""
        found = {ownership.item: ownership.owners for ownership in self.ownerships}
        return found.get(item, ())

    def as_written(self, item: str) -> str:
        """The owner in the council's own words; empty where the plan says nothing."""
        found = {ownership.item: ownership.as_written for ownership in self.ownerships}
        return found.get(item, "")

    def takes_two_approvals(self, document: str) -> bool:
        """Whether two different people have to approve the document with this key."""
        return any(each.document == document for each in self.two_approvals)

    def post_named(self, spelling: str) -> PlanPost | None:
        """The post meant by any of its spellings; None where no post is called that."""
        wanted = same_name(spelling)
        for post in self.posts:
            if wanted in {same_name(name) for name in (post.name, *post.aliases)}:
                return post
        return None
