"""Audits as far as tests need them, put into the database without a page; every name is fictional."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import count
from pathlib import Path

from django.conf import settings

from accounts.models import User
from audits.models import Answer, Assignment, Audit, AuditExport, AuditFile, AuditHandover, Moderation, SelectedCase
from audits.stored_files import FOLDER
from inspections.models import Inspection
from tests.factories.people import NOW

Part = Assignment.Part
_numbers = count(1)
ANSWERS = {
    "what-was-found": "Visits were made every month and written down.",
    "strengths": "The child was seen alone.",
    "areas-for-development": "The plan has no dates.",
    "childs-experience": "The child said that it was listened to.",
    "immediate-concern": "no",
    "grade": "good",
}


def give_part(
    case: SelectedCase, user: User, part: str = Part.AUDITOR, *, agency: str = "", now: datetime = NOW
) -> Assignment:
    """The person's part in the audit of the case from now on."""
    return Assignment.objects.create(
        audit=case.audit, user=user, part=part, agency=agency, assigned_at=now, assigned_by=None
    )


def answer(case: SelectedCase, answers: Mapping[str, str] = ANSWERS, *, now: datetime = NOW) -> None:
    """The answers of the audit of the case, which is begun now."""
    Audit.objects.filter(case=case, started_at=None).update(started_at=now)
    Answer.objects.bulk_create(
        Answer(audit=case.audit, question=question, text=text, saved_at=now) for question, text in answers.items()
    )


def submit(case: SelectedCase, *, by: User | None = None, now: datetime = NOW, **changed: str) -> None:
    """The audit of the case as submitted, with answers; `changed` as keyword with `_` for `-`."""
    if not case.audit.answers.exists():
        answer(case, ANSWERS | {key.replace("_", "-"): text for key, text in changed.items()}, now=now)
    Audit.objects.filter(case=case).update(submitted_at=now, submitted_by=by)
    case.audit.refresh_from_db()


def grade(
    case: SelectedCase, moderator: User, grade: str = "adequate", *, agreed: str = "", now: datetime = NOW
) -> Moderation:
    """The moderator's grade and, with `agreed`, the grade that both agreed on."""
    facts = {"agreed_grade": agreed, "why_agreed": "Both read the file again.", "agreed_at": now} if agreed else {}
    return Moderation.objects.create(
        audit=case.audit, moderator=moderator, grade=grade, first_grade="good", graded_at=now, **facts
    )


def make_export(inspection: Inspection, selection: str, cases: Iterable[int], *, now: datetime = NOW) -> AuditExport:
    """A ready export of the audits of these cases (numbers), without files."""
    return AuditExport.objects.create(
        inspection=inspection,
        selection=selection,
        number=AuditExport.objects.filter(inspection=inspection).count() + 1,
        state=AuditExport.State.READY,
        requested_at=now,
        free_at=now,
        made_at=now,
        cases=list(cases),
    )


def hand_over(inspection: Inspection, selection: str, *cases: int, now: datetime = NOW) -> AuditHandover:
    """An export of the audits of these cases (numbers) that is recorded as handed over."""
    return AuditHandover.objects.create(
        export=make_export(inspection, selection, cases, now=now),
        handed_over_at=now,
        recipient="the lead inspector",
        how="In person",
        recorded_at=now,
        once=uuid.uuid4(),
    )


def add_file(
    case: SelectedCase, name: str = "chronology.pdf", content: bytes = b"fictional", *, now: datetime = NOW
) -> AuditFile:
    """A file of the audit of the case, whose bytes lie where the files of audits do."""
    path = Path(settings.DATA_DIR) / f"incoming-{next(_numbers)}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return AuditFile.objects.create(
        audit=case.audit,
        name=name,
        stored_name=FOLDER.keep(path),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        mime="application/pdf",
        added_at=now,
    )
