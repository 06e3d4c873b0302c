"""One tick: finds in every inspection what has passed a reminder time and is not in the ledger.

Nothing is scheduled ahead, so a flushed broker, a restart, a moved deadline or a corrected date needs no repair. An
email and its rows of the ledger are written in one transaction; the outbox sends it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from outbox.actions import queue_all
from outbox.models import Message
from reminders import quiet
from reminders.due import Gathered, gathered, mails_due
from reminders.mails.writing import compose
from reminders.models import Reminder
from reminders.records.reading import Reading
from reminders.records.stale_mail import stale_messages, take_back, take_back_of_withdrawn
from reminders.rules.planning import Mail

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Queued:
    """An email that the tick queued (or would queue, in a dry run), with its contents."""

    inspection: Inspection
    mail: Mail
    message: Message


@dataclass
class Tick:
    """The result of one tick. `troubled` are slugs of inspections that could not be checked; the log says why."""

    queued: list[Queued] = field(default_factory=list)
    looked_at: int = 0
    troubled: list[str] = field(default_factory=list)


def tick(now: datetime, *, queued_at: datetime | None = None, dry_run: bool = False) -> Tick:
    """Queue every email that is due at `now` (aware).

    `queued_at` is when the emails begin to wait, if `now` is not the present (a script that looks at another day). A
    dry run composes them and writes nothing.
    """
    result = Tick()
    if not dry_run:
        take_back_of_withdrawn(now=now)
    live = Inspection.objects.filter(withdrawn_at=None).select_related("council").order_by("pk")
    wanted = list(live) if dry_run else quiet.without_quiet_ones(live, now)
    if not wanted:
        return result
    known, silent = gathered(wanted, now), []
    for inspection in wanted:
        try:
            reading = known.reading(snapshot_of(inspection, now=now))
            queued = _look_at(reading, known, queued_at=queued_at or now, dry_run=dry_run)
        except Exception:
            # One council's faulty file must not stop the others' reminders.
            log.exception("reminders of %s could not be worked out", inspection.slug)
            result.troubled.append(inspection.slug)
            continue
        result.looked_at += 1
        result.queued += queued
        if not queued:
            silent.append((reading.snapshot, reading.arrangement.hours))
    if silent and not dry_run:
        quiet.note(silent)
    return result


def _look_at(reading: Reading, known: Gathered, *, queued_at: datetime, dry_run: bool) -> list[Queued]:
    inspection, now = reading.snapshot.inspection, reading.snapshot.now
    waiting = known.waiting.get(inspection.pk, ())
    wrong = stale_messages(waiting, reading.reminded_of()) if waiting else set()
    if not dry_run:
        take_back(inspection, wrong, now=now)
    mails = mails_due(reading, without=wrong, has_news=inspection.pk in known.newsworthy)
    if dry_run:
        return [_composed(reading, mail, queued_at) for mail in mails]
    return _queue(reading, mails, now=now, queued_at=queued_at) if mails else []


def _composed(reading: Reading, mail: Mail, queued_at: datetime) -> Queued:
    return Queued(reading.snapshot.inspection, mail, compose(reading, mail, now=queued_at))


def _queue(reading: Reading, mails: list[Mail], *, now: datetime, queued_at: datetime) -> list[Queued]:
    """Queue the emails with their rows of the ledger, all at once; one by one if another tick has some of them."""
    try:
        return _write(reading, mails, now, queued_at)
    except IntegrityError:
        queued = []
        for mail in mails:
            try:
                queued += _write(reading, [mail], now, queued_at)
            except IntegrityError:
                log.info("another tick has queued an email of %s", reading.snapshot.inspection.slug)
        return queued


@transaction.atomic
def _write(reading: Reading, mails: list[Mail], now: datetime, queued_at: datetime) -> list[Queued]:
    queued = [_composed(reading, mail, queued_at) for mail in mails]
    queue_all([each.message for each in queued])
    Reminder.objects.bulk_create(
        [
            Reminder(
                inspection=reading.snapshot.inspection,
                person_id=entry.person,
                audience=entry.audience,
                duty_key=entry.duty_key,
                point=entry.point,
                due=entry.due,
                message=each.message,
                created_at=now,
            )
            for each in queued
            for entry in each.mail.entries()
        ],
        batch_size=500,
    )
    return queued
