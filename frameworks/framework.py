"""A framework: what the inspectorates ask of every council, as its file states it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from frameworks.auditing import AuditQuestion, AuditTheme, CaseSelection
from frameworks.cases import CaseField, CaseList, CaseRule, Category, Grain, grain_of
from frameworks.judging import Judgement, LimitingRule
from frameworks.model import (
    Anchor,
    CoreDocument,
    FocusGroup,
    Grade,
    InspectorateHolding,
    Part,
    Phase,
    Preparation,
    Source,
    Step,
    Strand,
    Taken,
    TeamMember,
    Window,
)
from frameworks.surveys import FrameworkSurvey
from frameworks.values import AT_LEAST_ONE, Date, Key, Prose, Table, Text, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework(Table):
    """A framework file. Look-ups raise KeyError for keys that it does not have.

    `publication` is the step at which the report is public: how long child-level data is kept is counted from it.
    """

    kind: Literal["framework"]
    key: Key
    title: Text
    version: Text
    effective_from: Date | None = None
    effective_to: Date | None = None
    summary: Prose
    source: Source
    notice_days: Annotated[int, number(0, 400)] | None = None
    last_day: Annotated[int, number(1, 400)]
    window: Window | None = None
    parties: Annotated[tuple[Text, ...], AT_LEAST_ONE]
    strands: Annotated[tuple[Strand, ...], AT_LEAST_ONE]
    grades: tuple[Grade, ...] = ()
    team: tuple[TeamMember, ...] = ()
    phases: Annotated[tuple[Phase, ...], AT_LEAST_ONE]
    anchors: Annotated[tuple[Anchor, ...], AT_LEAST_ONE]
    steps: Annotated[tuple[Step, ...], AT_LEAST_ONE]
    publication: Key | None = None
    documents: tuple[CoreDocument, ...] = ()
    preparation: tuple[Preparation, ...] = ()
    focus_groups: tuple[FocusGroup, ...] = ()
    case_lists: tuple[CaseList, ...] = ()
    case_fields: tuple[CaseField, ...] = ()
    placements: tuple[Category, ...] = ()
    case_rules: tuple[CaseRule, ...] = ()
    case_selections: tuple[CaseSelection, ...] = ()
    audit_questions: tuple[AuditQuestion, ...] = ()
    audit_themes: tuple[AuditTheme, ...] = ()
    surveys: tuple[FrameworkSurvey, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    rules: tuple[LimitingRule, ...] = ()
    holdings: tuple[InspectorateHolding, ...] = ()

    def document(self, key: str) -> CoreDocument:
        """The core document with this key (its number as text)."""
        return {document.key: document for document in self.documents}[key]

    def part_that_takes(self, what: Taken) -> tuple[CoreDocument, Part] | None:
        """The part to which the software can add this by itself, with its document; None if no part takes it."""
        return next(((doc, part) for doc in self.documents for part in doc.parts if part.takes == what), None)

    def group(self, key: str) -> FocusGroup:
        """The focus group with this key, such as "safeguarding-12"."""
        return {group.key: group for group in self.focus_groups}[key]

    def groups_of(self, strand: str) -> tuple[FocusGroup, ...]:
        """The focus groups of one strand, in their order; empty if the strand has none."""
        return tuple(group for group in self.focus_groups if group.strand == strand)

    def step(self, key: str) -> Step:
        """The timetable step with this key."""
        return {step.key: step for step in self.steps}[key]

    def anchor(self, key: str) -> Anchor:
        """The anchor with this key."""
        return {anchor.key: anchor for anchor in self.anchors}[key]

    def phase(self, key: str) -> Phase:
        """The phase with this key."""
        return {phase.key: phase for phase in self.phases}[key]

    def strand(self, key: str) -> Strand:
        """The strand with this key."""
        return {strand.key: strand for strand in self.strands}[key]

    def grade(self, key: str) -> Grade:
        """The grade with this key."""
        return {grade.key: grade for grade in self.grades}[key]

    def judgement(self, strand: str, key: str) -> Judgement:
        """The judgement of this strand with this key."""
        return {(item.strand, item.key): item for item in self.judgements}[strand, key]

    def survey(self, key: str) -> FrameworkSurvey:
        """The survey with this key."""
        return {survey.key: survey for survey in self.surveys}[key]

    def case_selection(self, key: str) -> CaseSelection:
        """The selection of cases with this key."""
        return {selection.key: selection for selection in self.case_selections}[key]

    def case_list(self, key: str) -> CaseList:
        """The case list with this key."""
        return {case_list.key: case_list for case_list in self.case_lists}[key]

    def case_field(self, key: str) -> CaseField:
        """The field of the case lists with this key."""
        return {field.key: field for field in self.case_fields}[key]

    @property
    def grain(self) -> Grain:
        """What a row of the case lists is, in words, where all of them are meant."""
        return grain_of(self.case_lists)

    def fields_of(self, case_list: str) -> tuple[CaseField, ...]:
        """What is stored and exported of each row of a list, in the file's order, including its identifier."""
        on = self.case_list(case_list)
        return tuple(field for field in self.case_fields if field.exported and field.is_on(on))

    def field_with(self, role: str, case_list: str | None = None) -> CaseField | None:
        """The field with this role (on a list), None if the framework has none."""
        on = self.case_list(case_list) if case_list else None
        found = (each for each in self.case_fields if each.role == role and (on is None or each.is_on(on)))
        return next(found, None)

    def categories_of(self, field: CaseField) -> tuple[Category, ...]:
        """The framework's own categories of a coded field; empty if it uses the groups of the code set."""
        return field.categories or (self.placements if field.role == "placement" else ())
