"""What is due on one inspection at a moment: the records read, the rules of `planning` asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from accounts.models import Membership, Role
from documents.news import with_news as with_any_news
from inspections.duty import Duty
from inspections.models import Inspection
from inspections.standing import Standing
from reminders import planning
from reminders.agenda import agenda_of, since_of
from reminders.arrangements import Arrangement, arrangement, arrangement_of
from reminders.book import Book, book_of
from reminders.models import CouncilSettings
from reminders.news import REACH, news_of, with_news
from reminders.overtaken import Waiting, waiting_by_inspection
from reminders.people import People, Person
from reminders.planning import Mail, Scene
from reminders.points import NOTIFIED, Point, Rule, in_hours, notified_moment, weekly
from timetable.duties import all_duties


@dataclass(frozen=True)
class Reading:
    """An inspection at a moment, with its council's arrangement of reminders and its people."""

    standing: Standing
    arrangement: Arrangement
    people: People

    @cached_property
    def rule(self) -> Rule | None:
        """The rule of the inspection's points; None before its notification."""
        inspection, hours = self.standing.inspection, self.arrangement.hours
        if inspection.notified_on is None or inspection.notification_recorded_at is None:
            return None
        recorded = inspection.notification_recorded_at
        moment = notified_moment(inspection.notified_on, recorded, self.standing.now, hours)
        return None if moment is None else Rule(moment, self.standing.calendar, hours, self.arrangement.days)

    @property
    def is_over(self) -> bool:
        """Whether nothing is reminded of any more."""
        schedule, rule = self.standing.schedule, self.rule
        if self.standing.inspection.is_withdrawn:
            return True
        return rule is not None and schedule is not None and rule.is_over(schedule.days[-1].date, self.standing.now)

    @property
    def is_open(self) -> bool:
        """Whether it is in working hours."""
        return in_hours(self.standing.now, self.standing.calendar, self.arrangement.hours)

    def scene(self, book: Book) -> Scene:
        """What the rules of a notified inspection need besides its duties."""
        assert self.rule is not None  # it is notified
        return Scene(self.rule, self.arrangement, self.people, book, self.standing.now, self.is_open)

    def at(self, moment: datetime) -> Reading:
        """The same at another moment, if nothing is done until then."""
        return replace(self, standing=replace(self.standing, now=moment))

    def duties(self) -> list[Duty]:
        """Everything owed; before the notification without dates, whatever the record says of a later one."""
        return list(self._duties)

    @cached_property
    def _duties(self) -> list[Duty]:
        return all_duties(self.standing if self.rule else replace(self.standing, schedule=None))


def reading_of(standing: Standing) -> Reading:
    """The inspection with its arrangement and people (two queries)."""
    return Reading(standing, arrangement_of(standing), people_of(standing.inspection.council_id))


@dataclass(frozen=True)
class Gathered:
    """What a tick reads of all inspections that it looks at in a few queries, rather than of each in its own."""

    settings: Mapping[int, CouncilSettings]
    people: Mapping[int, People]
    waiting: Mapping[int, Sequence[Waiting]]
    newsworthy: Set[int]

    def reading(self, standing: Standing) -> Reading:
        """What `reading_of` answers, without a query."""
        council = standing.inspection.council_id
        return Reading(standing, arrangement(standing.plan, self.settings.get(council)), self.people[council])


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
    inspection = reading.standing.inspection
    rows = news_of(inspection, reading.standing.now) if has_news else []
    heard = {row.key for row in rows}
    if reading.rule is None:
        point = weekly_point(reading)
        book = book_of(inspection, heard | ({point.key} if point else set()))
        mails = weekly_mails(reading, point, book) if point else []
    else:
        duties = reading.duties()
        point = weekly_point(reading)
        points = points_of(reading.rule, duties, reading.standing.now) | ({point.key} if point else set())
        book = book_of(inspection, heard | points, without=without)
        mails = planning.after_notification(duties, reading.scene(book))
        mails = with_agenda(reading, mails, point, book, duties)
    return with_news(reading, mails, rows, book)


def points_of(rule: Rule, duties: Iterable[Duty], now: datetime) -> set[str]:
    """Keys of the points at which the ledger has to be read for these duties."""
    latest = (rule.latest(due, now) for due in {duty.due for duty in duties})
    return {NOTIFIED, *(point.key for point in latest if point is not None)}


def weekly_point(reading: Reading) -> Point | None:
    """The weekly summary or agenda that may go now; none out of hours.

    One that lies before the inspection was opened or notified, or before its council set another weekday, is not made
    up for.
    """
    arrangement, opened = reading.arrangement, reading.standing.inspection.opened_at
    point = weekly(reading.standing.now, arrangement.hours, arrangement.weekly_day)
    begun = opened if reading.rule is None else reading.rule.notified
    since = begun if arrangement.since is None else max(begun, arrangement.since)
    return point if reading.is_open and point.at > since else None


def with_agenda(
    reading: Reading, mails: list[Mail], point: Point | None, book: Book, duties: list[Duty] | None = None
) -> list[Mail]:
    """The emails with the agenda of the weekly point for those of the group who have not had it."""
    if point is None:
        return mails
    group = planning.awaiting_agenda(point, reading.arrangement, reading.people, book)
    if not group:
        return mails
    since = since_of(point, book.last_agenda(point.key))
    found = agenda_of(
        reading.standing, reading.duties() if duties is None else duties, reading.arrangement, since=since
    )
    return planning.with_agenda(mails, point, found, group)


def weekly_mails(reading: Reading, point: Point, book: Book) -> list[Mail]:
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
    found = agenda_of(reading.standing, duties, reading.arrangement, since=since)
    return [replace(mail, agenda=found) if mail.summary else mail for mail in mails]


def _turning(duties: Iterable[Duty]) -> frozenset[str]:
    """Keys of what is done today and soon will not be if nobody touches it; the room that owes it knows the day."""
    return frozenset(duty.key for duty in duties if duty.done and duty.turns_on is not None)


def people_of(council_id: int) -> People:
    """Who has which role in the council (one query)."""
    return people_by_council([council_id])[council_id]


def people_by_council(councils: Collection[int]) -> dict[int, People]:
    """Who has which role in each of the councils (one query)."""
    rows = Membership.objects.filter(council__in=councils, user__is_active=True)
    by_role: dict[int, dict[Role, list[Person]]] = {council: defaultdict(list) for council in councils}
    named = rows.values_list("council_id", "role", "user_id", "user__full_name", "user__email", "user__summary_hour")
    for council, role, pk, name, email, hour in named:
        by_role[council][Role(role)].append(Person(pk, name, email, hour))
    return {council: People(found) for council, found in by_role.items()}
