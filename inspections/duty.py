"""The one idea that runs through the house: a duty is one thing owed, by a post, by a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from accounts.models import Role


@dataclass(frozen=True, slots=True)
class Owner:
    """A post that owes something, and who holds it now (all None while it is vacant)."""

    post: int
    name: str
    organisation: str
    holder: int | None = None
    holder_name: str | None = None
    holder_email: str | None = None
    holder_telephone: str | None = None

    @property
    def is_vacant(self) -> bool:
        return self.holder is None


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing owed on an inspection; a reading of the records, never stored.

    key      stable, and one duty's alone: `document:1`, `focus-group:safeguarding-12`, `step:case-list`
    kind     `document`, `focus-group`, `step` or `request`
    title    what is owed, as the framework words it
    owners   the posts that owe it; empty when no owner is named
    role     who owes it when it is a role's and not a post's (the DCS office), else None
    state    the word that its own room uses for how it stands (`partial`, `approved` ...)
    missing  what is still missing, in words; empty when done
    url      where it is worked on; act_url the very place on that page, where there is one
    due_day  working day of the inspection on which it is due, None where it is not counted so or not known
    due      the moment by which it is owed (aware), None before notification or while the date is unknown
    turns_on the day on which what is done will no longer do unless something is added, where that comes soon;
             `turning` says so in words
    done     whether it is met; done_at and done_by say when and by whom where the records know
    """

    key: str
    kind: str
    title: str
    owners: tuple[Owner, ...]
    state: str
    missing: tuple[str, ...]
    url: str
    done: bool
    role: Role | None = None
    due_day: int | None = None
    due: datetime | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    note: str = ""
    act_url: str = ""
    turns_on: date | None = None
    turning: tuple[str, ...] = ()

    def is_late(self, now: datetime) -> bool:
        """Owed, not done, and its moment has passed."""
        return not self.done and self.due is not None and now > self.due

    @property
    def is_unowned(self) -> bool:
        """Nobody is named for it at all ("tbc" in the plan): a readiness risk."""
        return not self.owners and self.role is None

    @property
    def is_vacant(self) -> bool:
        """Posts are named for it, but nobody holds any of them."""
        return bool(self.owners) and all(owner.is_vacant for owner in self.owners)

    def is_of(self, posts: Iterable[int], roles: Iterable[Role]) -> bool:
        """Whether somebody who holds these posts (ids) and has these roles owes it."""
        held = frozenset(posts)
        return any(owner.post in held for owner in self.owners) or (self.role is not None and self.role in set(roles))


def in_order(duties: Iterable[Duty]) -> list[Duty]:
    """By the moment they are due; those without one last, in their framework's order."""
    return sorted(duties, key=lambda duty: (duty.due is None, duty.due or datetime.max.replace(tzinfo=UTC)))
