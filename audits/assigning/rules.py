"""Who may have which part in an audit. Nobody audits their own case, nor moderates what they wrote."""

from __future__ import annotations

from accounts.models import User
from audits.checks import auditors_of, current_parts
from audits.models import Answer, Assignment, Audit, Moderation, OwnCase
from audits.moderating.blindness import has_read_grade
from audits.selecting.workers import is_worker
from refusals import Refused

Part = Assignment.Part
_ANY = {Part.AUDITOR: "audits", Part.CONTRIBUTOR: "contributes to", Part.MODERATOR: "moderates"}


def refuse_unfit(audit: Audit, user: User, part: str) -> None:
    """Raises Refused if the person cannot have this part in the audit, whoever else has it."""
    title = audit.case.title
    if not auditors_of(audit.case.inspection.council_id).filter(pk=user.pk).exists():
        raise Refused(
            f"{user} is not an auditor here. Choose somebody from the list, or ask an administrator to give the role.",
            field="user",
        )
    if is_own_case(audit, user):
        raise Refused(f"{title} is {user}’s own case. Choose somebody who does not work with this child.", field="user")
    here = current_parts(audit.case.inspection.council_id).filter(audit=audit, user=user).first()
    if here is not None:
        raise Refused(f"{user} {_ANY[Part(here.part)]} {title} already. Choose somebody else.", field="user")
    if part == Part.MODERATOR:
        _refuse_if_wrote(audit, user)
        if has_read_grade(audit, user.pk):
            raise Refused(
                f"{user} has read the grade of {title}. Choose a moderator who has not seen it.", field="user"
            )
    elif Moderation.objects.filter(audit=audit, moderator=user, graded_at__isnull=False).exists():
        raise Refused(f"{user} moderated {title}, so somebody else has to write about it.", field="user")


def is_own_case(audit: Audit, user: User) -> bool:
    """Whether the person works with the child, by the case system or by their own declaration."""
    if audit.case.child is not None and is_worker(audit.case.child, user):
        return True
    return OwnCase.objects.filter(audit=audit, user=user).exists()


def _refuse_if_wrote(audit: Audit, user: User) -> None:
    parts = Assignment.objects.filter(audit=audit, user=user)
    wrote = Answer.objects.filter(audit=audit, saved_by=user).exists() or parts.filter(part=Part.AUDITOR).exists()
    if wrote or parts.filter(part=Part.CONTRIBUTOR).exists():
        what = "wrote" if wrote else "contributed to"
        raise Refused(
            f"{user} {what} the audit of {audit.case.title}. Choose a moderator who had no part in it.", field="user"
        )


def refuse_if_taken(audit: Audit, part: str) -> None:
    """Raises Refused if somebody has this part, of which an audit has one, at present."""
    if part == Part.CONTRIBUTOR:
        return
    rows = current_parts(audit.case.inspection.council_id).filter(audit=audit, part=part)
    taken = rows.select_related("user").first()
    if taken is None:
        return
    word = Part(part).label.lower()
    ask = "Pass the audit on to somebody else instead." if part == Part.AUDITOR else "End that part first."
    raise Refused(f"{audit.case.title} has {_a(word)} already: {taken.user}. {ask}", field="user")


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
