"""What can be done to the follow-up actions of an audit: added, closed by evidence, reopened."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import User
from audits.checks import locked_audit
from audits.models import Audit, AuditFile, FollowUp
from audits.recording import record_of_auditor
from govuk.dates import long_date
from govuk.text import many_lines, one_line
from refusals import Refused

LONGEST = 2000


@transaction.atomic
def add_follow_up(*, audit: Audit, what: str, who: str, due_on: date, by: User | None, now: datetime) -> FollowUp:
    """Add something that has to be done because of the audit: what, by whom, and the day by which.

    Raises Refused if one of these is missing or the day has passed.
    """
    audit = locked_audit(audit)
    what, who = many_lines(what)[:LONGEST], one_line(who)[:200]
    if not what:
        raise Refused("Enter what has to be done.", field="what")
    if not who:
        raise Refused("Enter who does it.", field="who")
    today = localdate(now)
    if due_on < today:
        raise Refused(f"The day by which it is due must be {long_date(today)} or later.", field="due_on")
    latest = FollowUp.objects.filter(audit=audit).order_by("-number").first()
    number = latest.number + 1 if latest else 1
    row = FollowUp.objects.create(
        audit=audit, number=number, what=what, who=who, due_on=due_on, added_at=now, added_by=by
    )
    record_of_auditor(audit, by=by, verb="follow-up action added", now=now)
    return row


@transaction.atomic
def close_follow_up(
    *, follow_up: FollowUp, evidence: str, file: AuditFile | None, by: User | None, now: datetime
) -> bool:
    """Close it by evidence: words, a file of the same audit, or both. Returns whether it was open.

    Raises Refused without evidence, and for a file that is not the audit's or was removed.
    """
    audit = locked_audit(follow_up.audit)
    row = FollowUp.objects.get(pk=follow_up.pk)
    if row.closed_at is not None:
        return False
    evidence = many_lines(evidence)[:LONGEST]
    if file is not None and not AuditFile.objects.filter(pk=file.pk, audit=audit, removed_at=None).exists():
        raise Refused("Choose a file of this audit, or none.", field="file")
    if not evidence and file is None:
        raise Refused("Say how it was done, or choose the file that shows it.", field="evidence")
    row.evidence, row.file, row.closed_at, row.closed_by = evidence, file, now, by
    row.save(update_fields=["evidence", "file", "closed_at", "closed_by"])
    record_of_auditor(audit, by=by, verb="follow-up action closed", now=now)
    return True


@transaction.atomic
def reopen_follow_up(*, follow_up: FollowUp, by: User | None, now: datetime) -> bool:
    """Open it again. Its evidence is kept, to be added to when it is closed. Returns whether it was closed."""
    audit = locked_audit(follow_up.audit)
    row = FollowUp.objects.get(pk=follow_up.pk)
    if row.closed_at is None:
        return False
    row.closed_at = row.closed_by = None
    row.save(update_fields=["closed_at", "closed_by"])
    record_of_auditor(audit, by=by, verb="follow-up action reopened", now=now)
    return True
