"""A step or an event as something whose date people set: its name, its date and how that was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from frameworks import NOTIFIED, Step
from inspections.dates_actions import is_notification, title_of
from inspections.schedule import Schedule
from inspections.set_dates import ACTUAL, MOVED
from inspections.snapshot import Snapshot
from inspections.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Subject:
    """A step, which can be "moved", or an event that others are counted from, which can be "actual".

    `word` stands for the kind in its address. Before the notification its dates are those that would follow today.
    """

    kind: str
    key: str
    title: str
    first: date | None
    last: date | None
    day: int | None
    last_day: int | None
    explanation: str
    is_set: bool
    is_notification: bool = False
    step: Step | None = None

    @property
    def word(self) -> str:
        return "step" if self.kind == MOVED else "event"

    @property
    def is_range(self) -> bool:
        timing = self.step.timing if self.step else None
        return timing is not None and timing.first != timing.last

    def working_days(self, calendar: WorkingCalendar) -> int:
        """How many working days it takes, including the first and last."""
        if self.first is None or self.last is None or self.first == self.last:
            return 1
        first = calendar.next_working(self.first)
        return max(1, calendar.between(first, self.last) + 1)


def subject_of(snapshot: Snapshot, kind: str, key: str) -> Subject:
    """The step or event with this key; KeyError if the framework has none."""
    dates = snapshot.schedule or snapshot.if_called_today
    if kind == MOVED:
        step = snapshot.framework.step(key)
        dated = dates.step(key)
        return Subject(
            kind=kind,
            key=key,
            title=step.title,
            first=dated.first,
            last=dated.last,
            day=dated.first_day,
            last_day=dated.last_day,
            explanation=dated.explanation,
            is_set=dated.moved,
            is_notification=is_notification(snapshot.framework, step),
            step=step,
        )
    if key == NOTIFIED or all(anchor.key != key for anchor in snapshot.framework.anchors):
        raise KeyError(key)
    return _event(snapshot, dates, key)


def _event(snapshot: Snapshot, dates: Schedule, key: str) -> Subject:
    day = dates.anchors.get(key)
    is_set = any((set_date.kind, set_date.key) == (ACTUAL, key) for set_date in snapshot.set_dates)
    title = title_of(snapshot.framework, ACTUAL, key)
    number = dates.number_on(day) if day else None
    return Subject(ACTUAL, key, title, day, day, number, number, dates.why_anchor(key), is_set)


def dated_events(snapshot: Snapshot) -> list[Subject]:
    """Every event that dates are counted from, except the notification, in the framework's order."""
    return [subject_of(snapshot, ACTUAL, anchor.key) for anchor in snapshot.framework.anchors if anchor.key != NOTIFIED]
