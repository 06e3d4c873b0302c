"""What the contributor of a partner agency writes about a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from audits.checks import locked_audit, refuse_if_handed_over, refuse_unless
from audits.models import Assignment, Audit, Contribution
from audits.recording import record_of_auditor
from audits.writing.answers import long_text
from govuk.dates import long_datetime
from inspections.audit import moved_on
from refusals import Refused

Part = Assignment.Part
RECORDED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SavedText:
    """What became of the text. `clash` is what another tab had saved in between, which was left alone."""

    version: int
    clash: Contribution | None = None


@transaction.atomic
def save_contribution(*, assignment: Assignment, text: str, seen: int, by: User | None, now: datetime) -> SavedText:
    """Save what a contributor has written; `seen` is the version that it is based on, 0 for none.

    Raises Refused if it is too long, submitted, or the person contributes no more.
    """
    _locked(assignment, by)
    text = long_text(text, "text")
    before = Contribution.objects.filter(assignment=assignment).first()
    if before is not None:
        _refuse_if_submitted(before)
    if before is None and not text:
        return SavedText(0)
    if before is not None and before.text == text:
        return SavedText(before.version)
    if before is not None and before.version != seen:
        return SavedText(before.version, clash=before)
    version = before.version + 1 if before else 1
    Contribution.objects.update_or_create(
        assignment=assignment, defaults={"text": text, "version": version, "saved_at": now}
    )
    if before is not None and now - before.saved_at < RECORDED_EVERY:
        moved_on(assignment.audit.case.inspection)
    else:
        record_of_auditor(assignment.audit, by=by, verb="contribution written", now=now)
    return SavedText(version)


@transaction.atomic
def submit_contribution(*, assignment: Assignment, by: User | None, now: datetime) -> bool:
    """Hand the contribution in: from then on the auditor reads it. Returns whether it was not submitted already.

    Raises Refused if nothing is written.
    """
    _locked(assignment, by)
    written = Contribution.objects.filter(assignment=assignment).first()
    if written is None or not written.text:
        raise Refused("Write your agency’s contribution before you submit it.", field="text")
    if written.submitted_at is not None:
        return False
    Contribution.objects.filter(pk=written.pk).update(submitted_at=now)
    record_of_auditor(assignment.audit, by=by, verb="contribution submitted", now=now)
    return True


@transaction.atomic
def reopen_contribution(*, assignment: Assignment, by: User | None, now: datetime) -> bool:
    """Let the contributor go on writing, until the audit is submitted. Returns whether it was submitted."""
    audit = _locked(assignment, by)
    if audit.submitted_at is not None:
        raise Refused("The audit is submitted, so your contribution stays as the auditor read it.")
    changed = Contribution.objects.filter(assignment=assignment, submitted_at__isnull=False).update(submitted_at=None)
    if changed:
        record_of_auditor(audit, by=by, verb="contribution reopened", now=now)
    return bool(changed)


def _locked(assignment: Assignment, by: User | None) -> Audit:
    audit = locked_audit(assignment.audit)
    refuse_unless(audit, by, Part.CONTRIBUTOR)
    refuse_if_handed_over(audit.case)
    return audit


def _refuse_if_submitted(written: Contribution) -> None:
    if written.submitted_at is not None:
        raise Refused(
            f"Your contribution was submitted on {long_datetime(written.submitted_at)}, so nothing was changed. "
            "Reopen it first."
        )
