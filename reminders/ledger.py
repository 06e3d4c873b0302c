"""The ledger as a page shows it: one row per email, failures first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Value, When

from database.prepared import Prepared
from frameworks import Framework
from govuk.dates import long_date
from inspections.actions import item_title
from inspections.models import Inspection
from outbox.models import TROUBLED, WAITING, Message, MessageState
from outbox.reasons import reason_of
from reminders.models import OWING, Audience, Reminder
from reminders.records.reading import Reading
from reminders.rules.reminder_times import LATE, NOTIFIED, WEEKLY, without_marks
from timetable.duties import BESIDE_A_NAME

# The beginnings of the keys of news, which is about a review or a comment.
NEWS = ("review:", "comment:")


@dataclass(frozen=True, slots=True)
class About:
    """What an email said at one reminder time: the words for that time and the titles of the duties."""

    when: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One email of the ledger. `is_waiting` includes mail that is being sent.

    `reason` says in plain words why it did not arrive, if it did not.
    """

    message: Message
    person: str
    about: tuple[About, ...]
    is_waiting: bool
    is_failed: bool
    reason: str


def messages_of(inspection: Inspection, *, words: str = "", states: Iterable[str] = ()) -> QuerySet[Message]:
    """The emails of the inspection: failed ones first, then those with failed attempts, then the newest."""
    mine = Reminder.objects.filter(inspection=inspection, message=OuterRef("pk"))
    trouble = Case(
        When(state__in=TROUBLED, then=Value(0)),
        When(Q(state__in=WAITING) & ~Q(last_error=""), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = Message.objects.filter(Exists(mine)).annotate(trouble=trouble)
    if words:
        found = found.filter(Q(to_name__icontains=words) | Q(to__icontains=words) | Q(subject__icontains=words))
    if states:
        found = found.filter(state__in=list(states))
    reminders = Prefetch("reminders", Reminder.objects.select_related("person").order_by("due", "pk"))
    return found.order_by("trouble", "-created_at", "-pk").prefetch_related(reminders)


def counts_of(inspection: Inspection) -> dict[str, int]:
    """How many emails of the inspection have failed or come back, wait and are sent."""
    mine = Reminder.objects.filter(inspection=inspection, message=OuterRef("pk"))
    return Message.objects.filter(Exists(mine)).aggregate(
        failed=Count("pk", filter=Q(state__in=TROUBLED)),
        waiting=Count("pk", filter=Q(state__in=WAITING)),
        sent=Count("pk", filter=Q(state=MessageState.SENT)),
        total=Count("pk"),
    )


def rows_of(messages: Iterable[Message], reading: Reading) -> list[LedgerRow]:
    """The emails with their subjects in today's words; a duty that no longer exists has the framework's title."""
    titles = {duty.key: duty.title for duty in reading.duties()}
    return [_row(message, titles, reading.snapshot.framework) for message in messages]


def _row(message: Message, titles: Mapping[str, str], framework: Framework) -> LedgerRow:
    by_time: dict[str, list[str]] = {}
    person = message.to_name
    for reminder in message.reminders.all():  # type: ignore[attr-defined]  # the relation is said on the floor above
        person = reminder.person.full_name
        by_time.setdefault(reminder_time_in_words(reminder.point), []).append(_title(reminder, titles, framework))
    return LedgerRow(
        message=message,
        person=person,
        about=tuple(About(when, tuple(titles)) for when, titles in by_time.items()),
        is_waiting=message.state in WAITING,
        is_failed=message.state in TROUBLED,
        reason=reason_of(message.last_error) if message.state in TROUBLED else "",
    )


@dataclass(frozen=True, slots=True)
class UnreachablePerson:
    """Somebody who cannot be reached by email at their present address, and the reason."""

    name: str
    address: str
    reason: str


def latest_trouble(inspection: int) -> QuerySet[Reminder, tuple[Any, ...]]:
    """Emails of the inspection that failed or came back, without a later email that reached the same address."""
    later = Message.objects.filter(
        to=OuterRef("message__to"), state=MessageState.SENT, created_at__gt=OuterRef("message__created_at")
    )
    return (
        Reminder.objects.filter(
            inspection=inspection, person__is_active=True, message__state__in=TROUBLED, message__to=F("person__email")
        )
        .filter(~Exists(later))
        .order_by()
        .values_list("person__full_name", "person_id", "message_id", "message__to", "message__last_error")
        .distinct()
    )


_LATEST_TROUBLE = Prepared(latest_trouble)


def unreachable(inspection: Inspection) -> list[UnreachablePerson]:
    """People of the inspection whose emails fail or come back, by name.

    People whose address has changed since, or who have had a later email, are left out.
    """
    return unreachable_in(_LATEST_TROUBLE(inspection.pk))


def unreachable_in(trouble: Iterable[tuple[Any, ...]]) -> list[UnreachablePerson]:
    """The same from rows of `latest_trouble`."""
    rows = sorted(trouble, key=lambda row: (row[0].casefold(), *row))
    return list({person: UnreachablePerson(name, to, reason_of(error)) for name, person, _, to, error in rows}.values())


def table_of(messages: Iterable[Message], reading: Reading) -> Iterator[tuple[object, ...]]:
    """The emails as rows for a spreadsheet, headings first."""
    yield ("To", "Address", "Subject", "About", "State", "Why not", "Tries", "Written", "Sent", "Message-ID")
    for row in rows_of(messages, reading):
        about = "; ".join(f"{each.when}: {', '.join(each.titles)}" for each in row.about)
        message = row.message
        yield (
            row.person,
            message.to,
            message.subject,
            about,
            message.get_state_display(),
            f"{row.reason} ({message.last_error})" if row.reason else message.last_error,
            message.tries,
            message.created_at,
            message.sent_at,
            message.message_id,
        )


def _title(reminder: Reminder, titles: Mapping[str, str], framework: Framework) -> str:
    if reminder.audience == Audience.GROUP:
        return "The group’s agenda"
    key = reminder.duty_key
    unnamed = BESIDE_A_NAME.get(key.partition(":")[0])
    if unnamed and reminder.audience in OWING:
        return unnamed
    title = titles.get(key) or item_title(framework, key) or key
    return f"{title} (in place of nobody)" if reminder.audience == Audience.STAND_IN else title


def reminder_time_in_words(key: str) -> str:
    """The words for a reminder time on the page, by its key."""
    key = without_marks(key)
    if key == NOTIFIED:
        return "Notification"
    if key.startswith(NEWS):
        return "News of documents"
    if key.startswith(LATE):
        return f"Late on {long_date(date.fromisoformat(key.removeprefix(LATE)))}"
    if key.startswith(WEEKLY):
        return f"Week of {long_date(date.fromisoformat(key.removeprefix(WEEKLY)))}"
    if key == "0":
        return "On the day"
    return f"{key} working day{'' if key == '1' else 's'} before"
