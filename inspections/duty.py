"""The central idea of the project: a duty is one thing owed, by a post, by a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from accounts.models import Role
from frameworks import Step

#: What emails and calendars say instead of a title that may be a person's words.
UNNAMED = "Something that is owed"
#: How the states of a room are drawn, best first: (state, words, colour).
States = Sequence[tuple[str, str, str]]
DONE_OR_NOT: States = (("done", "done", "green"), ("to do", "to do", "yellow"))


@dataclass(frozen=True, slots=True)
class Owner:
    """A post that owes something, and the person who holds it now (None while it is vacant)."""

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DutyKind:
    """What all duties of one kind have in common; declared once beside their app's `duties()`.

    `timetable.duties.SOURCES` is the only list of kinds. Other code never asks which kind a duty is: it asks the
    declaration.

    prefix          how the keys of its duties begin: "document" of `document:1`
    noun            the word for one of them, for counting: "document"
    verb            what a person does about one of them, as on its button: "Upload"
    heading         the heading of the dashboard tile with the number done; kinds with one heading share a tile
    states          how the states of its room are drawn
    words           the framework's word for the deadline by which it is owed ("documents"). Empty if each duty has a
                    date of its own, which does not depend on the notification
    is_step         whether each of its duties is one step of the timetable, with the same key
    by_step         whether keys name the step after the prefix, because several steps bring duties of this kind
    list_url        the page that lists all of them (name of an address); empty if each has only its own page
    role            the role that owes its duties if no post is named
    is_recorded     whether a person records it as done with one button, which posts to its own address
    before_call     whether it can be met before the call
    at_call         whether it must be ready when the call comes: counted first before the call, and in the weekly email
    trend           the figure of the daily trend that counts it ("documents" or "groups"); empty if none does
    title_is_safe   whether the title may appear in emails, in calendars and where people pass by: it holds no
                    person's words, which may name a child
    missing_is_safe whether what is missing may be quoted in emails
    beside_a_name   what stands for one of its duties where the person who owes it is named, if readers must not learn
                    who owes which; empty if they may
    """

    prefix: str
    noun: str
    verb: str
    heading: str
    states: States = DONE_OR_NOT
    words: frozenset[str] = frozenset()
    is_step: bool = False
    by_step: bool = False
    list_url: str = ""
    role: Role | None = None
    is_recorded: bool = False
    before_call: bool = True
    at_call: bool = False
    trend: str = ""
    title_is_safe: bool = False
    missing_is_safe: bool = False
    beside_a_name: str = ""

    def is_for(self, step: Step, key: str) -> bool:
        """Whether the duty with this key is of this kind and owed by the deadline of the step."""
        if step.duty not in self.words:
            return False
        if self.is_step:
            return key == f"{self.prefix}:{step.key}"
        return key.startswith(f"{self.prefix}:{step.key}:" if self.by_step else f"{self.prefix}:")


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing owed on an inspection; a reading of the records, never stored.

    key      permanent and unique: `document:1`, `focus-group:safeguarding-12`, `step:case-list`
    kind     what it has in common with others of its kind
    title    what is owed, in the framework's words or, if the kind says so, a person's
    number   the number by which people know it, if there is one: "3"
    strand   the strand of the inspection that it belongs to, in the framework's words; empty if none
    owners   the posts that owe it; empty when no owner is named
    role     the role that owes it, if it is not a post (the DCS office), else None
    people   the people with that role who owe it (ids); empty if everybody who has the role does
    state    the word that its own room uses for its state (`partial`, `approved` ...)
    missing  what is still missing, in words; empty if done
    url      its page; act_url the exact place on that page, if there is one
    due_day  working day of the inspection on which it is due, None if it has no such number or it is unknown
    due      the moment by which it is owed (aware), None before notification or while the date is unknown
    turns_on the day on which it is no longer done unless something is added, if that comes soon;
             `turning` says so in words
    done     whether it is done; done_at and done_by say when and by whom, if that is recorded
    """

    key: str
    kind: DutyKind
    title: str
    owners: tuple[Owner, ...]
    state: str
    missing: tuple[str, ...]
    url: str
    done: bool
    role: Role | None = None
    people: frozenset[int] = frozenset()
    due_day: int | None = None
    due: datetime | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    note: str = ""
    act_url: str = ""
    turns_on: date | None = None
    turning: tuple[str, ...] = ()
    number: str = ""
    strand: str = ""

    def is_late(self, now: datetime) -> bool:
        """Owed, not done, and past its time."""
        return not self.done and self.due is not None and now > self.due

    @property
    def hangs_on_call(self) -> bool:
        """Whether its date depends on the notification; otherwise it has a date of its own, before the call and after
        it.
        """
        return bool(self.kind.words)

    @property
    def safe_title(self) -> str:
        """The title, or a neutral one if emails and calendars must not show it."""
        return self.title if self.kind.title_is_safe else UNNAMED

    def is_private_to(self, person: int) -> bool:
        """Whether this person (id) owes it by name, and others must not learn that."""
        return bool(self.kind.beside_a_name) and person in self.people

    def title_beside(self, person: int) -> str:
        """The title where it stands beside the name of a person (id) who is told of it."""
        return self.kind.beside_a_name if self.is_private_to(person) else self.title

    @property
    def safe_missing(self) -> tuple[str, ...]:
        """What is missing, as far as emails may quote it."""
        return self.missing if self.kind.missing_is_safe else ()

    @property
    def is_unowned(self) -> bool:
        """Nobody is named for it at all ("tbc" in the plan): a readiness risk."""
        return not self.owners and self.role is None

    @property
    def is_vacant(self) -> bool:
        """Its owners are all posts that nobody holds."""
        return bool(self.owners) and all(owner.is_vacant for owner in self.owners)

    def is_of(self, person: int, posts: Iterable[int], roles: Iterable[Role]) -> bool:
        """Whether a person (id) who holds these posts (ids) and has these roles owes it."""
        held = frozenset(posts)
        if any(owner.post in held for owner in self.owners):
            return True
        return self.role is not None and self.role in set(roles) and (not self.people or person in self.people)


def in_order(duties: Iterable[Duty]) -> list[Duty]:
    """By the time they are due; those without one last, in their framework's order."""
    return sorted(duties, key=lambda duty: (duty.due is None, duty.due or datetime.max.replace(tzinfo=UTC)))


def nouns_of(duties: Iterable[Duty]) -> str:
    """The word for them in the plural: "documents"; "things" if they are of several kinds."""
    found = {duty.kind.noun for duty in duties}
    return f"{found.pop() if len(found) == 1 else 'thing'}s"


def counted(duties: Sequence[Duty]) -> str:
    """How many there are: "1 document", "3 documents", "4 things"."""
    return f"{len(duties)} {nouns_of(duties).removesuffix('s') if len(duties) == 1 else nouns_of(duties)}"
