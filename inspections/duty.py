"""The one idea that runs through the house: a duty is one thing owed, by a post, by a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from accounts.models import Role
from frameworks import Step

#: What an email or a calendar says of a duty whose title may be a person's words.
UNNAMED = "Something that is owed"
#: How the states that a room uses are drawn, best first: (state, words, colour).
States = Sequence[tuple[str, str, str]]
DONE_OR_NOT: States = (("done", "done", "green"), ("to do", "to do", "yellow"))


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DutyKind:
    """What all duties of one kind have in common; declared once beside their app's `duties()`.

    `timetable.duties.SOURCES` is the only list of kinds. Nothing asks of which kind a duty is: it asks the declaration.

    prefix          how the keys of its duties begin: "document" of `document:1`
    noun            one of them, to be counted: "document"
    verb            what one does about one of them, as its button says: "Upload"
    heading         how many are done, as a tile of the dashboard says; kinds with the same heading share one
    states          how the states that its room uses are drawn
    words           what the framework calls the deadlines that it is owed by ("documents"). Empty where each duty has a
                    date of its own, which does not hang on the notification
    is_step         whether each of its duties is one step of the timetable, of the same key
    list_url        the page that lists all of them (name of an address); empty where each has only its own
    is_recorded     whether a person records it as done with one press of a button, which posts to its own address
    before_call     whether it can be met before the call
    at_call         whether it has to be ready when the call comes: counted first before it, and told of weekly
    trend           the figure of the daily trend that counts it ("documents" or "groups"); empty where none does
    title_is_safe   whether the title may stand in emails and calendars, and where people pass by: it holds no person's
                    words, which may name a child
    missing_is_safe whether what is missing may be quoted in emails
    """

    prefix: str
    noun: str
    verb: str
    heading: str
    states: States = DONE_OR_NOT
    words: frozenset[str] = frozenset()
    is_step: bool = False
    list_url: str = ""
    is_recorded: bool = False
    before_call: bool = True
    at_call: bool = False
    trend: str = ""
    title_is_safe: bool = False
    missing_is_safe: bool = False

    def is_for(self, step: Step, key: str) -> bool:
        """Whether the duty of that key is of this kind and owed by the deadline of the step."""
        if step.duty not in self.words:
            return False
        return key == f"{self.prefix}:{step.key}" if self.is_step else key.startswith(f"{self.prefix}:")


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing owed on an inspection; a reading of the records, never stored.

    key      stable, and one duty's alone: `document:1`, `focus-group:safeguarding-12`, `step:case-list`
    kind     what it has in common with others of its kind
    title    what is owed, in the framework's words or, where the kind says so, a person's
    number   what people know it by, where that is a number: "3"
    strand   the strand of the inspection that it belongs to, as the framework calls it; empty where it is of no one
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
    kind: DutyKind
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
    number: str = ""
    strand: str = ""

    def is_late(self, now: datetime) -> bool:
        """Owed, not done, and its moment has passed."""
        return not self.done and self.due is not None and now > self.due

    @property
    def hangs_on_call(self) -> bool:
        """Whether its date follows from the notification; else it has one of its own, before the call as after it."""
        return bool(self.kind.words)

    @property
    def safe_title(self) -> str:
        """The title, or a neutral one where an email or a calendar may not have it."""
        return self.title if self.kind.title_is_safe else UNNAMED

    @property
    def safe_missing(self) -> tuple[str, ...]:
        """What is missing, as far as an email may quote it."""
        return self.missing if self.kind.missing_is_safe else ()

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


def nouns_of(duties: Iterable[Duty]) -> str:
    """What they are, in the plural: "documents"; "things" where they are of several kinds."""
    found = {duty.kind.noun for duty in duties}
    return f"{found.pop() if len(found) == 1 else 'thing'}s"


def counted(duties: Sequence[Duty]) -> str:
    """How many they are: "1 document", "3 documents", "4 things"."""
    return f"{len(duties)} {nouns_of(duties).removesuffix('s') if len(duties) == 1 else nouns_of(duties)}"
