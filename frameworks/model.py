"""The pieces of a framework: its timetable, the documents it asks for, the groups it meets.

Frozen records, each field declared with the kind of value that a file may give it (`frameworks.values`); the loader
holds files against these declarations. `frameworks.cases` holds the pieces on cases, `frameworks.judging` those on
judgements, `frameworks.framework` puts them together. A field that is added later has a default, so that a file written
today keeps loading.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Annotated, Literal

from frameworks.values import (
    AT_LEAST_ONE,
    Called,
    Count,
    Date,
    Days,
    Flag,
    Key,
    Number,
    Prose,
    Table,
    Text,
    Time,
    Weekday,
)

SourceKind = Literal["paper", "interpretation", "other"]
GroupKind = Literal["focus-group", "meeting", "visit"]
FreshnessKind = Literal["latest", "within-years"]
PreparationKind = Literal["owner", "attendees", "briefed", "booked"]
Unit = Literal["working", "calendar"]
DutyWord = Literal["record", "documents", "send-documents", "focus-groups"]

NOTIFIED = "notified"  # the one anchor whose date is given: the day the inspectorate calls
STATED = "stated"  # an anchor in name only: the date is entered by hand, nothing is computed
DEADLINE_TIME = dt.time(17, 0)  # Europe/London, where neither framework nor plan says otherwise


@dataclass(frozen=True, slots=True)
class Source(Table):
    """Where a fact comes from: the paper itself, our reading of it, or elsewhere; `where` is the place in words."""

    kind: SourceKind
    where: Prose


@dataclass(frozen=True, slots=True)
class Grade(Table):
    """One grade of the framework's scale; `Framework.grades` holds them best first."""

    key: Key
    label: Text


@dataclass(frozen=True, slots=True)
class Strand(Table):
    """One of the inspections held together, such as safeguarding."""

    key: Key
    title: Text
    source: Source


@dataclass(frozen=True, slots=True)
class Phase(Table):
    """A stretch of the timetable that a page can name."""

    key: Key
    title: Text


@dataclass(frozen=True, slots=True)
class Timing(Table):
    """When something falls: `first` to `last` days after the anchor (0 is the anchor's own day, negative is before it).

    With `weekday` (0 is Monday) the count starts from the first such weekday strictly after the anchor's day.
    With the anchor `STATED` there is no computed date, and the other fields mean nothing.
    """

    anchor: Key
    unit: Unit = "working"
    first: Days = 0
    last: Days = None  # type: ignore[assignment]  # the same as `first`
    weekday: Weekday | None = None

    def __post_init__(self) -> None:
        """Let a single day end on the day it begins."""
        if self.last is None:
            object.__setattr__(self, "last", self.first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor(Table):
    """A named day that steps hang on. `timing` is None for `NOTIFIED` alone."""

    key: Key
    title: Text
    timing: Timing | None = None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Table):
    """One line of the timetable.

    `deadline` marks what the council owes, and `duty` what that deadline turns into: "documents" one duty per core
    document, "focus-groups" one per group, "send-documents" the sending of the set, "record" something recorded as done
    by hand. `time` is the hour of the last day by which it is owed, where the framework says one
    (`frameworks.plan.deadline_time` has the one that holds). `first_day` and `last_day` are day numbers (day 1 is the
    day of notification); None where the step does not hang on the notification in working days alone.
    """

    key: Key
    title: Text
    party: Text
    timing: Timing
    deadline: Flag
    time: Time | None = None
    duty: DutyWord | None = None
    phase: Key
    explanation: Prose
    source: Source
    first_day: int | None = field(init=False, default=None)
    last_day: int | None = field(init=False, default=None)


@dataclass(frozen=True, slots=True)
class Freshness(Table):
    """How recent a dated part must be, seen from `anchor`.

    "latest": it must be the latest `Part.needed` there are; a later one that has passed makes the oldest drop out.
    "within-years": dated no more than `years` years before the anchor. `years` is 0 for "latest".
    """

    kind: FreshnessKind
    anchor: Key
    years: Count = 0


@dataclass(frozen=True, slots=True)
class AlsoCalled(Table):
    """Other words by which people call a document or a part of it, in the names of their files for instance."""

    words: Annotated[tuple[Text, ...], AT_LEAST_ONE]
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered(Table):
    """Something that a part has to cover, such as an agency whose chart is wanted; `label` as it stands in a sentence.

    `also_called` has other words for it, by which the names of files are recognised.
    """

    key: Key
    label: Text
    also_called: AlsoCalled | None = None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Table):
    """One piece that a core document must contain.

    `needed` is how many files, dated apart where `dated`. An `optional` part may stay empty. With `nil_return` an owner
    may state that there is nothing to supply. All that it `covers` is missing until a file says that it covers it; with
    `each` it is the local plan's list of this key that names what is to be covered (`frameworks.plan.covered_by`).
    `called` is what its files are called in a sentence ("Minutes"), in the
    plural; empty where nothing special is.
    """

    key: Key
    label: Text
    needed: Count
    optional: Flag = False
    nil_return: Flag = False
    dated: Flag = False
    freshness: Freshness | None = None
    covers: tuple[Covered, ...] = ()
    each: Key | None = None
    called: Called = ""
    also_called: AlsoCalled | None = None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreDocument(Table):
    """One document that inspectors want; `key` is its number as text."""

    number: Number
    title: Text
    explanation: Prose
    also_called: AlsoCalled | None = None
    source: Source
    parts: Annotated[tuple[Part, ...], AT_LEAST_ONE]

    @property
    def key(self) -> str:
        """The number as text."""
        return str(self.number)

    def part(self, key: str) -> Part:
        """The part with this key; raises KeyError."""
        return {part.key: part for part in self.parts}[key]


@dataclass(frozen=True, slots=True)
class Preparation(Table):
    """One of the things that make a focus group ready: "owner", "attendees", "briefed" or "booked"."""

    key: PreparationKind
    label: Text
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusGroup(Table):
    """One focus group, meeting or visit; `key` is strand and number, such as "safeguarding-12".

    `kind_source` says where the kind comes from, since not every line of the paper names it.
    """

    strand: Key
    number: Number
    title: Text
    kind: GroupKind
    kind_source: Source = None  # type: ignore[assignment]  # the title's source
    source: Source

    def __post_init__(self) -> None:
        """Let the kind come from where the title does, unless the file says otherwise."""
        if self.kind_source is None:
            object.__setattr__(self, "kind_source", self.source)

    @property
    def key(self) -> str:
        """Strand and number, such as "safeguarding-12"."""
        return f"{self.strand}-{self.number}"


@dataclass(frozen=True, slots=True)
class InspectorateHolding(Table):
    """Something the inspectorate already holds about the council."""

    key: Key
    title: Text
    source: Source


@dataclass(frozen=True, slots=True)
class TeamMember(Table):
    """Who comes: at least so many inspectors of an inspectorate."""

    organisation: Text
    title: Text
    at_least: Count
    source: Source


@dataclass(frozen=True, slots=True)
class Window(Table):
    """The stretch of time in which the council must expect the inspection; `before` is exclusive."""

    text: Text
    at_least: Count
    before: Date
    source: Source
