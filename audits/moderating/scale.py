"""The grades of audits as places on the framework's scale, best first."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from frameworks import AuditQuestion, Framework, audit_questions
from inspections.models import Inspection


class Scale:
    """The framework's grades. A key that is not on it (of an earlier version of a file) has no place."""

    def __init__(self, framework: Framework) -> None:
        self.grades = framework.grades

    @cached_property
    def labels(self) -> Mapping[str, str]:
        return {each.key: each.label for each in self.grades}

    @cached_property
    def places(self) -> Mapping[str, int]:
        return {each.key: place for place, each in enumerate(self.grades)}

    def label(self, key: str) -> str:
        return self.labels.get(key, key)


def grade_question(inspection: Inspection) -> AuditQuestion | None:
    """The question whose answer is the audit's grade; None if the audits have none."""
    asked = audit_questions(inspection.framework, inspection.plan)
    return next((each for each in asked if each.role == "grade"), None)
