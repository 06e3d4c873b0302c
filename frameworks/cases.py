"""The pieces of a framework on cases: which lists of children are asked for, what each row says, and the rules
for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from frameworks.model import Source
from frameworks.values import AT_LEAST_ONE, Called, Flag, Key, Months, Name, Number, Prose, Table, Text

FieldKind = Literal["identifier", "date", "code", "text", "yes-no", "number"]
#: What a field means to the software, whatever a framework calls it.
Role = Literal[
    "birth",
    "expected-birth",
    "unborn",
    "referral",
    "gender",
    "ethnicity",
    "legal-status",
    "disability",
    "placement",
    "placement-text",
    "looked-after",
    "care-leaver",
    "end-of-care",
    "worker",
    "unallocated",
    "awaiting-transfer",
    "waiting-since",
    "protection-plan",
    "earlier-protection-plan",
    "need-plan",
]
RuleKind = Literal[
    "needed",
    "in-order",
    "birth-expected",
    "age-at-most",
    "needs-text",
    "only-on",
    "not-both",
    "same-in-all",
    "codes-only-on",
    "yes-only-on",
]
Level = Literal["error", "warning", "contradiction"]
ALL = "all"  # of a field that is asked about every row


class Grain(NamedTuple):
    """What one row of a list is, in words: "child", "children". Pages and messages use them."""

    one: str
    several: str

    @property
    def a(self) -> str:
        """With the article: "a child", "an adopter"."""
        return f"{'an' if self.one[0] in 'aeiou' else 'a'} {self.one}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList(Table):
    """One list of cases that the council supplies. `strand` is None for a list of all strands.

    `grain` is what one row is (a child, an adopter), `plural` several of them, unless that is the grain with an s.
    `window` is whom the list holds, `window_months` how many months the window goes back, if it does. `short` is its
    name where there is little room. A file, a sheet or a person may also call it by one of its `names`; `returns` are
    the parts of other returns that hold it, such as "annex-a-6".
    """

    key: Key
    number: Number
    title: Text
    short: Called = ""
    strand: Key | None = None
    grain: Key
    plural: Called = ""
    window: Text
    window_months: Months | None = None
    names: tuple[Called, ...] = ()
    returns: tuple[Key, ...] = ()
    source: Source

    def __post_init__(self) -> None:
        """Use the title as the name of a list without a short name."""
        if not self.short:
            object.__setattr__(self, "short", self.title)

    @property
    def rows_are(self) -> Grain:
        """What a row of the list is, in words."""
        one = self.grain.replace("-", " ")
        return Grain(one, self.plural or ("children" if one == "child" else f"{one}s"))


def grain_of(case_lists: Iterable[CaseList]) -> Grain:
    """What a row of any of these lists is, in words: a record if the lists differ in it, or there is none."""
    found = {each.rows_are for each in case_lists}
    return found.pop() if len(found) == 1 else Grain("record", "records")


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(Table):
    """One category of a coded field, such as a kind of placement; with `needs_text` it must be explained.

    `codes` are the national codes that belong to it.
    """

    key: Key
    number: Number | None = None
    label: Text
    codes: tuple[Name, ...] = ()
    needs_text: Flag = False
    source: Source


@dataclass(frozen=True, slots=True)
class AlsoSays(Table):
    """Words in the column of one field that mean yes for another field, such as "Unborn" in place of a date of
    birth.
    """

    words: Annotated[tuple[Called, ...], AT_LEAST_ONE]
    field: Key


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseField(Table):
    """One fact about a row of a case list.

    `number` is the framework's own number for it. A field without one is not asked for, but read if a file has it. It
    is on the `lists` that are named, otherwise on those of the strand `applies_to`, otherwise on all. `codes` is the
    key of a national code set. `headings` are other names of its column. For a yes-no field, `yes` and `no` are words
    beyond the usual ones; `puts_on` is the list that a yes puts the row on, `blank_puts_on` the list for an empty cell
    if the column is otherwise filled. A field that is not `exported` is read but not stored on the list; the allocated
    worker (role "worker") is kept with the child. `may_be_future` allows a date in the future. `role` says what the
    field means to the software.
    """

    key: Key
    number: Number | None = None
    label: Text
    kind: FieldKind
    applies_to: Key = ALL
    lists: tuple[Key, ...] = ()
    role: Role | None = None
    codes: Key | None = None
    categories: tuple[Category, ...] = ()
    headings: tuple[Called, ...] = ()
    yes: tuple[Called, ...] = ()
    no: tuple[Called, ...] = ()
    also_says: tuple[AlsoSays, ...] = ()
    puts_on: Key | None = None
    blank_puts_on: Key | None = None
    may_be_future: Flag = False
    exported: Flag = True
    source: Source

    def is_on(self, case_list: CaseList) -> bool:
        """Whether the list has this field. A list of all strands has the fields of each strand."""
        if self.lists:
            return case_list.key in self.lists
        return self.applies_to == ALL or case_list.strand in (None, self.applies_to)

    def is_asked_of(self, case_list: CaseList) -> bool:
        """Whether the framework asks for it on this list: it has a number, and is on the list for more than space."""
        if self.number is None or not self.is_on(case_list):
            return False
        return bool(self.lists) or self.applies_to in (ALL, case_list.strand)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRule(Table):
    """A rule for the case lists; `text` explains it to people, `level` is how serious a breach is.

    An error stops an import, a warning does not, a contradiction is work for the case officers. `lists` are those whose
    rows are checked; all of them if none is named. The other settings depend on the kind of rule, and `RULE_NEEDS` says
    which of them are required:

    - needed: each of the `fields` is filled, unless one of the fields `unless` says yes, or is a day that has come;
    - in-order: the second of the `fields` is not before the first; up to this many `days` before it is only `within`;
    - birth-expected: a birth in the future is at most this many `days` after the as-at day, and then `within`;
    - age-at-most: nobody on the `lists` is older than `age`, by the date in the `fields`;
    - needs-text: if the first of the `fields` has a category that must be explained, the second explains it; a
      national code explains itself by its label, unless it is one of the `codes`;
    - only-on: one of the `fields` is filled only for somebody who is on one of the lists `on`;
    - not-both: not both of the `fields` say yes, and nobody is on both of the lists `on`;
    - same-in-all: the `fields` are the same on every list that somebody is on;
    - codes-only-on: one of the `codes` is used only for somebody who is on one of the lists `on`;
    - yes-only-on: a yes is given only for somebody who is on one of the lists `on`.
    """

    key: Key
    kind: RuleKind
    level: Level
    text: Prose
    lists: tuple[Key, ...] = ()
    fields: Annotated[tuple[Key, ...], AT_LEAST_ONE]
    on: tuple[Key, ...] = ()
    unless: tuple[Key, ...] = ()
    codes: tuple[Name, ...] = ()
    age: Number | None = None
    days: Number | None = None
    within: Level | None = None
    source: Source
