"""What people can do about reminders: send an email again, and set when reminders go and who gets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import F

import outbox.actions
import outbox.tasks
from accounts import audit as council_audit
from accounts.models import Council, Role, User
from frameworks import Plan, WorkingHours
from inspections.audit import record
from inspections.locks import locked, locked_with_inspections
from inspections.models import Inspection
from outbox.models import Message, MessageState
from refusals import Refused
from reminders import quiet
from reminders.models import CouncilSettings, Reminder
from reminders.rules.arrangements import Arrangement, arrangement


@transaction.atomic
def send_again(*, inspection: Inspection, message: Message, by: User, now: datetime) -> bool:
    """Queue a failed email of the inspection again, to the person's present address.

    Returns whether anything changed: asked for twice, it is sent once. Raises Refused for an email that was sent, and
    for a person who has left.
    """
    locked(inspection)
    row = Reminder.objects.filter(inspection=inspection, message=message).select_related("person").first()
    if row is None:
        raise Refused("This email is not in the ledger of this inspection.")
    if not row.person.is_active:
        raise Refused(f"{row.person} has left, so nothing is sent to them any more.")
    person = row.person
    if outbox.actions.send_again(message=message, now=now, to=person.email, to_name=person.full_name):
        detail = {"to": person.full_name, "refused with": message.last_error}
        record(inspection, by=by, verb="reminder sent again", subject=message.subject, now=now, detail=detail)
        outbox.tasks.nudge()
        return True
    message.refresh_from_db()
    if message.state == MessageState.SENT:
        raise Refused(f"The email to {person} has been sent. There is nothing to send again.")
    return False


@transaction.atomic
def change_settings(
    *,
    council: Council,
    plan: Plan | None,
    days: Sequence[int],
    opens: time,
    closes: time,
    late_roles: Sequence[Role],
    weekly_roles: Sequence[Role],
    weekly_day: int,
    reply_to: str,
    by: User | None,
    now: datetime,
) -> bool:
    """Set days, hours and recipients for the council's reminders instead of its plan's. Returns whether that is new.

    If the result is the same as before, with the plan or without it, nothing is set. What has been sent is not sent
    again.
    """
    locked_with_inspections(council.pk)
    row = CouncilSettings.objects.filter(council=council).first() or CouncilSettings(council=council)
    before = arrangement(plan, row)
    after = replace(
        before,
        hours=WorkingHours(opens, closes),
        days=tuple(sorted(days, reverse=True)),
        late_roles=tuple(late_roles),
        weekly_roles=tuple(weekly_roles),
        weekly_day=weekly_day,
        reply_to=reply_to,
    )
    if closes <= opens:
        raise Refused("Working hours must end after they begin", field="closes")
    if after == before:
        return False
    if replace(after, reply_to=before.reply_to) != before:
        row.days, row.opens, row.closes = list(after.days), opens, closes
        row.late_roles, row.weekly_roles = [str(role) for role in late_roles], [str(role) for role in weekly_roles]
        row.weekly_day, row.changed_at = weekly_day, now
    row.reply_to, row.changed_at = reply_to, row.changed_at or now
    row.save()
    _settings_changed(council, "reminder settings changed", by=by, now=now, detail=in_words(before, after))
    return True


@transaction.atomic
def restore_plan(*, council: Council, by: User | None, now: datetime) -> bool:
    """Return to the local plan's days, hours and recipients. Returns whether the council had its own."""
    locked_with_inspections(council.pk)
    row = CouncilSettings.objects.filter(council=council).first()
    if row is None or not row.is_own:
        return False
    row.days = row.opens = row.closes = row.late_roles = row.weekly_roles = row.weekly_day = None
    row.changed_at = now
    row.save()
    _settings_changed(council, "reminder settings as in the plan", by=by, now=now, detail={})
    return True


def _settings_changed(council: Council, verb: str, *, by: User | None, now: datetime, detail: dict[str, Any]) -> None:
    council_audit.record(council, by=by, verb=verb, subject="Reminders", now=now, detail=detail)
    Inspection.objects.filter(council=council).update(version=F("version") + 1)


def in_words(before: Arrangement, after: Arrangement) -> dict[str, Any]:
    """What changed, as the record stores it: before and after."""
    pairs = {
        "days": (list(before.days), list(after.days)),
        "hours": (f"{before.hours.start}-{before.hours.end}", f"{after.hours.start}-{after.hours.end}"),
        "late": ([str(role) for role in before.late_roles], [str(role) for role in after.late_roles]),
        "weekly": ([str(role) for role in before.weekly_roles], [str(role) for role in after.weekly_roles]),
        "weekly day": (before.weekly_day, after.weekly_day),
        "answers to": (before.reply_to, after.reply_to),
    }
    return {name: list(pair) for name, pair in pairs.items() if pair[0] != pair[1]}


@transaction.atomic
def discard_reminders(inspection: Inspection) -> None:
    """Delete the ledger of an inspection with its mail; only for a demonstration that is filled again."""
    messages = list(Reminder.objects.filter(inspection=inspection).values_list("message", flat=True))
    Reminder.objects.filter(inspection=inspection).delete()
    Message.objects.filter(pk__in=messages).delete()
    quiet.forget([inspection])
