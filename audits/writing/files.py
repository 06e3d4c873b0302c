"""The files that auditors add to an audit."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.models import User
from audits.checks import locked_audit, refuse_unless
from audits.models import Assignment, Audit, AuditFile, FollowUp
from audits.recording import record_of_auditor
from audits.stored_files import FOLDER
from audits.writing.actions import refuse_if_submitted
from files.checks import looked_through
from files.receiving import Received
from files.storage import discard
from refusals import Refused

Part = Assignment.Part
MOST_FILES = 50


def add_file(*, audit: Audit, received: Received, by: User | None, now: datetime) -> tuple[AuditFile, str]:
    """Add a received file to an audit. Returns it, and what readers should know about it (mostly nothing).

    The same bytes are one file. Raises Refused for a file that a document would not take either, if there are too many,
    if the audit was submitted, and for somebody who is not its auditor any more.
    """
    try:
        recognised = looked_through(received)
        with FOLDER.storing() as names, transaction.atomic():
            locked = locked_audit(audit)
            refuse_unless(locked, by, Part.AUDITOR)
            refuse_if_submitted(locked)
            return _stored(locked, received, recognised.mime, names, by, now), recognised.remark
    except OSError as error:
        raise Refused(
            f"{received.name} was not added: there is no room for it, or the disk cannot be written at the moment.",
            field="file",
        ) from error
    finally:
        discard(received.path)


def _stored(audit: Audit, received: Received, mime: str, names: list[str], by: User | None, now: datetime) -> AuditFile:
    """The file with these bytes, which is made if there is none."""
    kept = AuditFile.objects.filter(audit=audit).exclude(stored_name=None)
    if (same := kept.filter(sha256=received.sha256).first()) is not None:
        return same
    if kept.count() >= MOST_FILES:
        raise Refused(f"{received.name} was not added: an audit holds at most {MOST_FILES} files.", field="file")
    names.append(FOLDER.keep(received.path))
    made = AuditFile.objects.create(
        audit=audit,
        name=received.name or "file",
        stored_name=names[-1],
        size=received.size or 0,
        sha256=received.sha256,
        mime=mime,
        added_at=now,
        added_by=by,
    )
    record_of_auditor(audit, by=by, verb="file added to an audit", now=now)
    return made


@transaction.atomic
def remove_file(*, file: AuditFile, by: User | None, now: datetime) -> bool:
    """Delete a file of an audit; that there was one stays. Returns whether it was still there.

    Raises Refused if the audit was submitted, for somebody who is not its auditor any more, and if it is the evidence
    that closed a follow-up action.
    """
    audit = locked_audit(file.audit)
    refuse_unless(audit, by, Part.AUDITOR)
    refuse_if_submitted(audit)
    row = AuditFile.objects.filter(pk=file.pk, stored_name__isnull=False).first()
    if row is None:
        return False
    closed = FollowUp.objects.filter(file=row).first()
    if closed is not None:
        raise Refused(f"This file is the evidence of follow-up action {closed.number}, so it stays.")
    AuditFile.objects.filter(pk=row.pk).update(stored_name=None, name="", removed_at=now, removed_by=by)
    transaction.on_commit(partial(FOLDER.discard, row.stored_name or ""), robust=True)
    record_of_auditor(audit, by=by, verb="file removed from an audit", now=now)
    return True
