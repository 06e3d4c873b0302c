"""What is done to an audit while it is written: answers saved, submitted, reopened, its deadline extended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from audits.checks import locked_audit, refuse_if_handed_over, refuse_unless
from audits.models import Answer, Assignment, Audit
from audits.recording import record_of_auditor, record_on_case
from audits.state import due_of
from audits.writing.answers import CONCERN, YES, AuditForm
from frameworks.auditing import AuditQuestion
from govuk.dates import long_datetime
from govuk.text import one_line
from inspections.audit import moved_on
from inspections.snapshot import snapshot_of
from refusals import Refused

Part = Assignment.Part
LONGEST_WHY = 500
#: Somebody who writes is on the record once in this time, however often the page saves.
RECORDED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of answers that were sent.

    versions  the version of each question that now holds what was sent
    clashes   the answer of each question that somebody else, or another tab, had changed in between; it was left alone
    """

    versions: dict[str, int] = field(default_factory=dict)
    clashes: dict[str, Answer] = field(default_factory=dict)


class Unanswered(Refused):
    """An audit that cannot be submitted yet: `questions` have no answer."""

    def __init__(self, questions: Sequence[AuditQuestion]) -> None:
        number = len(questions)
        names = ", ".join(f"“{each.title}”" for each in questions)
        super().__init__(f"The audit was not submitted. {number} more to answer: {names}.")
        self.questions = tuple(questions)


@transaction.atomic
def save_answers(
    *, audit: Audit, answers: Mapping[str, str], seen: Mapping[str, int], by: User | None, now: datetime
) -> Saved:
    """Save the answers to some questions, by the questions' keys.

    `seen` are the versions that the answers are based on, 0 for none. A question whose version has moved on is left
    alone and comes back as a clash, unless it says the same; the others are saved. Raises Refused, and saves nothing,
    for a question or a choice that there is not, for a text that is too long, if the audit was submitted, and for
    somebody who is not its auditor any more.
    """
    audit = locked_audit(audit)
    refuse_unless(audit, by, Part.AUDITOR)
    refuse_if_submitted(audit)
    asked = form_of(audit)
    cleaned = {key: asked.cleaned(_question(asked, key), text) for key, text in answers.items()}
    stored = {answer.question: answer for answer in audit.answers.all()}
    saved, changed = Saved(), False
    for key, text in cleaned.items():
        before = stored.get(key)
        if before is None and not text:
            saved.versions[key] = 0
        elif before is not None and before.text == text:
            saved.versions[key] = before.version
        elif before is not None and before.version != seen.get(key, 0):
            saved.clashes[key] = before
        else:
            saved.versions[key] = _store(audit, key, text, before, by, now)
            changed = True
    if changed:
        _note(audit, stored, by, now)
    return saved


def _question(asked: AuditForm, key: str) -> AuditQuestion:
    question = asked.question(key)
    if question is None:
        raise Refused("Load the page again: the questions of the audit have changed.")
    return question


def _store(audit: Audit, key: str, text: str, before: Answer | None, by: User | None, now: datetime) -> int:
    if before is None:
        Answer.objects.create(audit=audit, question=key, text=text, saved_at=now, saved_by=by)
        return 1
    version = before.version + 1
    Answer.objects.filter(pk=before.pk).update(text=text, version=version, saved_at=now, saved_by=by)
    return version


def _note(audit: Audit, stored: Mapping[str, Answer], by: User | None, now: datetime) -> None:
    if audit.started_at is None:
        Audit.objects.filter(pk=audit.pk).update(started_at=now)
    latest = max((each.saved_at for each in stored.values() if by and each.saved_by_id == by.pk), default=None)
    if latest is not None and now - latest < RECORDED_EVERY:
        moved_on(audit.case.inspection)
    else:
        record_of_auditor(audit, by=by, verb="audit written", now=now)


def form_of(audit: Audit) -> AuditForm:
    """What this audit asks."""
    inspection = audit.case.inspection
    return AuditForm(inspection.framework, inspection.plan)


def refuse_if_submitted(audit: Audit) -> None:
    """Raises Refused if the audit is submitted, and so cannot change."""
    if audit.submitted_at is not None:
        raise Refused(
            f"The audit was submitted on {long_datetime(audit.submitted_at)}, so nothing was changed. Reopen it first."
        )


@transaction.atomic
def submit_audit(*, audit: Audit, by: User | None, now: datetime) -> bool:
    """Hand the audit in. Returns whether it was not submitted already.

    Raises Unanswered if needed questions have no answer, and Refused if there is an immediate concern of which nobody
    was told.
    """
    audit = locked_audit(audit)
    refuse_unless(audit, by, Part.AUDITOR)
    if audit.submitted_at is not None:
        return False
    asked, texts = form_of(audit), dict(audit.answers.values_list("question", "text"))
    lacking = [each for each in asked.questions if each.needed and not texts.get(each.key)]
    if lacking:
        raise Unanswered(lacking)
    concern = asked.with_role(CONCERN)
    if concern is not None and texts.get(concern.key) == YES and audit.concern_at is None:
        raise Refused(
            "Say what the immediate concern is, and tell the coordinator and the case officers, before you submit.",
            field="concern",
        )
    Audit.objects.filter(pk=audit.pk).update(submitted_at=now, submitted_by=by)
    record_of_auditor(audit, by=by, verb="audit submitted", now=now)
    return True


@transaction.atomic
def reopen_audit(*, audit: Audit, by: User | None, now: datetime) -> bool:
    """Let the auditor go on writing. Returns whether it was submitted. Raises Refused once it was handed over."""
    audit = locked_audit(audit)
    refuse_if_handed_over(audit.case)
    if audit.submitted_at is None:
        return False
    Audit.objects.filter(pk=audit.pk).update(submitted_at=None, submitted_by=None)
    record_of_auditor(audit, by=by, verb="audit reopened", now=now)
    return True


@transaction.atomic
def extend_audit(*, audit: Audit, to: datetime, why: str, by: User | None, now: datetime) -> bool:
    """Give an audit until a later moment. Returns whether that changed anything.

    Raises Refused without a reason, for a moment that has passed or is no later than the deadline, and for an audit
    that is submitted.
    """
    audit = locked_audit(audit)
    why = one_line(why)
    if audit.submitted_at is not None:
        raise Refused("The audit is submitted, so it needs no more time.")
    if not why:
        raise Refused("Enter why the audit gets more time.", field="why")
    if len(why) > LONGEST_WHY:
        raise Refused(f"The reason must be {LONGEST_WHY} characters or fewer.", field="why")
    if to <= now:
        raise Refused("Enter a day and time that are still to come.", field="to")
    due = _step_due(audit, now)
    if due is not None and to <= due:
        raise Refused(f"Enter a later time: the audit is due on {long_datetime(due)} anyway.", field="to")
    if (audit.extended_to, audit.why_extended) == (to, why):
        return False
    Audit.objects.filter(pk=audit.pk).update(extended_to=to, why_extended=why, extended_at=now, extended_by=by)
    record_on_case(audit, by=by, verb="audit extended", now=now)
    return True


def _step_due(audit: Audit, now: datetime) -> datetime | None:
    snapshot = snapshot_of(audit.case.inspection, now=now)
    selections = {each.key: each for each in snapshot.framework.case_selections}
    selection = selections.get(audit.case.selection)
    return due_of(selection, snapshot)[0] if selection else None
