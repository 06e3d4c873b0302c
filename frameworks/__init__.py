"""Framework and local plan files: what they say, and what is wrong with one that does not load. No Django in it."""

from frameworks.cases import AlsoSays, CaseField, CaseList, CaseRule, CaseSelection, Category
from frameworks.contract import as_json, plan_as_json
from frameworks.faults import Fault, FrameworkError
from frameworks.framework import Framework
from frameworks.judging import Condition, Judgement, Rule
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
    Holding,
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
from frameworks.plan import Ownership, Plan, PlanPerson, PlanPost, WorkingHours, covered_by, deadline_time, same_name

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
    "Freshness",
    "Grade",
    "Holding",
    "Judgement",
    "Library",
    "Ownership",
    "Part",
    "Phase",
    "Plan",
    "PlanPerson",
    "PlanPost",
    "Preparation",
    "Rule",
    "Source",
    "Step",
    "Strand",
    "TeamMember",
    "Timing",
    "Window",
    "WorkingHours",
    "as_json",
    "covered_by",
    "deadline_time",
    "load_framework",
    "load_plan",
    "plan_as_json",
    "same_name",
]
