"""Who has been told what: the ledger in the form that the rules need. The preview adds its own emails, without rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Min, Q, QuerySet

from database.prepared import Prepared
from inspections.models import Inspection
from reminders.models import AT_REMINDER_TIMES, Audience, Reminder
from reminders.rules.reminder_times import AGAIN, EARLY, NOTIFIED, is_early, without_marks


class LedgerEntry(NamedTuple):
    """What identifies a row of the ledger: a reminder that is in it is not sent again."""

    person: int
    audience: str
    duty_key: str
    point: str
    due: datetime | None


Heard = tuple[int, str, str, datetime | None]  # person, audience, duty and the deadline that was named


class ToldIndex:
    """The ledger of one inspection, as far as it matters at the given reminder times.

    entries   rows at these reminder times
    heard     when a person was last told about a duty with this deadline; `times` says how often
    called    people who have had an email since the notification
    reminded  when a person last got an email other than the notification's
    agendas   when the agenda of each week was first sent, by the key of its reminder time
    """

    def __init__(self, entries: Iterable[LedgerEntry] = ()) -> None:
        self.entries = set(entries)
        self.heard: dict[Heard, datetime] = {}
        self.times: dict[Heard, int] = {}
        self.last: dict[tuple[int, str, str], datetime | None] = {}  # the deadline named last, for each audience
        self.called: set[int] = set()
        self.reminded: dict[int, datetime] = {}
        self.agendas: dict[str, datetime] = {}

    def has(self, entry: LedgerEntry, time_at: datetime) -> bool:
        """Whether that has been said: at this reminder time, or after it at another one.

        The second condition keeps changed reminder times from repeating what was said at the old ones. Neither counts
        if the person has been told about another deadline since.
        """
        if self.is_back(entry):
            return False
        if entry in self.entries:
            return True
        heard = self.heard.get(_heard(entry))
        return heard is not None and (entry.point == NOTIFIED or heard >= time_at)

    def is_back(self, entry: LedgerEntry) -> bool:
        """Whether the deadline is again one that the person was told about before they were told about another."""
        return _heard(entry) in self.heard and self.last[entry.person, entry.audience, entry.duty_key] != entry.due

    def key_for(self, entry: LedgerEntry) -> str:
        """The key in the ledger: numbered if it is said again, so that only one of two ticks says it."""
        return f"{entry.point}{AGAIN}{self.times[_heard(entry)]}" if self.is_back(entry) else entry.point

    def watched_since(self, at: datetime) -> set[int]:
        """The people who have been told what others have late, at `at` or after it."""
        return {heard[0] for heard, when in self.heard.items() if heard[1] == Audience.OVERSIGHT and when >= at}

    def last_due(self) -> dict[tuple[int, str], datetime | None]:
        """The deadline that each person was last told for each duty."""
        in_order = sorted(self.heard.items(), key=lambda each: each[1])
        return {(person, duty): due for (person, _, duty, due), _ in in_order}

    def last_agenda(self, before: str) -> datetime | None:
        """When the agenda before that of this reminder time was sent; None if it is the first."""
        return max((at for key, at in self.agendas.items() if key < before), default=None)

    def write(self, entries: Iterable[LedgerEntry], at: datetime) -> None:
        """Adds what is said at `at`."""
        for entry in entries:
            self.entries.add(entry)
            if entry.audience == Audience.GROUP:
                self.agendas.setdefault(entry.point, at)
            if entry.audience in AT_REMINDER_TIMES:
                self._hear(_heard(entry), at, self.times.get(_heard(entry), 0) + 1)
                if not is_early(entry.point):
                    self.called.add(entry.person)
                if without_marks(entry.point) != NOTIFIED:
                    self.reminded[entry.person] = at

    def _hear(self, heard: Heard, at: datetime, times: int) -> None:
        person, audience, duty, due = heard
        self.heard[heard], self.times[heard] = at, times
        self.last[person, audience, duty] = due


def _heard(entry: LedgerEntry) -> Heard:
    return entry.person, entry.audience, entry.duty_key, entry.due


def _heard_in(rows: QuerySet[Reminder]) -> QuerySet:
    return (
        rows.filter(audience__in=AT_REMINDER_TIMES)
        .order_by()
        .values("person_id", "audience", "duty_key", "due")
        .annotate(
            last=Max("created_at"),
            times=Count("pk"),
            called=Count("pk", filter=~Q(point__contains=EARLY)),
            reminded=Max("created_at", filter=~Q(point=NOTIFIED) & ~Q(point__startswith=NOTIFIED + AGAIN)),
        )
        .order_by("last")
        .values_list("person_id", "audience", "duty_key", "due", "last", "times", "called", "reminded")
    )


_HEARD = Prepared(lambda inspection: _heard_in(Reminder.objects.filter(inspection=inspection)))


def told_index_of(inspection: Inspection, keys: Iterable[str], *, without: Collection[int] = ()) -> ToldIndex:
    """The ledger at the reminder times with these keys, without some messages."""
    rows = Reminder.objects.filter(inspection=inspection).order_by()
    if without:
        rows = rows.exclude(message__in=without)
    at_reminder_times = rows.filter(point__in=sorted(keys))
    told_index = ToldIndex(
        LedgerEntry(*row) for row in at_reminder_times.values_list("person_id", "audience", "duty_key", "point", "due")
    )
    agendas = rows.filter(audience=Audience.GROUP).values_list("point").annotate(first=Min("created_at"))
    told_index.agendas = dict(agendas)
    heard = _heard_in(rows) if without else _HEARD(inspection.pk)
    for person, audience, duty, due, last, times, called, reminded in heard:
        told_index._hear((person, audience, duty, due), last, times)
        if called:
            told_index.called.add(person)
        if reminded is not None:
            told_index.reminded[person] = max(reminded, told_index.reminded.get(person, reminded))
    return told_index
