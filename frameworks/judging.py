"""The pieces of a framework on judgements: what is judged, and which grades limit others."""

from dataclasses import dataclass
from typing import Annotated, Literal

from frameworks.model import Source
from frameworks.values import AT_LEAST_ONE, Flag, Key, Name, Prose, Table, Text

MatchKind = Literal["any", "all"]
Comparison = Literal["is", "at-most", "below", "at-least", "above"]
Firmness = Literal["likely", "unlikely", "certain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement(Table):
    """Something judged in a strand; keys are unique within the strand only.

    `outcome` marks the outcome judgements that rules treat together. A `fact` is graded like a judgement and feeds
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
    """Judgements compared with a grade: `judgements` are keys of the rule's strand, any of which may meet it.

    "at-most" is this grade or a worse one, "below" a worse one, "at-least" this or a better one, "above" a better one.
    """

    judgements: Annotated[tuple[Key, ...], AT_LEAST_ONE]
    comparison: Comparison
    grade: Key


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitingRule(Table):
    """A limiting rule: when its conditions hold, the judgement `limits` is (un)likely to be above `ceiling`.

    `match` says whether any or all of the conditions must hold. `firmness` is the paper's own word for how certain that
    is.
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
