"""What an audit says, as it goes to the inspectors: the child's identifier, answers, contributions and what follows."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from audits.models import Answer, Audit, AuditFile, Contribution, FollowUp, SelectedCase
from audits.writing.answers import AuditForm
from inspections.models import Inspection


@dataclass(frozen=True, slots=True)
class FollowUpContent:
    """A follow-up action; `closed_at` is None while it is open."""

    number: int
    what: str
    who: str
    due_on: date | None
    closed_at: datetime | None
    evidence: str


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file that was added to an audit."""

    name: str
    stored_name: str
    size: int
    sha256: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditContent:
    """One audit as it is at a moment. Nothing in it says who wrote or moderated it.

    answers        the question and the answer in words, in the order of the questions; empty where there is none
    contributions  the agency, and what it wrote
    agreed_grade   the label of the grade that auditor and moderator agreed on; empty if there is none
    """

    number: int
    identifier: str
    submitted_at: datetime | None
    answers: tuple[tuple[str, str], ...]
    concern_at: datetime | None
    concern: str
    acknowledgement: str
    contributions: tuple[tuple[str, str], ...]
    agreed_grade: str
    follow_ups: tuple[FollowUpContent, ...]
    files: tuple[FileContent, ...]

    @property
    def title(self) -> str:
        """What the case is called everywhere: "Case 3"."""
        return f"Case {self.number}"


def submitted_audits(inspection: Inspection, selection: str) -> list[AuditContent]:
    """The submitted audits of a selection by number, without erased ones, in a constant number of queries."""
    audits = Audit.objects.filter(case__inspection=inspection, case__selection=selection, submitted_at__isnull=False)
    return _contents(inspection, audits)


def content_of(case: SelectedCase) -> AuditContent | None:
    """The audit of one case, submitted or not; None if it was erased or the case is not audited."""
    return next(iter(_contents(case.inspection, Audit.objects.filter(case=case))), None)


def fingerprint(contents: Iterable[AuditContent]) -> str:
    """A hash that is the same as long as nothing in the audits has changed."""
    return hashlib.sha256(repr(list(contents)).encode()).hexdigest()


def _contents(inspection: Inspection, audits: Any) -> list[AuditContent]:
    rows = audits.filter(case__removed_at=None, case__child__isnull=False).select_related("case__child", "moderation")
    found = list(rows.order_by("case__number"))
    ids = [audit.pk for audit in found]
    answers: dict[int, dict[str, str]] = defaultdict(dict)
    for audit, question, text in Answer.objects.filter(audit__in=ids).values_list("audit", "question", "text"):
        answers[audit][question] = text
    contributions: dict[int, list[tuple[str, str]]] = defaultdict(list)
    written = Contribution.objects.filter(assignment__audit__in=ids, submitted_at__isnull=False).exclude(text="")
    for audit, agency, text in written.order_by("pk").values_list("assignment__audit", "assignment__agency", "text"):
        contributions[audit].append((agency, text))
    follow_ups: dict[int, list[FollowUpContent]] = defaultdict(list)
    fields = ("audit", "number", "what", "who", "due_on", "closed_at", "evidence")
    for audit, *facts in FollowUp.objects.filter(audit__in=ids).order_by("number").values_list(*fields):
        follow_ups[audit].append(FollowUpContent(*facts))
    files: dict[int, list[FileContent]] = defaultdict(list)
    kept = AuditFile.objects.filter(audit__in=ids, removed_at=None, stored_name__isnull=False).order_by("pk")
    for audit, *facts in kept.values_list("audit", "name", "stored_name", "size", "sha256", "added_at"):
        files[audit].append(FileContent(*facts))
    form = AuditForm(inspection.framework, inspection.plan)
    return [
        _content(audit, form, answers[audit.pk], contributions[audit.pk], follow_ups[audit.pk], files[audit.pk])
        for audit in found
    ]


def _content(
    audit: Audit,
    form: AuditForm,
    answers: dict[str, str],
    contributions: list[tuple[str, str]],
    follow_ups: list[FollowUpContent],
    files: list[FileContent],
) -> AuditContent:
    grades = {grade.key: grade.label for grade in form.framework.grades}
    agreed = audit.moderation.agreed_grade if hasattr(audit, "moderation") else ""
    child = audit.case.child
    assert child is not None
    return AuditContent(
        number=audit.case.number,
        identifier=child.identifier,
        submitted_at=audit.submitted_at,
        answers=tuple((each.title, form.in_words(each, answers.get(each.key, ""))) for each in form.questions),
        concern_at=audit.concern_at,
        concern=audit.concern,
        acknowledgement=audit.acknowledgement,
        contributions=tuple(contributions),
        agreed_grade=grades.get(agreed, agreed),
        follow_ups=tuple(follow_ups),
        files=tuple(files),
    )
