"""Framework and local plan files: what they contain, and what is wrong with one that does not load. Uses no Django."""

from frameworks.case_references import fold_heading
from frameworks.cases import AlsoSays, CaseField, CaseList, CaseRule, CaseSelection, Category
from frameworks.contract import as_json, plan_as_json
from frameworks.faults import Fault, FrameworkError
from frameworks.framework import Framework
from frameworks.judging import Condition, Judgement, LimitingRule
from frameworks.library import Library
from frameworks.loader import load_framework, load_plan
from frameworks.model import (
    NOTIFIED,
    STATED,
    Anchor,
    CoreDocument,
    Covered,
    FocusGroup,
    Freshness,
    Grade,
    InspectorateHolding,
    Part,
    Phase,
    Preparation,
    Source,
    Step,
    Strand,
    TeamMember,
    Timing,
    Window,
)
from frameworks.plan import (
    Plan,
    PlanOwnership,
    PlanPerson,
    PlanPost,
    Retention,
    WorkingHours,
    covered_by,
    deadline_time,
    retention,
    same_name,
)
from frameworks.surveys import FrameworkSurvey, SurveyAudience

__all__ = [
    "NOTIFIED",
    "STATED",
    "AlsoSays",
    "Anchor",
    "CaseField",
    "CaseList",
    "CaseRule",
    "CaseSelection",
    "Category",
    "Condition",
    "CoreDocument",
    "Covered",
    "Fault",
    "FocusGroup",
    "Framework",
    "FrameworkError",
    "FrameworkSurvey",
    "Freshness",
    "Grade",
    "InspectorateHolding",
    "Judgement",
    "Library",
    "LimitingRule",
    "Part",
    "Phase",
    "Plan",
    "PlanOwnership",
    "PlanPerson",
    "PlanPost",
    "Preparation",
    "Retention",
    "Source",
    "Step",
    "Strand",
    "SurveyAudience",
    "TeamMember",
    "Timing",
    "Window",
    "WorkingHours",
    "as_json",
    "covered_by",
    "deadline_time",
    "fold_heading",
    "load_framework",
    "load_plan",
    "plan_as_json",
    "retention",
    "same_name",
]
