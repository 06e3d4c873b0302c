"""The pieces of a framework: its timetable, the documents it asks for, the groups it meets.

They are frozen records. Each field is declared with the kind of value that a file may give it (`frameworks.values`),
and the loader checks files against these declarations. `frameworks.cases` has the pieces on cases, `frameworks.judging`
those on judgements, and `frameworks.framework` puts them together. A field that is added later has a default, so that
files written today still load.
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
#: What the software makes itself and offers to a part of a document.
Taken = Literal["audit-themes"]
DutyWord = Literal[
    "record",
    "documents",
    "send-documents",
    "focus-groups",
    "case-lists",
    "surveys",
    "case-selection",
    "audits",
    "hand-over-audits",
]

NOTIFIED = "notified"  # the only anchor whose date is given: the day the inspectorate calls
STATED = "stated"  # not a real anchor: the date is entered by hand, nothing is computed
DEADLINE_TIME = dt.time(17, 0)  # Europe/London, if neither framework nor plan sets another


@dataclass(frozen=True, slots=True)
class Source(Table):
    """Where a fact comes from: the paper itself, our reading of it, or elsewhere; `where` is the place in words."""

    kind: SourceKind
    where: Prose


@dataclass(frozen=True, slots=True)
class Grade(Table):
    """One grade of the framework's scale; `Framework.grades` lists them best first."""

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
    """A period of the timetable that a page can name."""

    key: Key
    title: Text


@dataclass(frozen=True, slots=True)
class Timing(Table):
    """When something falls: `first` to `last` days after the anchor (0 is the anchor's own day, negative is before it).

    With `weekday` (0 is Monday) the count starts from the first such weekday strictly after the anchor's day. With the
    anchor `STATED` there is no computed date, and the other fields are not used.
    """

    anchor: Key
    unit: Unit = "working"
    first: Days = 0
    last: Days = None  # type: ignore[assignment]  # the same as `first`
    weekday: Weekday | None = None

    def __post_init__(self) -> None:
        """Set the last day of a single day to its first."""
        if self.last is None:
            object.__setattr__(self, "last", self.first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor(Table):
    """A named day from which the dates of steps are counted. Only the anchor `NOTIFIED` has no `timing`."""

    key: Key
    title: Text
    timing: Timing | None = None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Table):
    """One line of the timetable.

    `deadline` marks what the council owes, and `duty` what that deadline turns into: "documents" one duty for each core
    document, "focus-groups" one for each group, "send-documents" the sending of the set, "case-lists" the sending of
    the case lists and one for each list, "surveys" one for each survey of that step, "case-selection" the recording of
    the selected cases, "audits" one for each case that is audited by that step, "hand-over-audits" the handing over of
    a selection's audits, "record" something recorded as done by hand. `time` is the hour of the last day by which it is
    owed, if the framework sets one (`frameworks.plan.deadline_time` decides which hour applies).
    `first_day` and `last_day` are day numbers (day 1 is the day of notification); None if the step does not depend only
    on the notification, in working days.
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

    "latest": it must be the latest `Part.needed` there are; once a later one has passed, the oldest no longer counts.
    "within-years": dated no more than `years` years before the anchor. `years` is 0 for "latest".
    """

    kind: FreshnessKind
    anchor: Key
    years: Count = 0


@dataclass(frozen=True, slots=True)
class AlsoCalled(Table):
    """Other words for a document or a part of it, for example in the names of its files."""

    words: Annotated[tuple[Text, ...], AT_LEAST_ONE]
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered(Table):
    """Something that a part has to cover, such as an agency whose chart is wanted; `label` is worded to fit into a
    sentence.

    `also_called` has other words for it, by which the names of files are recognised.
    """

    key: Key
    label: Text
    also_called: AlsoCalled | None = None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Table):
    """One piece that a core document must contain.

    `needed` is how many files, with different dates if `dated`. An `optional` part may stay empty. With `nil_return` an
    owner may state that there is nothing to supply. Everything that it `covers` is missing until a file says that it
    covers it; with `each`, the local plan's list with this key names what is to be covered
    (`frameworks.plan.covered_by`). `called` is the word for its files in a sentence ("Minutes"), in the plural; empty
    if there is no special one. `takes` is what the software itself can add to it: the grades and themes of the audits
    of cases, in number.
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
    takes: Taken | None = None
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
    """One of the things that a focus group needs to be ready: "owner", "attendees", "briefed" or "booked"."""

    key: PreparationKind
    label: Text
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusGroup(Table):
    """One focus group, meeting or visit; `key` is strand and number, such as "safeguarding-12".

    `kind_source` says where the kind comes from, since the paper does not name it in every line. `selection` is the
    selection of cases on which it depends who takes part.
    """

    strand: Key
    number: Number
    title: Text
    kind: GroupKind
    kind_source: Source = None  # type: ignore[assignment]  # the title's source
    selection: Key | None = None
    source: Source

    def __post_init__(self) -> None:
        """Unless the file says otherwise, the kind has the same source as the title."""
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
    """Part of the inspection team: at least this many inspectors from one inspectorate."""

    organisation: Text
    title: Text
    at_least: Count
    source: Source


@dataclass(frozen=True, slots=True)
class Window(Table):
    """The period in which the council must expect the inspection; `before` is exclusive."""

    text: Text
    at_least: Count
    before: Date
    source: Source
