"""One tick: every inspection is asked what has passed a reminder point and is not in the ledger.

Nothing is scheduled ahead, so a flushed broker, a restart, a moved deadline or a corrected date needs no repair. A mail
and its rows of the ledger are written in one transaction; sending is the outbox's business.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Membership, Role
from frameworks import WorkingHours
from inspections.duty import Duty
from inspections.models import Inspection
from inspections.standing import Standing, standing_of
from outbox.actions import queue_all
from outbox.models import Message
from reminders import planning, quiet
from reminders.models import AFTER_NOTIFICATION, Reminder
from reminders.news import with_news
from reminders.planning import Entry, Mail, People, Person
from reminders.points import (
    NOTIFIED,
    USUAL_HOURS,
    USUAL_POINTS,
    Rule,
    in_hours,
    notified_moment,
    weekly,
)
from reminders.writing import compose
from timetable.duties import all_duties

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Queued:
    """An email that the tick put into the outbox (would put, in a dry run), with what it says."""

    inspection: Inspection
    mail: Mail
    message: Message


@dataclass
class Tick:
    """What one tick did. `troubled` are slugs of inspections that could not be looked at; the log says why."""

    queued: list[Queued] = field(default_factory=list)
    looked_at: int = 0
    troubled: list[str] = field(default_factory=list)


def tick(now: datetime, *, queued_at: datetime | None = None, dry_run: bool = False) -> Tick:
    """Queue every email that is due at `now` (aware).

    `queued_at` is when the emails begin to wait, where `now` is not the present (a script that looks at another day).
    A dry run composes them and writes nothing.
    """
    result = Tick()
    live = Inspection.objects.filter(withdrawn_at=None).select_related("council").order_by("pk")
    for inspection in live if dry_run else quiet.without_quiet_ones(live, now):
        try:
            queued = _look_at(inspection, now=now, queued_at=queued_at or now, dry_run=dry_run)
        except Exception:
            # One council's damaged file must not silence the others.
            log.exception("reminders of %s could not be worked out", inspection.slug)
            result.troubled.append(inspection.slug)
            continue
        result.looked_at += 1
        result.queued += queued
    return result


def _look_at(inspection: Inspection, *, now: datetime, queued_at: datetime, dry_run: bool) -> list[Queued]:
    standing = standing_of(inspection, now=now)
    mails = mails_due(standing)
    if dry_run:
        return [_composed(standing, mail, queued_at) for mail in mails]
    queued = _queue(standing, mails, now=now, queued_at=queued_at) if mails else []
    if not mails:
        quiet.note(standing, hours_of(standing))
    return queued


def mails_due(standing: Standing) -> list[Mail]:
    """The emails that are due on one inspection at `standing.now`, and are not in the ledger yet."""
    rule = rule_of(standing)
    if rule is None:
        return with_news(standing, _weekly_due(standing), hours_of(standing))
    assert standing.schedule is not None  # it is notified, so it has dates
    if rule.is_over(standing.schedule.days[-1].date, standing.now):
        return []
    return with_news(standing, _reminders_due(standing, rule), rule.hours)


def _reminders_due(standing: Standing, rule: Rule) -> list[Mail]:
    duties = all_duties(standing)
    points = {point.key for due in {duty.due for duty in duties} if (point := rule.latest(due, standing.now))}
    mails = planning.after_notification(
        duties,
        rule=rule,
        people=people_of(standing),
        ledger=_entries(standing, points | {NOTIFIED}),
        told=_told(standing),
        now=standing.now,
        is_open=in_hours(standing.now, standing.calendar, rule.hours),
    )
    return _with_moves(standing, mails) if mails else []


def _weekly_due(standing: Standing) -> list[Mail]:
    point = weekly(standing.now, hours_of(standing))
    if point.at <= standing.inspection.opened_at:
        return []
    if not in_hours(standing.now, standing.calendar, hours_of(standing)):
        return []
    duties = all_duties(replace(standing, schedule=None))
    return planning.before_notification(
        duties,
        _turning(duties),
        point=point,
        people=people_of(standing),
        ledger=_entries(standing, {point.key}),
    )


def _turning(duties: Iterable[Duty]) -> frozenset[str]:
    """Keys of what is done today and soon will not be if nobody touches it; the room that owes it knows the day."""
    return frozenset(duty.key for duty in duties if duty.done and duty.turns_on is not None)


def hours_of(standing: Standing) -> WorkingHours:
    """The council's working hours."""
    return standing.plan.working_hours if standing.plan else USUAL_HOURS


def rule_of(standing: Standing) -> Rule | None:
    """The rule of the inspection's points; None before its notification."""
    inspection = standing.inspection
    if inspection.notified_on is None or inspection.notification_recorded_at is None:
        return None
    hours = hours_of(standing)
    moment = notified_moment(inspection.notified_on, inspection.notification_recorded_at, standing.now, hours)
    if moment is None:
        return None
    days = standing.plan.reminder_points if standing.plan else USUAL_POINTS
    return Rule(moment, standing.calendar, hours, days)


def people_of(standing: Standing) -> People:
    """Who has which role in the council (one query)."""
    rows = Membership.objects.filter(council_id=standing.inspection.council_id, user__is_active=True)
    by_role: dict[Role, list[Person]] = defaultdict(list)
    for role, pk, name, email in rows.values_list("role", "user_id", "user__full_name", "user__email"):
        by_role[Role(role)].append(Person(pk, name, email))
    return People(by_role)


def _entries(standing: Standing, points: Iterable[str]) -> frozenset[Entry]:
    """What the ledger has at these points (one query, however long the ledger is)."""
    rows = Reminder.objects.filter(inspection=standing.inspection, point__in=sorted(points))
    return frozenset(Entry(*row) for row in rows.values_list("person_id", "audience", "duty_key", "point", "due"))


def _told(standing: Standing) -> frozenset[int]:
    """Who has had an email since the notification."""
    rows = Reminder.objects.filter(inspection=standing.inspection, audience__in=AFTER_NOTIFICATION)
    return frozenset(rows.order_by().values_list("person_id", flat=True).distinct())


def _with_moves(standing: Standing, mails: list[Mail]) -> list[Mail]:
    """The same emails, knowing which duties their readers were last told of with another date (one query)."""
    rows = Reminder.objects.filter(inspection=standing.inspection, audience__in=AFTER_NOTIFICATION)
    last = {}
    for person, key, due in rows.order_by("created_at", "pk").values_list("person_id", "duty_key", "due"):
        last[person, key] = due
    return [
        replace(
            mail,
            moved=frozenset(
                item.duty.key
                for item in mail.items
                if last.get((mail.person.pk, item.duty.key), item.duty.due) != item.duty.due
            ),
        )
        for mail in mails
    ]


def _composed(standing: Standing, mail: Mail, queued_at: datetime) -> Queued:
    return Queued(standing.inspection, mail, compose(standing, mail, now=queued_at))


def _queue(standing: Standing, mails: list[Mail], *, now: datetime, queued_at: datetime) -> list[Queued]:
    """The emails and their rows of the ledger, all at once; one by one where another tick has some of them."""
    try:
        return _write(standing, mails, now, queued_at)
    except IntegrityError:
        queued = []
        for mail in mails:
            try:
                queued += _write(standing, [mail], now, queued_at)
            except IntegrityError:
                log.info("another tick has queued an email of %s", standing.inspection.slug)
        return queued


@transaction.atomic
def _write(standing: Standing, mails: list[Mail], now: datetime, queued_at: datetime) -> list[Queued]:
    queued = [_composed(standing, mail, queued_at) for mail in mails]
    queue_all([each.message for each in queued])
    Reminder.objects.bulk_create(
        [
            Reminder(
                inspection=standing.inspection,
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
