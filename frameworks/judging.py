"""The pieces of a framework on cases and judgements: what is asked about children, what is judged, what limits what."""

from dataclasses import dataclass
from typing import Literal

from frameworks.model import Source

FieldKind = Literal["identifier", "date", "code", "text", "yes-no"]
MatchKind = Literal["any", "all"]
Comparison = Literal["is", "at-most", "below", "at-least", "above"]
Firmness = Literal["likely", "unlikely", "certain"]


@dataclass(frozen=True, slots=True)
class CaseList:
    """One list of cases that the council supplies. `strand` is None where it belongs to all strands."""

    key: str
    number: int
    title: str
    strand: str | None
    grain: str
    window: str
    source: Source


@dataclass(frozen=True, slots=True)
class CaseField:
    """One fact asked about a child. `applies_to` is "all" or the key of a strand."""

    key: str
    number: int
    label: str
    kind: FieldKind
    applies_to: str
    source: Source


@dataclass(frozen=True, slots=True)
class Placement:
    """One category of placement; with `needs_text` it must be explained."""

    key: str
    number: int
    label: str
    needs_text: bool
    source: Source


@dataclass(frozen=True, slots=True)
class CaseSelection:
    """Cases that inspectors choose. `step` names them, `audit_step` is when the council's audits of them are due."""

    key: str
    title: str
    minimum: int
    maximum: int | None
    chosen_by: str
    step: str
    audit_step: str
    source: Source


@dataclass(frozen=True, slots=True)
class Judgement:
    """Something judged in a strand; keys are unique within the strand only.

    `outcome` marks the outcome judgements that rules speak of together. A `fact` is graded like a judgement and feeds
    rules, but is not one of the inspectors' judgements.
    """

    strand: str
    key: str
    label: str
    outcome: bool
    graded: bool
    fact: bool
    parent: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class Condition:
    """Judgements compared with a grade: `judgements` are keys of the rule's strand, any of which may bring it on.

    "at-most" is this grade or a worse one, "below" a worse one, "at-least" this or a better one, "above" a better one.
    """

    judgements: tuple[str, ...]
    comparison: Comparison
    grade: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A limiting rule: when its conditions hold, the judgement `limits` is (un)likely to be above `ceiling`.

    `match` says whether any or all of the conditions must hold. `firmness` is the paper's own word for how sure it is.
    """

    key: str
    strand: str
    text: str
    match: MatchKind
    conditions: tuple[Condition, ...]
    limits: str
    ceiling: str
    firmness: Firmness
    source: Source
