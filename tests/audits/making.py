"""Parts, answers and files of audits, put into the database without a page."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.models import Role, User
from audits.models import Answer, Assignment, Audit, AuditExport, AuditFile, AuditHandover
from audits.stored_files import FOLDER
from tests.factories.people import NOW, make_person

Part = Assignment.Part
_numbers = count(1)


def give_part(
    audit: Audit, user: User | None = None, part: str = Part.AUDITOR, *, agency: str = "", now: datetime = NOW
) -> Assignment:
    """A current part in the audit, of a new auditor of the council if nobody is named."""
    user = user or make_person(audit.case.inspection.council, Role.AUDITOR)
    agency = agency or ("Police" if part == Part.CONTRIBUTOR else "")
    return Assignment.objects.create(audit=audit, user=user, part=part, agency=agency, assigned_at=now)


def answer(audit: Audit, by: User | None = None, *, now: datetime = NOW, **texts: str) -> None:
    """Answers to these questions, `_` standing for `-`."""
    Answer.objects.bulk_create(
        Answer(audit=audit, question=key.replace("_", "-"), text=text, saved_at=now, saved_by=by)
        for key, text in texts.items()
    )
    Audit.objects.filter(pk=audit.pk, started_at=None).update(started_at=now)


WHOLE: dict[str, Any] = {
    "what_was_found": "A long history of moves.",
    "strengths": "The social worker knows the child.",
    "areas_for_development": "The plan has no dates.",
    "childs_experience": "Settled since the spring.",
    "immediate_concern": "no",
    "grade": "good",
}


def submit(audit: Audit, by: User | None = None, *, now: datetime = NOW, **texts: str) -> None:
    """The audit, answered and submitted."""
    answer(audit, by, now=now, **{**WHOLE, **texts})
    Audit.objects.filter(pk=audit.pk).update(submitted_at=now, submitted_by=by)


def store_file(audit: Audit, name: str = "chronology.txt", content: bytes = b"A fictional chronology") -> AuditFile:
    path = Path(settings.DATA_DIR) / f"audit-file-{next(_numbers)}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return AuditFile.objects.create(
        audit=audit,
        name=name,
        stored_name=FOLDER.keep(path),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        mime="text/plain",
        added_at=NOW,
    )


def hand_over(audit: Audit, *, now: datetime = NOW) -> AuditHandover:
    """An export with this audit that was handed over."""
    case = audit.case
    export = AuditExport.objects.create(
        inspection=case.inspection,
        selection=case.selection,
        number=AuditExport.objects.filter(inspection=case.inspection).count() + 1,
        state=AuditExport.State.READY,
        requested_at=now,
        free_at=now,
        made_at=now,
        cases=[case.number],
    )
    return AuditHandover.objects.create(
        export=export,
        handed_over_at=now,
        recipient="Lead inspector",
        how="In person",
        recorded_at=now,
        once=uuid.uuid4(),
    )
