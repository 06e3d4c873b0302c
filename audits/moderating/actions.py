"""A second grade, given without seeing the first, and the grade on which both agree."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audits.assigning.rules import is_own_case
from audits.checks import locked_audit, part_of
from audits.models import Answer, Assignment, Audit, Moderation
from audits.moderating.scale import grade_question
from audits.recording import record_of_auditor
from govuk.text import many_lines
from inspections.models import Inspection
from refusals import Refused

Part = Assignment.Part
LONGEST = 5000


@transaction.atomic
def grade_as_moderator(*, audit: Audit, grade: str, comments: str, by: User | None, now: datetime) -> Moderation:
    """The moderator's grade, a key of the framework's scale. It cannot be changed afterwards.

    Keeps with it the first grade as it is at this moment, and who gave that. Raises Refused if the audit is not
    submitted, is graded already, or the person is not its moderator at present, wrote or contributed to it now or
    before, or declared it their own case.
    """
    audit = locked_audit(audit)
    inspection = audit.case.inspection
    if by is None:
        raise Refused("An audit is moderated by a person.")
    _may_moderate(audit, by)
    if audit.submitted_at is None:
        raise Refused("This audit is not submitted yet. It can be graded once it is.")
    if Moderation.objects.filter(audit=audit, graded_at__isnull=False).exists():
        raise Refused("This audit was graded by a moderator already, and that grade stands.")
    if grade not in {each.key for each in inspection.framework.grades}:
        raise Refused("Choose a grade.", field="grade")
    facts = {
        "moderator": by,
        "grade": grade,
        "comments": many_lines(comments)[:LONGEST],
        "graded_at": now,
        "first_grade": _first_grade(audit, inspection),
        "first_auditor": _first_auditor(audit),
    }
    moderation, _ = Moderation.objects.update_or_create(audit=audit, defaults=facts)
    record_of_auditor(audit, by=by, verb="audit moderated", now=now)
    return moderation


@transaction.atomic
def agree_grade(*, audit: Audit, grade: str, why: str, by: User | None, now: datetime) -> Moderation:
    """Record the grade that both agreed on, a key of the framework's scale, with the reason. It can be recorded anew.

    Raises Refused if the audit has not been moderated or is open again, and without a reason where the two grades
    differ or the agreed one is neither.
    """
    audit = locked_audit(audit)
    inspection = audit.case.inspection
    moderation = Moderation.objects.filter(audit=audit, graded_at__isnull=False).first()
    if moderation is None:
        raise Refused("A grade can be agreed once the moderator has given theirs.")
    if audit.submitted_at is None:
        raise Refused("This audit was opened again. A grade can be agreed once it is submitted.")
    if grade not in {each.key for each in inspection.framework.grades}:
        raise Refused("Choose the agreed grade.", field="grade")
    why = many_lines(why)[:LONGEST]
    if not why and {moderation.first_grade, moderation.grade} != {grade}:
        both = "The two grades differ" if moderation.first_grade != moderation.grade else "Both gave another grade"
        raise Refused(f"{both}: say why this one was agreed.", field="why")
    if (moderation.agreed_grade, moderation.why_agreed) == (grade, why):
        return moderation
    moderation.agreed_grade, moderation.why_agreed = grade, why
    moderation.agreed_at, moderation.agreed_by = now, by
    moderation.save(update_fields=["agreed_grade", "why_agreed", "agreed_at", "agreed_by"])
    record_of_auditor(audit, by=by, verb="audit grade agreed", now=now)
    return moderation


def _may_moderate(audit: Audit, by: User) -> None:
    present = part_of(audit, by)
    if present is None or present.part != Part.MODERATOR:
        raise Refused("You do not moderate this audit at present. A case officer says who does.")
    wrote = Assignment.objects.filter(audit=audit, user=by).exclude(part=Part.MODERATOR).exists()
    if wrote or audit.submitted_by_id == by.pk or Answer.objects.filter(audit=audit, saved_by=by).exists():
        raise Refused("You wrote this audit or contributed to it, so somebody else has to moderate it.")
    if is_own_case(audit, by):
        raise Refused("This is your own case, so somebody else has to moderate it.")


def _first_grade(audit: Audit, inspection: Inspection) -> str:
    question = grade_question(inspection)
    if question is None:
        raise Refused("Audits under this framework have no grade to compare with.")
    answer = Answer.objects.filter(audit=audit, question=question.key).first()
    if answer is None or answer.text not in {each.key for each in inspection.framework.grades}:
        raise Refused("This audit has no grade yet. Its auditor has to give one first.")
    return answer.text


def _first_auditor(audit: Audit) -> User | None:
    """Who gave the first grade: whoever submitted the audit, otherwise its auditor."""
    if audit.submitted_by is not None:
        return audit.submitted_by
    part = Assignment.objects.filter(audit=audit, part=Part.AUDITOR, ended_at=None).select_related("user").first()
    return part.user if part else None
