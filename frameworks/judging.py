"""The pieces of a framework on cases and judgements: what is asked about children, what is judged, what limits what."""

from dataclasses import dataclass
from typing import Annotated, Literal

from frameworks.model import Source
from frameworks.values import AT_LEAST_ONE, Flag, Key, Name, Number, Prose, Table, Text

FieldKind = Literal["identifier", "date", "code", "text", "yes-no"]
MatchKind = Literal["any", "all"]
Comparison = Literal["is", "at-most", "below", "at-least", "above"]
Firmness = Literal["likely", "unlikely", "certain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList(Table):
    """One list of cases that the council supplies. `strand` is None where it belongs to all strands."""

    key: Key
    number: Number
    title: Text
    strand: Key | None = None
    grain: Key
    window: Text
    source: Source


@dataclass(frozen=True, slots=True)
class CaseField(Table):
    """One fact asked about a child. `applies_to` is "all" or the key of a strand."""

    key: Key
    number: Number
    label: Text
    kind: FieldKind
    applies_to: Key
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement(Table):
    """One category of placement; with `needs_text` it must be explained."""

    key: Key
    number: Number
    label: Text
    needs_text: Flag = False
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSelection(Table):
    """Cases that inspectors choose. `step` names them, `audit_step` is when the council's audits of them are due."""

    key: Key
    title: Text
    minimum: Number
    maximum: Number | None = None
    chosen_by: Text
    step: Key
    audit_step: Key
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement(Table):
    """Something judged in a strand; keys are unique within the strand only.

    `outcome` marks the outcome judgements that rules speak of together. A `fact` is graded like a judgement and feeds
    rules, but is not one of the inspectors' judgements.
    """

    strand: Key
    key: Key
    label: Text
    outcome: Flag = False
    graded: Flag = True
    fact: Flag = False
    parent: Key | None = None
    source: Source


@dataclass(frozen=True, slots=True)
class Condition(Table):
    """Judgements compared with a grade: `judgements` are keys of the rule's strand, any of which may bring it on.

    "at-most" is this grade or a worse one, "below" a worse one, "at-least" this or a better one, "above" a better one.
    """

    judgements: Annotated[tuple[Key, ...], AT_LEAST_ONE]
    comparison: Comparison
    grade: Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Table):
    """A limiting rule: when its conditions hold, the judgement `limits` is (un)likely to be above `ceiling`.

    `match` says whether any or all of the conditions must hold. `firmness` is the paper's own word for how sure it is.
    """

    key: Name
    strand: Key
    text: Prose
    match: MatchKind = "any"
    conditions: Annotated[tuple[Condition, ...], AT_LEAST_ONE]
    limits: Key
    ceiling: Key
    firmness: Firmness
    source: Source
