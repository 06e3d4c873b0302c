"""Who did what on an inspection, and how the record of it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.models import Event
from govuk.dates import long_datetime
from inspections.models import Inspection
from inspections.working_days import in_words

LONDON = ZoneInfo("Europe/London")
# Who acted if no person did: the clock, or somebody at the console.
NOBODY = "The software"
# Who acted if the record must not say it.
HIDDEN = "Somebody, not shown here"
SHORT = 200  # characters


def events_of(inspection: Inspection, *, person: str = "", thing: str = "", day: date | None = None) -> QuerySet[Event]:
    """The record of the inspection and of its council (people, posts, closure days), latest first, filtered.

    `person` is part of a name or email address, `thing` part of what was done or to what, `day` a day in London.
    """
    events = Event.objects.filter(council_id=inspection.council_id, inspection__in=("", inspection.slug))
    if person:
        of_nobody = Q(by=None) if person.lower() in NOBODY.lower() else Q()
        named = Q(by__full_name__icontains=person) | Q(by__email__icontains=person)
        events = events.filter((named & Q(hides_person=False)) | of_nobody)
    if thing:
        events = events.filter(Q(verb__icontains=thing) | Q(subject__icontains=thing))
    if day is not None:
        start = datetime.combine(day, time.min, tzinfo=LONDON)
        # Not the next day's start: the calendar's last day has no next one.
        events = events.filter(at__gte=start, at__lte=datetime.combine(day, time.max, tzinfo=LONDON))
    return events.select_related("by").order_by("-at", "-pk")


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """One event as shown on a page."""

    event: Event

    @property
    def who(self) -> str:
        if self.event.hides_person:
            return HIDDEN
        return self.event.by.full_name if self.event.by else NOBODY

    @property
    def what(self) -> str:
        verb = self.event.verb
        return f"{verb[:1].upper()}{verb[1:]}"

    @property
    def lines(self) -> list[str]:
        """What else the event holds, in words: before and after, the reason, and so on."""
        return in_lines(self.event.detail)

    @property
    def is_short(self) -> bool:
        """Whether the lines are short enough to be shown in the list without folding."""
        return sum(map(len, self.lines)) <= SHORT


def in_lines(detail: Mapping[str, Any]) -> list[str]:
    """The detail of an event in lines such as "Before: Strategic Lead, Safeguarding".

    Empty values are left out, except before and after, where "nothing" is worth saying.
    """
    lines = []
    for key, value in detail.items():
        if value in (None, "", []) and key not in ("before", "after"):
            continue
        words = str(key).replace("_", " ")
        lines.append(f"{words[:1].upper()}{words[1:]}: {_said(value)}")
    return lines


def _said(value: Any) -> str:
    if value is None or value == "" or value == []:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {_said(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(_said(each) for each in value) if not _is_move(value) else "; ".join(map(_moved, value))
    return _date_said(str(value))


def _is_move(value: list[Any]) -> bool:
    """Whether it describes a move: title, from, to and, if it was stored, the key of the step."""
    return all(isinstance(each, list) and len(each) in (3, 4) for each in value)


def _moved(move: list[Any]) -> str:
    step, before, after = move[:3]
    return f"{step} from {_said(before)} to {_said(after)}"


def _date_said(text: str) -> str:
    try:
        if len(text) == 10:
            return in_words(date.fromisoformat(text))
        moment = datetime.fromisoformat(text) if text[10:11] == "T" else None
    except ValueError:
        return text
    return long_datetime(moment) if moment and moment.tzinfo else text
