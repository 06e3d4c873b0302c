"""Grades and themes of submitted audits in number. Nothing in it says which audit had which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from audits.models import Answer, Audit, Moderation
from audits.moderating.scale import Scale, grade_question
from frameworks import audit_questions, audit_themes
from inspections.models import Inspection


@dataclass(frozen=True, slots=True)
class Group:
    """A grade or a theme, and how many audits have it."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class ThemeQuestion:
    """A question that asks for themes, with each theme in the framework's order."""

    key: str
    title: str
    themes: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What the audits found.

    total     how many audits are counted: submitted, not taken out, not erased, not left out
    left_out  how many submitted audits are not counted
    latest    when the latest of those that are counted was submitted
    graded    how many have a grade; grades are best first
    """

    total: int
    left_out: int
    latest: datetime | None
    graded: int
    grades: tuple[Group, ...]
    questions: tuple[ThemeQuestion, ...]


def figures(inspection: Inspection, *, without: Collection[int]) -> Figures:
    """The figures of an inspection's submitted audits, except those with these ids.

    An audit counts with its agreed grade; while there is none, with its auditor's.
    """
    rows = Audit.objects.filter(
        case__inspection=inspection, case__removed_at=None, submitted_at__isnull=False, erased_at=None
    ).values_list("pk", "submitted_at")
    submitted = {pk: at for pk, at in rows if at is not None}
    counted = {pk: at for pk, at in submitted.items() if pk not in without}
    grades = Counter(_grades(inspection, counted).values())
    scale = Scale(inspection.framework)
    found = tuple(Group(each.key, each.label, grades[each.key]) for each in scale.grades)
    return Figures(
        total=len(counted),
        left_out=len(submitted) - len(counted),
        latest=max(counted.values(), default=None),
        graded=sum(each.count for each in found),
        grades=found,
        questions=_questions(inspection, counted),
    )


def _grades(inspection: Inspection, counted: Collection[int]) -> dict[int, str]:
    """The grade of each of the audits, by its id."""
    question = grade_question(inspection)
    if question is None:
        return {}
    given = Answer.objects.filter(audit__in=counted, question=question.key).values_list("audit", "text")
    agreed = Moderation.objects.filter(audit__in=counted, agreed_at__isnull=False).values_list("audit", "agreed_grade")
    return {**dict(given), **dict(agreed)}


def _questions(inspection: Inspection, counted: Collection[int]) -> tuple[ThemeQuestion, ...]:
    asked = [each for each in audit_questions(inspection.framework, inspection.plan) if each.kind == "themes"]
    themes = audit_themes(inspection.framework, inspection.plan)
    named: dict[str, Counter[str]] = {each.key: Counter() for each in asked}
    answers = Answer.objects.filter(audit__in=counted, question__in=named)
    for question, text in answers.values_list("question", "text"):
        named[question].update(set(text.split()))
    return tuple(
        ThemeQuestion(
            each.key,
            each.title,
            tuple(Group(theme.key, theme.label, named[each.key][theme.key]) for theme in themes),
        )
        for each in asked
    )
