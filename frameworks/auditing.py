"""The pieces of a framework on audits: which cases are selected, what an audit of a case asks, and its themes."""

from dataclasses import dataclass
from typing import Annotated, Literal

from frameworks.model import Source
from frameworks.values import Called, Flag, Key, Number, Prose, Table, Text, number

QuestionKind = Literal["text", "yes-no", "grade", "themes"]
#: What a question means to the software, whatever a framework calls it.
QuestionRole = Literal["grade", "immediate-concern"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSelection(Table):
    """Cases that inspectors choose.

    minimum, maximum  how many there are; None if that is not known
    step              when they are named
    audit_step        when the council's audits of them are due; None if the council does not audit them
    handover_step     when the audits are handed over to the inspectors; None if they are not
    """

    key: Key
    title: Text
    minimum: Number | None = None
    maximum: Number | None = None
    chosen_by: Text
    step: Key
    audit_step: Key | None = None
    handover_step: Key | None = None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuestion(Table):
    """One question of the audit of a case; the audit cannot be submitted without an answer if it is `needed`.

    The answer is text, yes or no, a grade of the framework's scale, or any of the audit themes.
    """

    key: Key
    title: Text
    hint: Prose | None = None
    kind: QuestionKind
    needed: Flag = False
    role: QuestionRole | None = None
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTheme(Table):
    """Something that audits of cases find again and again, as a strength or as an area for development."""

    key: Key
    label: Called
    source: Source


@dataclass(frozen=True, slots=True)
class Moderating(Table):
    """How many audits a second auditor grades without knowing the first grade: one in so many, 1 for every one."""

    one_in: Annotated[int, number(1, 20)] = 1


EVERY_AUDIT = Moderating()
