"""Immediate concerns about a child: raised at once, told to the coordinator and the case officers, acknowledged.

No email says anything about the child. Each further concern is added below the earlier ones, and so is each
acknowledgement, so that nothing that was said is lost.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

import outbox.tasks
from accounts.models import User
from accounts.permissions import Permission, roles_with
from audits.checks import locked_audit, refuse_unless
from audits.models import Assignment, Audit
from audits.recording import record_of_auditor
from audits.writing.answers import long_text
from govuk.addresses import address_of
from govuk.dates import long_datetime
from inspections.models import Inspection
from outbox.actions import queue
from refusals import Refused

Part = Assignment.Part


@transaction.atomic
def raise_concern(*, audit: Audit, words: str, by: User | None, now: datetime) -> list[User] | None:
    """Raise an immediate concern: everybody who has to know of it gets an email. Works at any time, submitted or not.

    Returns who was told; None if these words were raised already, and then nobody is told again. Raises Refused without
    words, and for somebody who has no part in the audit.
    """
    audit = locked_audit(audit)
    refuse_unless(audit, by, Part.AUDITOR, Part.CONTRIBUTOR, Part.MODERATOR)
    words = long_text(words, "concern")
    if not words:
        raise Refused("Write down what the concern is, so that somebody can act on it.", field="concern")
    if audit.concern == words or audit.concern.endswith(f":\n{words}"):
        return None
    Audit.objects.filter(pk=audit.pk).update(
        concern=_added(audit.concern, words, now),
        concern_at=now,
        concern_by=by,
        acknowledged_at=None,
        acknowledged_by=None,
    )
    record_of_auditor(audit, by=by, verb="immediate concern raised", now=now)
    told = list(_told(audit.case.inspection))
    for user in told:
        _write(user, audit, now)
    outbox.tasks.nudge()
    return told


@transaction.atomic
def acknowledge_concern(*, audit: Audit, done: str, by: User | None, now: datetime) -> bool:
    """Write down what was done about the concern. Returns whether it was still open.

    Raises Refused without words, and if there is no concern.
    """
    audit = locked_audit(audit)
    done = long_text(done, "done")
    if audit.concern_at is None:
        raise Refused("There is no immediate concern about this case.")
    if not done:
        raise Refused("Write down what was done about the concern.", field="done")
    if audit.acknowledged_at is not None:
        return False
    Audit.objects.filter(pk=audit.pk).update(
        acknowledgement=_added(audit.acknowledgement, done, now), acknowledged_at=now, acknowledged_by=by
    )
    record_of_auditor(audit, by=by, verb="immediate concern acknowledged", now=now)
    return True


def _added(before: str, words: str, now: datetime) -> str:
    """The words below those of earlier times, each further one with its moment."""
    return f"{before}\n\n{long_datetime(now)}:\n{words}" if before else words


def _told(inspection: Inspection) -> list[User]:
    roles = roles_with(Permission.BE_TOLD_OF_CONCERNS)
    users = User.objects.filter(memberships__council=inspection.council_id, memberships__role__in=roles, is_active=True)
    return list(users.distinct().order_by("pk"))


def _write(user: User, audit: Audit, now: datetime) -> None:
    inspection = audit.case.inspection
    link = f"{settings.PUBLIC_URL}{address_of('audits:list', inspection.slug)}"
    context = {"user": user, "inspection": inspection, "number": audit.case.number, "link": link}
    queue(
        to=user.email,
        to_name=user.full_name,
        subject=f"Immediate concern about case {audit.case.number}: {inspection.title}",
        text=render_to_string("audits/mail/concern.txt", context),
        html=render_to_string("audits/mail/concern.html", context),
        now=now,
    )
