"""Submitted and moderated audits, put into the database as far as tests need them; every name is fictional."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Role, User
from audits.models import Answer, Assignment, Audit, Moderation, SelectedCase
from audits.moderating.actions import grade_as_moderator
from audits.moderating.scale import grade_question
from inspections.models import Inspection
from tests.factories.audits import make_selected_case
from tests.factories.people import NOW, make_person

Part = Assignment.Part


def make_auditor(inspection: Inspection, *more: Role, name: str | None = None) -> User:
    return make_person(inspection.council, Role.AUDITOR, *more, name=name)


def give(case: SelectedCase, user: User, part: str, *, now: datetime = NOW) -> Assignment:
    """The person's part in the audit of the case, from now on."""
    return Assignment.objects.create(audit=case.audit, user=user, part=part, assigned_at=now)


def submitted_case(
    inspection: Inspection,
    *,
    grade: str = "good",
    auditor: User | None = None,
    moderator: User | None = None,
    now: datetime = NOW,
    answers: dict[str, str] | None = None,
    **selected: Any,
) -> SelectedCase:
    """A selected case whose audit is submitted with this grade, and these other answers by the questions' keys."""
    case = make_selected_case(inspection, now=now, **selected)
    wrote = auditor or make_auditor(inspection)
    give(case, wrote, Part.AUDITOR, now=now)
    question = grade_question(inspection)
    assert question is not None
    said = {"what-was-found": "The plan was clear.", "strengths": "Visits were on time."} | (answers or {})
    Answer.objects.bulk_create(
        Answer(audit=case.audit, question=key, text=text, saved_at=now, saved_by=wrote)
        for key, text in {**said, question.key: grade}.items()
    )
    Audit.objects.filter(pk=case.audit.pk).update(started_at=now, submitted_at=now, submitted_by=wrote)
    if moderator is not None:
        give(case, moderator, Part.MODERATOR, now=now)
    return afresh(case)


def moderated_case(
    inspection: Inspection, first: str, second: str, *, moderator: User | None = None, **facts: Any
) -> SelectedCase:
    """A submitted case that its moderator has graded."""
    by = moderator or make_auditor(inspection)
    case = submitted_case(inspection, grade=first, moderator=by, **facts)
    grade_as_moderator(audit=case.audit, grade=second, comments="", by=by, now=NOW)
    return afresh(case)


def moderation(case: SelectedCase) -> Moderation:
    return Moderation.objects.get(audit=case.audit)


def afresh(case: SelectedCase) -> SelectedCase:
    """The case with its audit and inspection, as they are in the database now."""
    found = SelectedCase.objects.select_related("audit", "inspection", "child").get(pk=case.pk)
    found.audit.case = found
    return found
