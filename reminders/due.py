"""What is due on one inspection at a time: reads the records and applies the rules of `planning`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from documents.news import inspections_with_news as with_any_news
from inspections.duty import Duty
from inspections.models import Inspection
from inspections.snapshot import Snapshot
from reminders.models import CouncilSettings
from reminders.records.agenda import agenda_of, since_of
from reminders.records.news import REACH, news_of, with_news
from reminders.records.reading import Reading, people_by_council
from reminders.records.stale_mail import WaitingDeadline, waiting_by_inspection
from reminders.records.told_index import ToldIndex, told_index_of
from reminders.rules import planning
from reminders.rules.arrangements import arrangement
from reminders.rules.people import People
from reminders.rules.planning import Mail
from reminders.rules.reminder_times import NOTIFIED, ReminderRule, ReminderTime, weekly


@dataclass(frozen=True)
class Gathered:
    """What a tick reads about all inspections at once, rather than about each by itself."""

    settings: Mapping[int, CouncilSettings]
    people: Mapping[int, People]
    waiting: Mapping[int, Sequence[WaitingDeadline]]
    newsworthy: Set[int]

    def reading(self, snapshot: Snapshot) -> Reading:
        """The same as `reading_of`, without a query."""
        council = snapshot.inspection.council_id
        return Reading(snapshot, arrangement(snapshot.plan, self.settings.get(council)), self.people[council])


def gathered(inspections: Iterable[Inspection], now: datetime) -> Gathered:
    """Everything needed about these inspections, read at once (a constant number of queries)."""
    rows = list(inspections)
    councils, ids = {row.council_id for row in rows}, [row.pk for row in rows]
    return Gathered(
        settings={row.council_id: row for row in CouncilSettings.objects.filter(council__in=councils)},
        people=people_by_council(councils),
        waiting=waiting_by_inspection(ids),
        newsworthy=with_any_news(ids, since=now - REACH, until=now),
    )


def mails_due(reading: Reading, *, without: Collection[int] = (), has_news: bool = True) -> list[Mail]:
    """The emails that are due on one inspection and not in the ledger yet, which is read `without` some messages.

    News is not looked up if it is known that there is none (`has_news`).
    """
    if reading.is_over:
        return []
    inspection = reading.snapshot.inspection
    rows = news_of(inspection, reading.snapshot.now) if has_news else []
    duties, week = reading.reminded_of(), weekly_reminder_time(reading)
    keys = reminder_time_keys(reading.rule, duties, reading.snapshot.now) | ({week.key} if week else set())
    told_index = told_index_of(inspection, keys | {row.key for row in rows}, without=without)
    mails = with_weekly(reading, planning.reminders(duties, reading.planning_context(told_index)), week, told_index)
    return with_news(reading, mails, rows, told_index)


def with_weekly(reading: Reading, mails: list[Mail], week: ReminderTime | None, told_index: ToldIndex) -> list[Mail]:
    """The emails with those of the weekly reminder time: the summary before the notification, the agenda after it."""
    if week is None:
        return mails
    if reading.is_notified:
        return _with_agenda(reading, mails, week, told_index)
    return planning.with_summaries(mails, _weekly_mails(reading, week, told_index))


def reminder_time_keys(rule: ReminderRule, duties: Iterable[Duty], now: datetime) -> set[str]:
    """The keys of the reminder times for which the ledger has to be read for these duties."""
    latest = (rule.latest(due, now) for due in {duty.due for duty in duties})
    return {NOTIFIED, *(each.key for each in latest if each is not None)}


def weekly_reminder_time(reading: Reading) -> ReminderTime | None:
    """The weekly summary or agenda that may be sent now; none outside working hours.

    One from before the inspection was opened or notified, or before its council set another weekday, is not sent late.
    """
    arrangement, opened = reading.arrangement, reading.snapshot.inspection.opened_at
    week = weekly(reading.snapshot.now, arrangement.hours, arrangement.weekly_day)
    begun = reading.rule.notified or opened
    since = begun if arrangement.since is None else max(begun, arrangement.since)
    return week if reading.is_open and week.at > since else None


def _with_agenda(reading: Reading, mails: list[Mail], week: ReminderTime, told_index: ToldIndex) -> list[Mail]:
    """The emails with the agenda of the weekly reminder time for people in the group who have not had it."""
    group = planning.awaiting_agenda(week, reading.arrangement, reading.people, told_index)
    if not group:
        return mails
    since = since_of(week, told_index.last_agenda(week.key))
    found = agenda_of(reading.snapshot, reading.duties(), reading.arrangement, since=since)
    return planning.with_agenda(mails, week, found, group)


def _weekly_mails(reading: Reading, week: ReminderTime, told_index: ToldIndex) -> list[Mail]:
    """The weekly summaries at a reminder time that are not in the told index."""
    duties = reading.duties()
    mails = planning.before_notification(
        duties,
        _turning(duties),
        week=week,
        arrangement=reading.arrangement,
        people=reading.people,
        told_index=told_index,
    )
    since = since_of(week, told_index.last_agenda(week.key))
    if not any(mail.summary for mail in mails):
        return mails
    found = agenda_of(reading.snapshot, duties, reading.arrangement, since=since)
    return [replace(mail, agenda=found) if mail.summary else mail for mail in mails]


def _turning(duties: Iterable[Duty]) -> frozenset[str]:
    """The keys of duties that are done today and soon will not be unless somebody acts; their room knows the day."""
    return frozenset(duty.key for duty in duties if duty.done and duty.turns_on is not None)
