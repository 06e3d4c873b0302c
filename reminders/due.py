"""What is due on one inspection at a moment: the records read, the rules of `planning` asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from documents.news import with_news as with_any_news
from inspections.duty import Duty
from inspections.models import Inspection
from inspections.snapshot import Snapshot
from reminders.models import CouncilSettings
from reminders.records.agenda import agenda_of, since_of
from reminders.records.book import Book, book_of
from reminders.records.news import REACH, news_of, with_news
from reminders.records.overtaken import Waiting, waiting_by_inspection
from reminders.records.reading import Reading, people_by_council
from reminders.rules import planning
from reminders.rules.arrangements import arrangement
from reminders.rules.people import People
from reminders.rules.planning import Mail
from reminders.rules.points import NOTIFIED, Point, Rule, weekly


@dataclass(frozen=True)
class Gathered:
    """What a tick reads of all inspections that it looks at in a few queries, rather than of each in its own."""

    settings: Mapping[int, CouncilSettings]
    people: Mapping[int, People]
    waiting: Mapping[int, Sequence[Waiting]]
    newsworthy: Set[int]

    def reading(self, snapshot: Snapshot) -> Reading:
        """What `reading_of` answers, without a query."""
        council = snapshot.inspection.council_id
        return Reading(snapshot, arrangement(snapshot.plan, self.settings.get(council)), self.people[council])


def gathered(inspections: Iterable[Inspection], now: datetime) -> Gathered:
    """What there is to know of these inspections at once (five queries whatever their number)."""
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

    Where it is known that there is no news (`has_news`), none is looked for.
    """
    if reading.is_over:
        return []
    inspection = reading.snapshot.inspection
    rows = news_of(inspection, reading.snapshot.now) if has_news else []
    duties, point = reading.reminded_of(), weekly_point(reading)
    points = points_of(reading.rule, duties, reading.snapshot.now) | ({point.key} if point else set())
    book = book_of(inspection, points | {row.key for row in rows}, without=without)
    mails = with_weekly(reading, planning.reminders(duties, reading.scene(book)), point, book)
    return with_news(reading, mails, rows, book)


def with_weekly(reading: Reading, mails: list[Mail], point: Point | None, book: Book) -> list[Mail]:
    """The emails with what a weekly point brings: the summary before the notification, the agenda after it."""
    if point is None:
        return mails
    if reading.is_notified:
        return _with_agenda(reading, mails, point, book)
    return planning.with_summaries(mails, _weekly_mails(reading, point, book))


def points_of(rule: Rule, duties: Iterable[Duty], now: datetime) -> set[str]:
    """Keys of the points at which the ledger has to be read for these duties."""
    latest = (rule.latest(due, now) for due in {duty.due for duty in duties})
    return {NOTIFIED, *(point.key for point in latest if point is not None)}


def weekly_point(reading: Reading) -> Point | None:
    """The weekly summary or agenda that may go now; none out of hours.

    One that lies before the inspection was opened or notified, or before its council set another weekday, is not made
    up for.
    """
    arrangement, opened = reading.arrangement, reading.snapshot.inspection.opened_at
    point = weekly(reading.snapshot.now, arrangement.hours, arrangement.weekly_day)
    begun = reading.rule.notified or opened
    since = begun if arrangement.since is None else max(begun, arrangement.since)
    return point if reading.is_open and point.at > since else None


def _with_agenda(reading: Reading, mails: list[Mail], point: Point, book: Book) -> list[Mail]:
    """The emails with the agenda of the weekly point for those of the group who have not had it."""
    group = planning.awaiting_agenda(point, reading.arrangement, reading.people, book)
    if not group:
        return mails
    since = since_of(point, book.last_agenda(point.key))
    found = agenda_of(reading.snapshot, reading.duties(), reading.arrangement, since=since)
    return planning.with_agenda(mails, point, found, group)


def _weekly_mails(reading: Reading, point: Point, book: Book) -> list[Mail]:
    """The weekly summaries at a point that are not in the book."""
    duties = reading.duties()
    mails = planning.before_notification(
        duties,
        _turning(duties),
        point=point,
        arrangement=reading.arrangement,
        people=reading.people,
        book=book,
    )
    since = since_of(point, book.last_agenda(point.key))
    if not any(mail.summary for mail in mails):
        return mails
    found = agenda_of(reading.snapshot, duties, reading.arrangement, since=since)
    return [replace(mail, agenda=found) if mail.summary else mail for mail in mails]


def _turning(duties: Iterable[Duty]) -> frozenset[str]:
    """Keys of what is done today and soon will not be if nobody touches it; the room that owes it knows the day."""
    return frozenset(duty.key for duty in duties if duty.done and duty.turns_on is not None)
