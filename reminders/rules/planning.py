"""Who is to be told what, now: turns an inspection's duties and the ledger into emails that are not written yet.

Plain functions over what was read before; nothing here makes queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from documents.news import News
from inspections.duty import Duty, in_order
from reminders.models import Audience
from reminders.records.agenda import Agenda
from reminders.records.told_index import LedgerEntry, ToldIndex
from reminders.rules.arrangements import Arrangement
from reminders.rules.people import People, Person
from reminders.rules.reminder_times import NOTIFIED, ReminderRule, ReminderTime, without_marks


@dataclass(frozen=True, slots=True)
class MailItem:
    """One duty in one person's email. `why` says whom the person stands in for; `turning` when it goes out of date."""

    duty: Duty
    audience: Audience
    reminder_time: ReminderTime
    why: str = ""
    turning: bool = False

    def entry(self, person: Person) -> LedgerEntry:
        due = None if self.audience is Audience.WEEKLY else self.duty.due
        return LedgerEntry(person.pk, self.audience.value, self.duty.key, self.reminder_time.key, due)


class MailKind(Enum):
    """Which email it is; its value is the beginning of its templates' names."""

    NOTIFICATION = "notification"
    REMINDER = "reminder"
    WEEKLY = "weekly"
    NEWS = "news"
    AGENDA = "agenda"


@dataclass(frozen=True)
class Mail:
    """One email to one person: what they owe, what has no owner, what others have late; `done` is only listed.

    `group` marks the weekly summary of everything for the task and finish group, at the weekly reminder time `summary`.
    `moved` are keys of duties whose date has changed since the person was told about them. `also` is what else a daily
    summary lists: what the person still owes and is not reminded of today. `news` is what happened to their documents.
    `agenda` is the group's, in whichever email one of them gets at the weekly reminder time.
    """

    person: Person
    kind: MailKind
    items: tuple[MailItem, ...]
    done: tuple[MailItem, ...] = ()
    group: tuple[MailItem, ...] = ()
    summary: ReminderTime | None = None
    moved: frozenset[str] = frozenset()
    is_summary: bool = False
    also: tuple[MailItem, ...] = ()
    news: tuple[News, ...] = ()
    agenda: Agenda | None = None

    def of(self, *audiences: Audience) -> list[MailItem]:
        """The items for these audiences, by the day they are due."""
        items = {item.duty.key: item for item in self.items if item.audience in audiences}
        return [items[duty.key] for duty in in_order(item.duty for item in items.values())]

    def entries(self) -> list[LedgerEntry]:
        """The rows of the ledger for this email."""
        rows = [item.entry(self.person) for item in (*self.items, *self.done)]
        if self.summary is not None:
            rows.append(LedgerEntry(self.person.pk, Audience.GROUP.value, "", self.summary.key, None))
        return rows + [news_entry(self.person, row) for row in self.news]

    @property
    def point(self) -> str:
        """The key of the email's reminder time: the notification, news, or the latest among its items."""
        if self.kind is MailKind.NOTIFICATION:
            return NOTIFIED
        if self.kind is MailKind.NEWS:
            return MailKind.NEWS.value
        times = [item.reminder_time for item in self.items] + ([self.summary] if self.summary else [])
        return without_marks(max(times, key=lambda each: each.at).key)


def news_entry(person: Person, row: News) -> LedgerEntry:
    """The row of the ledger which says that the person was told this."""
    return LedgerEntry(person.pk, Audience.NEWS.value, f"document:{row.document}", row.key, None)


@dataclass(frozen=True)
class PlanningContext:
    """What the rules need besides the duties: reminder times, the council's arrangement, its people, what was said,
    when.

    is_open whether `now` is within working hours
    """

    rule: ReminderRule
    arrangement: Arrangement
    people: People
    told_index: ToldIndex
    now: datetime
    is_open: bool


def reminders(duties: Sequence[Duty], context: PlanningContext) -> list[Mail]:
    """The emails that are due now. A person's first one after the notification is sent at once, at any hour."""
    latest = {due: context.rule.latest(due, context.now) for due in {duty.due for duty in duties}}
    items: dict[Person, list[MailItem]] = defaultdict(list)
    for duty in duties:
        reminder_time = latest[duty.due]
        if reminder_time is not None and not duty.done:
            for person, item in recipients_of(duty, reminder_time, context):
                items[person].append(item)
    late = [each.at for each in latest.values() if each is not None and each.is_late]
    watched = context.told_index.watched_since(max(late)) if late else set()
    last_due, is_notified = context.told_index.last_due(), context.rule.notified is not None
    mails = []
    for person in {*items, *_with_done(duties, context.people)}:
        is_first = is_notified and person.pk not in context.told_index.called
        # Whatever was said before the call, the first email after it lists everything.
        wanted = [
            i for i in items[person] if is_first or not context.told_index.has(i.entry(person), i.reminder_time.at)
        ]
        if not context.is_open or person.pk in watched:
            wanted = [item for item in wanted if item.audience is not Audience.OVERSIGHT]
        is_summary = not is_first and _is_summary(person, context)
        if not is_first:
            wanted = [item for item in wanted if context.is_open or not item.reminder_time.waits_for_hours]
        if not is_first and not is_summary:
            wanted = _without_held(person, wanted, context)
        wanted = [_as_the_ledger_has_it(person, item, context.told_index) for item in wanted]
        mail = _mail(person, wanted, duties, context, is_first=is_first)
        if mail is not None:
            moved = {i.duty.key for i in mail.items if last_due.get((person.pk, i.duty.key), i.duty.due) != i.duty.due}
            also = _also(wanted, items[person]) if is_summary else ()
            mails.append(replace(mail, moved=frozenset(moved), is_summary=is_summary, also=also))
    return sorted(mails, key=lambda mail: (mail.person.name, mail.person.pk))


def _as_the_ledger_has_it(person: Person, item: MailItem, told_index: ToldIndex) -> MailItem:
    """The item under its key in the ledger, numbered if its deadline moved back and it is said again."""
    key = told_index.key_for(item.entry(person))
    return item if key == item.reminder_time.key else replace(item, reminder_time=replace(item.reminder_time, key=key))


def recipients_of(
    duty: Duty, reminder_time: ReminderTime, context: PlanningContext
) -> Iterator[tuple[Person, MailItem]]:
    """The people to be told about one duty that is not done; nobody twice."""
    people = context.people
    owing = people.owing(duty)
    for person in owing:
        yield person, MailItem(duty, Audience.OWNER, reminder_time)
    already = {person.pk for person in owing}
    why = people.missing_for(duty)
    if why:
        stand_ins, because = people.stand_ins()
        for person in stand_ins:
            if person.pk not in already:
                yield person, MailItem(duty, Audience.STAND_IN, reminder_time, f"{why} {because}".strip())
        already |= {person.pk for person in stand_ins}
    if reminder_time.is_late and duty.is_late(context.now):
        for person in people.with_role(*context.arrangement.late_roles):
            if person.pk not in already:
                yield person, MailItem(duty, Audience.OVERSIGHT, reminder_time)


def with_summaries(mails: Iterable[Mail], weekly: Iterable[Mail]) -> list[Mail]:
    """Puts each person's reminder into their weekly summary; everybody else gets only the reminder."""
    reminded = {mail.person.pk: mail for mail in mails}
    told = []
    for summary in weekly:
        mail = reminded.pop(summary.person.pk, None)
        if mail is not None:
            summary = replace(summary, items=(*mail.items, *summary.items), moved=mail.moved, also=mail.also)
        told.append(summary)
    return sorted([*told, *reminded.values()], key=lambda mail: (mail.person.name, mail.person.pk))


def with_agenda(mails: Iterable[Mail], week: ReminderTime, agenda: Agenda, group: Iterable[Person]) -> list[Mail]:
    """The emails, with the agenda in those of the group, and one more for each of them who would get none."""
    waiting = {person.pk: person for person in group}
    told = [replace(mail, summary=week, agenda=agenda) if waiting.pop(mail.person.pk, None) else mail for mail in mails]
    told += [Mail(person, MailKind.AGENDA, (), summary=week, agenda=agenda) for person in waiting.values()]
    return sorted(told, key=lambda mail: (mail.person.name, mail.person.pk))


def awaiting_agenda(
    week: ReminderTime, arrangement: Arrangement, people: People, told_index: ToldIndex
) -> list[Person]:
    """The people in the group who have not had the agenda of this weekly reminder time."""
    group = people.with_role(*arrangement.weekly_roles)
    return [p for p in group if LedgerEntry(p.pk, Audience.GROUP.value, "", week.key, None) not in told_index.entries]


def without_recipient(duties: Iterable[Duty], people: People) -> list[Duty]:
    """Duties that are not done and have nobody at all who could be told about them."""
    if people.stand_ins()[0]:
        return []
    return [duty for duty in duties if not duty.done and not people.owing(duty)]


def _is_summary(person: Person, context: PlanningContext) -> bool:
    """Whether an email sent now is the daily summary that the person has chosen: the first after its hour."""
    if person.summary_hour is None:
        return False
    at, _ = context.rule.summary(person.summary_hour, context.now)
    last = context.told_index.reminded.get(person.pk)
    return context.is_open and context.now >= at and (last is None or last < at)


def _without_held(person: Person, wanted: list[MailItem], context: PlanningContext) -> list[MailItem]:
    """Leaves out what can wait for the person's daily summary; what is due before then is sent now."""
    if person.summary_hour is None:
        return wanted
    _, then = context.rule.summary(person.summary_hour, context.now)
    return [
        item
        for item in wanted
        if not item.reminder_time.waits_for_hours
        or (item.duty.due is not None and context.now <= item.duty.due <= then)
    ]


def _also(wanted: list[MailItem], items: list[MailItem]) -> tuple[MailItem, ...]:
    """What else a daily summary lists: everything that the person still owes."""
    named = {item.duty.key for item in wanted}
    mine = {item.duty.key: item for item in items if item.audience is Audience.OWNER and item.duty.key not in named}
    return tuple(mine[duty.key] for duty in in_order(item.duty for item in mine.values()))


def _with_done(duties: Iterable[Duty], people: People) -> set[Person]:
    return {person for duty in duties if duty.done for person in people.owing(duty)}


def _mail(
    person: Person, wanted: list[MailItem], duties: Iterable[Duty], context: PlanningContext, *, is_first: bool
) -> Mail | None:
    """The person's email; the first one also lists what is done already, so that it has everything of theirs."""
    done: tuple[MailItem, ...] = ()
    if is_first:
        assert context.rule.notified is not None  # it is the first since the notification
        notified = ReminderTime(NOTIFIED, context.rule.notified)
        mine = [duty for duty in duties if duty.done and person in context.people.owing(duty)]
        done = tuple(MailItem(duty, Audience.OWNER, notified) for duty in mine)
    if not wanted and not done:
        return None
    owes = done or any(item.audience is not Audience.OVERSIGHT for item in wanted)
    kind = MailKind.NOTIFICATION if is_first and owes else MailKind.REMINDER
    return Mail(person, kind, tuple(wanted), done)


def before_notification(
    duties: Sequence[Duty],
    turning: frozenset[str],
    *,
    week: ReminderTime,
    arrangement: Arrangement,
    people: People,
    told_index: ToldIndex,
) -> list[Mail]:
    """The weekly summary of what must be ready when the call comes: for owners of what is missing or goes out of date
    (`turning`, keys), and for the group.
    """
    needed = [duty for duty in duties if duty.kind.at_call]
    wanting = [duty for duty in needed if not duty.done or duty.key in turning]
    items: dict[Person, list[MailItem]] = defaultdict(list)
    for duty in wanting:
        for person in people.owing(duty):
            item = MailItem(duty, Audience.WEEKLY, week, turning=duty.done)
            if item.entry(person) not in told_index.entries:
                items[person].append(item)
    everything = tuple(
        MailItem(duty, Audience.GROUP, week, people.missing_for(duty), turning=duty.done) for duty in wanting
    )
    group = people.with_role(*arrangement.weekly_roles) if needed else []
    said = told_index.entries
    waiting = {
        person for person in group if LedgerEntry(person.pk, Audience.GROUP.value, "", week.key, None) not in said
    }
    mails = [
        Mail(
            person,
            MailKind.WEEKLY,
            tuple(items[person]),
            group=everything if person in waiting else (),
            summary=week if person in waiting else None,
        )
        for person in {*items, *waiting}
    ]
    return sorted(mails, key=lambda mail: (mail.person.name, mail.person.pk))
