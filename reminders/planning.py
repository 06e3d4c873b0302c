"""Who is to be told what, now: from an inspection's duties and the ledger to emails that are not written yet.

Plain functions over what was read before; nothing here asks the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from accounts.models import Role
from documents.news import News
from inspections.duty import Duty, in_order
from reminders.models import Audience
from reminders.points import NOTIFIED, Point, Rule

# Reminded of what is late besides its owners (domain: "also to the coordinator and the DCS office, once a day").
WATCHERS = (Role.COORDINATOR, Role.DCS_OFFICE)
GROUP = (Role.COORDINATOR, Role.MEMBER)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be written to."""

    pk: int
    name: str = field(compare=False)
    email: str = field(compare=False)


class Entry(NamedTuple):
    """What makes a row of the ledger one: a reminder that is in it is not sent again."""

    person: int
    audience: str
    duty_key: str
    point: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """One duty in one person's email. `why` says for whom the person stands in; `turning` when it goes out of date."""

    duty: Duty
    audience: Audience
    point: Point
    why: str = ""
    turning: bool = False

    def entry(self, person: Person) -> Entry:
        due = None if self.audience is Audience.WEEKLY else self.duty.due
        return Entry(person.pk, self.audience.value, self.duty.key, self.point.key, due)


class Kind(Enum):
    """Which email it is; the value begins the names of its templates."""

    NOTIFICATION = "notification"
    REMINDER = "reminder"
    WEEKLY = "weekly"
    NEWS = "news"


@dataclass(frozen=True)
class Mail:
    """One email to one person: what they owe, what has nobody to do it, what is late with others; `done` is for show.

    `group` marks the weekly summary of everything for the task and finish group, at the weekly point `summary`.
    `moved` are keys of duties that the person was told of with another date.
    `news` is what happened to their documents.
    """

    person: Person
    kind: Kind
    items: tuple[Item, ...]
    done: tuple[Item, ...] = ()
    group: tuple[Item, ...] = ()
    summary: Point | None = None
    moved: frozenset[str] = frozenset()
    news: tuple[News, ...] = ()

    def of(self, *audiences: Audience) -> list[Item]:
        """The items for these audiences, by the day they are due."""
        items = {item.duty.key: item for item in self.items if item.audience in audiences}
        return [items[duty.key] for duty in in_order(item.duty for item in items.values())]

    def entries(self) -> list[Entry]:
        """The rows of the ledger that go with it."""
        rows = [item.entry(self.person) for item in (*self.items, *self.done)]
        if self.summary is not None:
            rows.append(Entry(self.person.pk, Audience.GROUP.value, "", self.summary.key, None))
        return rows + [news_entry(self.person, row) for row in self.news]

    @property
    def point(self) -> str:
        """The one word for it: the notification, news alone, else the latest of its points."""
        if self.kind is Kind.NOTIFICATION:
            return NOTIFIED
        if self.kind is Kind.NEWS:
            return Kind.NEWS.value
        points = [item.point for item in self.items] + ([self.summary] if self.summary else [])
        return max(points, key=lambda point: point.at).key


def news_entry(person: Person, row: News) -> Entry:
    """The row of the ledger that says that the person was told of this."""
    return Entry(person.pk, Audience.NEWS.value, f"document:{row.document}", row.key, None)


@dataclass(frozen=True)
class People:
    """Who there is to write to in the council: by role, active people only."""

    by_role: Mapping[Role, Sequence[Person]] = field(default_factory=dict)

    def with_role(self, *roles: Role) -> list[Person]:
        """Each person with one of the roles, once."""
        found = {person.pk: person for role in roles for person in self.by_role.get(role, ())}
        return list(found.values())

    def owing(self, duty: Duty) -> list[Person]:
        """Those who owe the duty: holders of its posts, or everybody with its role."""
        holders = {
            owner.holder: Person(owner.holder, owner.holder_name or "", owner.holder_email)
            for owner in duty.owners
            if owner.holder is not None and owner.holder_email
        }
        if duty.role is not None:
            holders |= {person.pk: person for person in self.by_role.get(duty.role, ())}
        return list(holders.values())

    def missing_for(self, duty: Duty) -> str:
        """Why the coordinator is told in somebody's place, as a sentence; empty where everybody is there."""
        if duty.is_unowned:
            return "No owner has been named for this."
        vacant = [owner.name for owner in duty.owners if owner.is_vacant]
        if vacant:
            return f"Nobody holds the post{'s' if len(vacant) > 1 else ''} {' and '.join(vacant)}."
        if duty.role is not None and not self.by_role.get(duty.role):
            return f"Nobody has the role {duty.role.label}."
        return ""


def after_notification(
    duties: Sequence[Duty],
    *,
    rule: Rule,
    people: People,
    ledger: frozenset[Entry],
    told: frozenset[int],
    now: datetime,
    is_open: bool,
) -> list[Mail]:
    """The emails that are due now on a notified inspection.

    ledger   entries at the points that are the latest now
    told     people who have had any email since the notification; for others this is their first, and it goes at once
    is_open  whether `now` is in working hours
    """
    points = {due: rule.latest(due, now) for due in {duty.due for duty in duties}}
    items: dict[Person, list[Item]] = defaultdict(list)
    for duty in duties:
        point = points[duty.due]
        if point is not None and not duty.done:
            for person, item in told_of(duty, point, people, now):
                items[person].append(item)
    late_today = {entry.person for entry in ledger if entry.audience == Audience.OVERSIGHT}
    mails = []
    for person in {*items, *_with_done(duties, people)}:
        is_first = person.pk not in told
        wanted = [item for item in items[person] if item.entry(person) not in ledger]
        if not is_first:
            wanted = [item for item in wanted if is_open or not item.point.waits_for_hours]
        if not is_open or person.pk in late_today:
            wanted = [item for item in wanted if item.audience is not Audience.OVERSIGHT]
        mail = _mail(person, wanted, duties, people, rule, is_first=is_first)
        if mail is not None:
            mails.append(mail)
    return sorted(mails, key=lambda mail: (mail.person.name, mail.person.pk))


def told_of(duty: Duty, point: Point, people: People, now: datetime) -> Iterator[tuple[Person, Item]]:
    """Who is to be told of one outstanding duty; nobody twice."""
    owing = people.owing(duty)
    for person in owing:
        yield person, Item(duty, Audience.OWNER, point)
    already = {person.pk for person in owing}
    why = people.missing_for(duty)
    if why:
        for person in people.with_role(Role.COORDINATOR):
            if person.pk not in already:
                yield person, Item(duty, Audience.STAND_IN, point, why)
        already |= {person.pk for person in people.with_role(Role.COORDINATOR)}
    if point.is_late and duty.is_late(now):
        for person in people.with_role(*WATCHERS):
            if person.pk not in already:
                yield person, Item(duty, Audience.OVERSIGHT, point)


def _with_done(duties: Iterable[Duty], people: People) -> set[Person]:
    return {person for duty in duties if duty.done for person in people.owing(duty)}


def _mail(
    person: Person, wanted: list[Item], duties: Iterable[Duty], people: People, rule: Rule, *, is_first: bool
) -> Mail | None:
    """The person's email; the first one names what is done already as well, so that it has all of theirs."""
    notified = Point(NOTIFIED, rule.notified)
    done: tuple[Item, ...] = ()
    if is_first:
        mine = [duty for duty in duties if duty.done and person in people.owing(duty)]
        done = tuple(Item(duty, Audience.OWNER, notified) for duty in mine)
    if not wanted and not done:
        return None
    owes = done or any(item.audience is not Audience.OVERSIGHT for item in wanted)
    kind = Kind.NOTIFICATION if is_first and owes else Kind.REMINDER
    return Mail(person, kind, tuple(wanted), done)


def before_notification(
    duties: Sequence[Duty],
    turning: frozenset[str],
    *,
    point: Point,
    people: People,
    ledger: frozenset[Entry],
) -> list[Mail]:
    """The weekly summary: to owners of documents that are missing or turn stale (`turning`, keys), and to the group."""
    documents = [duty for duty in duties if duty.kind == "document"]
    wanting = [duty for duty in documents if not duty.done or duty.key in turning]
    items: dict[Person, list[Item]] = defaultdict(list)
    for duty in wanting:
        for person in people.owing(duty):
            item = Item(duty, Audience.WEEKLY, point, turning=duty.done)
            if item.entry(person) not in ledger:
                items[person].append(item)
    everything = tuple(
        Item(duty, Audience.GROUP, point, people.missing_for(duty), turning=duty.done) for duty in wanting
    )
    group = people.with_role(*GROUP) if documents else []
    waiting = {person for person in group if Entry(person.pk, Audience.GROUP.value, "", point.key, None) not in ledger}
    mails = [
        Mail(
            person,
            Kind.WEEKLY,
            tuple(items[person]),
            group=everything if person in waiting else (),
            summary=point if person in waiting else None,
        )
        for person in {*items, *waiting}
    ]
    return sorted(mails, key=lambda mail: (mail.person.name, mail.person.pk))
