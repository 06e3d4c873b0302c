"""The pieces of a framework: its timetable, the documents it asks for, the groups it meets.

Plain frozen records. Nothing here checks anything, since the loader has; `frameworks.judging` holds the pieces on cases
and judgements, `frameworks.framework` puts them together.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

SourceKind = Literal["paper", "interpretation", "other"]
GroupKind = Literal["focus-group", "meeting", "visit"]
FreshnessKind = Literal["latest", "within-years"]
Unit = Literal["working", "calendar"]
DutyKind = Literal["record", "documents", "send-documents", "focus-groups"]

NOTIFIED = "notified"  # the one anchor whose date is given: the day the inspectorate calls
STATED = "stated"  # an anchor in name only: the date is entered by hand, nothing is computed
DEADLINE_TIME = dt.time(17, 0)  # Europe/London, unless a step says otherwise


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from: the paper itself, our reading of it, or elsewhere; `where` is the place in words."""

    kind: SourceKind
    where: str


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade of the framework's scale; `Framework.grades` holds them best first."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Strand:
    """One of the inspections held together, such as safeguarding."""

    key: str
    title: str
    source: Source


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the timetable that a page can name."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Timing:
    """When something falls: `first` to `last` days after the anchor (0 is the anchor's own day, negative is before it).

    With `weekday` (0 is Monday) the count starts from the first such weekday strictly after the anchor's day.
    With the anchor `STATED` there is no computed date, and the other fields mean nothing.
    """

    anchor: str
    unit: Unit = "working"
    first: int = 0
    last: int = 0
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """A named day that steps hang on. `timing` is None for `NOTIFIED` alone."""

    key: str
    title: str
    timing: Timing | None
    source: Source


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timetable.

    `deadline` marks what the council owes, and `duty` what that deadline turns into: "documents" one duty per core
    document, "focus-groups" one per group, "send-documents" the sending of the set, "record" something recorded as done
    by hand. `first_day` and `last_day` are day numbers (day 1 is the day of notification); None where the step does not
    hang on the notification in working days alone.
    """

    key: str
    title: str
    party: str
    timing: Timing
    deadline: bool
    time: dt.time
    duty: DutyKind | None
    phase: str
    explanation: str
    source: Source
    first_day: int | None
    last_day: int | None


@dataclass(frozen=True, slots=True)
class Freshness:
    """How recent a dated part must be, seen from `anchor`.

    "latest": it must be the latest `Part.needed` there are; a later one that has passed makes the oldest drop out.
    "within-years": dated no more than `years` years before the anchor. `years` is 0 for "latest".
    """

    kind: FreshnessKind
    anchor: str
    years: int


@dataclass(frozen=True, slots=True)
class AlsoCalled:
    """Other words by which people call a document or a part of it, in the names of their files for instance."""

    words: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Part:
    """One piece that a core document must contain.

    `needed` is how many files, dated apart where `dated`. An `optional` part may stay empty. With `nil_return` an owner
    may state that there is nothing to supply. `called` is what its files are called in a sentence ("Minutes"), in the
    plural; empty where nothing special is.
    """

    key: str
    label: str
    needed: int
    optional: bool
    nil_return: bool
    dated: bool
    freshness: Freshness | None
    source: Source
    called: str = ""
    also_called: AlsoCalled | None = None


@dataclass(frozen=True, slots=True)
class CoreDocument:
    """One document that inspectors want; `key` is its number as text."""

    key: str
    number: int
    title: str
    explanation: str
    parts: tuple[Part, ...]
    source: Source
    also_called: AlsoCalled | None = None

    def part(self, key: str) -> Part:
        """The part with this key; raises KeyError."""
        return {part.key: part for part in self.parts}[key]


@dataclass(frozen=True, slots=True)
class Preparation:
    """One of the things that make a focus group ready: "owner", "attendees", "briefed" or "booked"."""

    key: str
    label: str
    source: Source


@dataclass(frozen=True, slots=True)
class FocusGroup:
    """One focus group, meeting or visit; `key` is strand and number, such as "safeguarding-12".

    `kind_source` says where the kind comes from, since not every line of the paper names it.
    """

    key: str
    strand: str
    number: int
    title: str
    kind: GroupKind
    kind_source: Source
    source: Source


@dataclass(frozen=True, slots=True)
class Holding:
    """Something the inspectorate already holds about the council."""

    key: str
    title: str
    source: Source


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Who comes: at least so many inspectors of an inspectorate."""

    organisation: str
    title: str
    at_least: int
    source: Source


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time in which the council must expect the inspection; `before` is exclusive."""

    text: str
    at_least: int
    before: dt.date
    source: Source
