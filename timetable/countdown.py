"""The countdown: the steps of the timetable on their days, with the duties they bring and who owes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone

from accounts.models import Role
from inspections.duty import Duty, in_order
from inspections.phases import phase_of
from inspections.schedule import DatedStep, Schedule
from inspections.snapshot import Snapshot
from inspections.working_days import SATURDAY


@dataclass(frozen=True, slots=True)
class OwnerContact:
    """Somebody who owes something: the holder of a post, or the post while it is vacant."""

    name: str
    post: str
    telephone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One step with the duties that it brings.

    `contacts` are the people who have not done theirs, `unowned` is how many of the duties have no owner.
    """

    dated: DatedStep
    duties: tuple[Duty, ...]
    contacts: tuple[OwnerContact, ...]
    unowned: int
    is_late: bool

    @property
    def done(self) -> int:
        return sum(duty.done for duty in self.duties)

    @property
    def total(self) -> int:
        return len(self.duties)

    @property
    def is_done(self) -> bool:
        return bool(self.duties) and self.done == self.total

    @property
    def state(self) -> str:
        """`late`, `done`, `partial` or `to do`; empty for a step without duties."""
        if not self.duties:
            return ""
        if self.is_done:
            return "done"
        if self.is_late:
            return "late"
        return "partial" if self.done else "to do"


@dataclass(frozen=True, slots=True)
class OtherDuty:
    """A duty that belongs to no step of the timetable, such as a request from the inspectors, with those who owe it."""

    duty: Duty
    contacts: tuple[OwnerContact, ...]
    is_late: bool

    @property
    def state(self) -> str:
        """`late`, `done` or `to do`."""
        return "done" if self.duty.done else "late" if self.is_late else "to do"

    @property
    def day(self) -> date | None:
        """The day on which it is due; None if it has no date."""
        return timezone.localdate(self.duty.due) if self.duty.due else None


@dataclass(frozen=True, slots=True)
class DayRow:
    """One working day: how its date was computed, what starts, ends or is due on it, and the state of its cell."""

    number: int
    date: date
    explanation: str
    tasks: tuple[Task, ...]
    others: tuple[OtherDuty, ...]
    state: str

    @property
    def is_late(self) -> bool:
        return any(task.is_late for task in self.tasks) or any(other.is_late for other in self.others)


@dataclass(frozen=True)
class Countdown:
    """Where the inspection is, what must happen today and on the next working day, and every day to the last."""

    snapshot: Snapshot
    dates: Schedule
    tasks: tuple[Task, ...]
    next_deadline: Duty | None
    due_with_it: int
    late: tuple[Duty, ...]
    others: tuple[OtherDuty, ...] = ()

    @property
    def day(self) -> int | None:
        return self.snapshot.day

    @property
    def is_over(self) -> bool:
        """Whether the last day has passed."""
        return self.snapshot.today > self.last_date

    @property
    def last_date(self) -> date:
        return self.dates.days[-1].date

    @property
    def why_not_today(self) -> str:
        """Why today does not count ("Easter Monday"); empty on a working day."""
        return self.snapshot.calendar.why_not(self.snapshot.today) or ""

    @cached_property
    def today(self) -> tuple[Task, ...]:
        return self._on(self.snapshot.today)

    @cached_property
    def next_day(self) -> date:
        """The working day after today."""
        return self.snapshot.calendar.next_working(self.snapshot.today + timedelta(days=1))

    @cached_property
    def tomorrow(self) -> tuple[Task, ...]:
        return self._on(self.next_day)

    @cached_property
    def others_today(self) -> tuple[OtherDuty, ...]:
        """Duties besides the steps that are due today."""
        return tuple(other for other in self.others if other.day == self.snapshot.today)

    @cached_property
    def others_tomorrow(self) -> tuple[OtherDuty, ...]:
        """Those due on the next working day, or on one before it that does not count."""
        days = (self.snapshot.today + timedelta(days=1), self.next_day)
        return tuple(other for other in self.others if other.day and days[0] <= other.day <= days[1])

    @property
    def next_number(self) -> int | None:
        """The number of the next working day in the inspection; None once the last day has passed."""
        return self.dates.number_on(self.next_day)

    @cached_property
    def phase(self) -> str:
        """The phase of the inspection today, in the framework's words."""
        return phase_of(self.snapshot).title

    @property
    def time_left(self) -> str:
        """The time to the next deadline, in words."""
        if self.next_deadline is None or self.next_deadline.due is None:
            return ""
        # In real time: between times in one zone Python would ignore the change of the clocks.
        return in_words(self.next_deadline.due.astimezone(UTC) - self.snapshot.now.astimezone(UTC))

    @cached_property
    def days(self) -> tuple[DayRow, ...]:
        on_date: dict[date | None, list[Task]] = defaultdict(list)
        for task in self.tasks:
            for when in dict.fromkeys((task.dated.first, task.dated.last)):
                on_date[when].append(task)
        return tuple(
            DayRow(
                number=day.number,
                date=day.date,
                explanation=day.explanation,
                tasks=tuple(on_date[day.date]),
                others=tuple(other for other in self.others if other.day == day.date),
                state=_when(day.date, self.snapshot.today),
            )
            for day in self.dates.days
        )

    @property
    def off_the_days(self) -> tuple[Task, ...]:
        """Steps that are on no day of the list: on a date yet to be stated, say, or on a Sunday."""
        shown = {task.dated.step.key for row in self.days for task in row.tasks}
        return tuple(task for task in self.tasks if task.dated.step.key not in shown)

    @property
    def others_off_the_days(self) -> tuple[OtherDuty, ...]:
        """Duties besides the steps that are on no day of the list: without a date, say, or on a Sunday."""
        return tuple(other for other in self.others if not other.day or self.dates.number_on(other.day) is None)

    @property
    def strip(self) -> tuple[dict[str, Any], ...]:
        """Every calendar day from the notification to the last day, as input for `govuk_day_strip`.

        A day with a deadline that was missed is late; days that do not count are gaps with the reason.
        """
        numbers = {day.date: day.number for day in self.dates.days}
        late = {timezone.localdate(duty.due) for duty in self.late if duty.due}
        deadlines = {task.dated.last for task in self.tasks if task.duties}
        deadlines |= {other.day for other in self.others}
        first, last = self.dates.notified, self.dates.days[-1].date
        days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
        return tuple(
            {
                "date": day,
                "number": numbers.get(day),
                "reason": self._reason(day, is_late=day in late),
                "state": self._cell(day, is_working=day in numbers, is_late=day in late),
                "deadline": day in deadlines,
                "href": f"#day-{numbers[day]}" if day in numbers else "",
            }
            for day in days
        )

    def _cell(self, day: date, *, is_working: bool, is_late: bool) -> str:
        if is_late:
            return "late"
        if not is_working:
            return "weekend" if day.weekday() >= SATURDAY else "holiday"
        return _when(day, self.snapshot.today)

    def _reason(self, day: date, *, is_late: bool) -> str:
        why_not = self.snapshot.calendar.why_not(day)
        if why_not:
            return why_not
        # A late day is drawn as late, so the words have to say that it is today.
        return "today" if is_late and day == self.snapshot.today else ""

    def _on(self, day: date) -> tuple[Task, ...]:
        """The steps of that day; on one that does not count, only those whose own first or last date it is."""
        is_working = self.snapshot.calendar.is_working(day)
        return tuple(
            task
            for task in self.tasks
            if task.dated.first is not None
            and task.dated.last is not None
            and (
                task.dated.first <= day <= task.dated.last if is_working else day in (task.dated.first, task.dated.last)
            )
        )


def countdown(
    snapshot: Snapshot, duties: Sequence[Duty], *, role_contacts: Iterable[tuple[Role, OwnerContact]] = ()
) -> Countdown:
    """The countdown of a notified inspection from its duties; no queries of its own.

    `role_contacts` are the people to ask about what a role owes (the DCS office). Raises ValueError before
    notification, because there are no dates yet.
    """
    if snapshot.schedule is None:
        raise ValueError("There is no countdown before the notification.")
    people = list(role_contacts)
    tasks = []
    for dated in snapshot.schedule.steps:
        own = tuple(duty for duty in duties if duty.kind.is_for(dated.step, duty.key))
        tasks.append(_task(dated, own, people, snapshot.now))
    coming = ahead(duties, snapshot.now)
    first = coming[0] if coming else None
    return Countdown(
        snapshot=snapshot,
        dates=snapshot.schedule,
        tasks=tuple(tasks),
        next_deadline=first,
        due_with_it=sum(duty.due == first.due for duty in coming) if first else 0,
        late=tuple(in_order(duty for duty in duties if duty.is_late(snapshot.now))),
        others=others_of((duty for duty in duties if not duty.hangs_on_call), snapshot.now, people),
    )


def others_of(
    duties: Iterable[Duty], now: datetime, people: Sequence[tuple[Role, OwnerContact]] = ()
) -> tuple[OtherDuty, ...]:
    """Duties besides the steps as pages show them, by date; those without one last."""
    return tuple(OtherDuty(duty, _contacts((duty,), people), duty.is_late(now)) for duty in in_order(duties))


def ahead(duties: Iterable[Duty], now: datetime) -> list[Duty]:
    """What is still owed and has a deadline ahead, the next first."""
    return in_order(duty for duty in duties if not duty.done and duty.due is not None and duty.due >= now)


def _task(dated: DatedStep, own: tuple[Duty, ...], people: list[tuple[Role, OwnerContact]], now: datetime) -> Task:
    return Task(
        dated=dated,
        duties=own,
        contacts=_contacts(own, people),
        unowned=sum(duty.is_unowned and not duty.done for duty in own),
        is_late=any(duty.is_late(now) for duty in own),
    )


def _contacts(duties: Iterable[Duty], people: Sequence[tuple[Role, OwnerContact]]) -> tuple[OwnerContact, ...]:
    found: dict[OwnerContact, None] = {}
    for duty in duties:
        if duty.done:
            continue
        for owner in duty.owners:
            contact = OwnerContact(
                name=owner.holder_name or "",
                post=owner.name,
                telephone=owner.holder_telephone or "",
                email=owner.holder_email or "",
            )
            found.setdefault(contact)
        for role, contact in people:
            if duty.role == role and not duty.people:
                found.setdefault(contact)
    return tuple(found)


def where(snapshot: Snapshot) -> str:
    """Where a notified inspection is, in words: "Day 4 of 40", "All 40 days have passed"; empty before notification."""
    if snapshot.schedule is None:
        return ""
    days = snapshot.schedule.days
    if snapshot.today > days[-1].date:
        return f"All {len(days)} days have passed"
    return f"Day {snapshot.day} of {len(days)}"


def _when(day: date, today: date) -> str:
    if day < today:
        return "past"
    return "today" if day == today else "coming"


def in_words(left: timedelta) -> str:
    """A length of time in words: the two largest of days, hours and minutes ("1 day 3 hours")."""
    minutes = max(0, int(left.total_seconds() // 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    while parts and not parts[0][0]:
        parts.pop(0)
    words = [f"{count} {unit}" if count == 1 else f"{count} {unit}s" for count, unit in parts[:2] if count]
    return " ".join(words) or "less than a minute"
