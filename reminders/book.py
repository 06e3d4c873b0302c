"""What has been said to whom: the ledger as the rules ask it. The preview writes its own into one, and no row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max, Q

from inspections.models import Inspection
from reminders.models import AFTER_NOTIFICATION, Reminder
from reminders.points import NOTIFIED


class Entry(NamedTuple):
    """What makes a row of the ledger one: a reminder that is in it is not sent again."""

    person: int
    audience: str
    duty_key: str
    point: str
    due: datetime | None


Heard = tuple[int, str, str, datetime | None]  # person, audience, duty and the deadline spoken of


class Book:
    """The ledger of one inspection, as far as it matters at the points in question.

    entries   rows at these points
    heard     when a person last heard of a duty with this deadline, since the notification
    reminded  when a person last got an email other than the notification's
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = set(entries)
        self.heard: dict[Heard, datetime] = {}
        self.reminded: dict[int, datetime] = {}

    def has(self, entry: Entry, point_at: datetime) -> bool:
        """Whether that has been said: at this very point, or since the moment of it at another one.

        The second is how points that were changed do not say again what was said at the old ones.
        """
        if entry in self.entries:
            return True
        heard = self.heard.get((entry.person, entry.audience, entry.duty_key, entry.due))
        return heard is not None and (entry.point == NOTIFIED or heard >= point_at)

    def has_told(self, person: int) -> bool:
        """Whether the person has had any email since the notification."""
        return any(heard[0] == person for heard in self.heard)

    def told(self) -> frozenset[int]:
        """Everybody who has had an email since the notification."""
        return frozenset(heard[0] for heard in self.heard)

    def last_due(self) -> dict[tuple[int, str], datetime | None]:
        """The deadline with which each person was last told of each duty."""
        in_order = sorted(self.heard.items(), key=lambda each: each[1])
        return {(person, duty): due for (person, _, duty, due), _ in in_order}

    def write(self, entries: Iterable[Entry], at: datetime) -> None:
        """Adds what is said at `at`."""
        for entry in entries:
            self.entries.add(entry)
            if entry.audience in AFTER_NOTIFICATION:
                self.heard[entry.person, entry.audience, entry.duty_key, entry.due] = at
                if entry.point != NOTIFIED:
                    self.reminded[entry.person] = at


def book_of(inspection: Inspection, points: Iterable[str]) -> Book:
    """The ledger at these points (two queries, however long it is)."""
    rows = Reminder.objects.filter(inspection=inspection).order_by()
    at_points = rows.filter(point__in=sorted(points))
    book = Book(Entry(*row) for row in at_points.values_list("person_id", "audience", "duty_key", "point", "due"))
    later = (
        rows.filter(audience__in=AFTER_NOTIFICATION)
        .values_list("person_id", "audience", "duty_key", "due")
        .annotate(last=Max("created_at"), reminded=Max("created_at", filter=~Q(point=NOTIFIED)))
    )
    for person, audience, duty, due, last, reminded in later:
        book.heard[person, audience, duty, due] = last
        if reminded is not None:
            book.reminded[person] = max(reminded, book.reminded.get(person, reminded))
    return book
