"""The wall: where the inspection is, for people who look up at a screen from five metres; no links, few names.

Visitors pass by it, so a title that may name somebody is replaced as in emails.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.timezone import localdate, localtime

from govuk.dates import WEEKDAYS, clock_time, day_month
from inspections.duty import Duty
from inspections.snapshot import Snapshot
from timetable.countdown import Countdown, OtherDuty, OwnerContact, Task

# How much text of that size fits on a screen.
MOST_TODAY, MOST_LATE, MOST_NAMES = 4, 4, 2
WORDS = {"late": "Late", "done": "Done", "partial": "Part done", "to do": "To do", "": "For information"}


@dataclass(frozen=True, slots=True)
class WallLine:
    """One thing on the wall: its state, what it is, who owes it, and how far it is or when it is due."""

    state: str
    title: str
    who: str = ""
    facts: str = ""

    @property
    def small_print(self) -> str:
        """How far it is, then who owes it; names that do not fit are cut off."""
        return " · ".join(filter(None, (self.facts, self.who)))

    @property
    def words(self) -> str:
        return WORDS[self.state]


@dataclass(frozen=True, slots=True)
class Wall:
    """What the screen shows; `today_more` and `late_more` are how many more there are than fit."""

    next_due: str
    time_left: str
    next_title: str
    next_with_it: int
    today: tuple[WallLine, ...]
    today_more: int
    late: tuple[WallLine, ...]
    late_more: int

    @property
    def late_total(self) -> int:
        return len(self.late) + self.late_more


def wall(countdown: Countdown) -> Wall:
    """The wall of a notified inspection, from its countdown; it makes no queries."""
    snapshot, coming = countdown.snapshot, countdown.next_deadline
    others = [_other(each) for each in countdown.others_today]
    today = [*others, *(_task(task) for task in countdown.today)]
    today.sort(key=lambda line: ("late", "to do", "partial", "", "done").index(line.state))
    late = [_late(duty, snapshot) for duty in countdown.late]
    return Wall(
        next_due=_due(coming, snapshot) if coming else "",
        time_left=countdown.time_left,
        next_title=coming.safe_title if coming else "",
        next_with_it=countdown.due_with_it - 1,
        today=tuple(today[:MOST_TODAY]),
        today_more=len(today[MOST_TODAY:]),
        late=tuple(late[:MOST_LATE]),
        late_more=len(late[MOST_LATE:]),
    )


def _task(task: Task) -> WallLine:
    facts = [f"{task.done} of {task.total} done"] if task.total > 1 else []
    facts += [f"{task.unowned} without an owner"] if task.unowned else []
    return WallLine(task.state, task.dated.step.title, _names(_called(task.contacts)), " · ".join(facts))


def _other(other: OtherDuty) -> WallLine:
    due = f"by {clock_time(localtime(other.duty.due))}" if other.duty.due and not other.duty.done else ""
    return WallLine(other.state, other.duty.safe_title, _names(_called(other.contacts)), due)


def _late(duty: Duty, snapshot: Snapshot) -> WallLine:
    # The people to ask come first, before the date, because what does not fit is cut off at the end.
    owners = sorted(duty.owners, key=lambda owner: not owner.holder_name)
    names = [owner.holder_name or f"{owner.name} (vacant)" for owner in owners]
    who = _names(names or [duty.role.label if duty.role else "no owner"])
    return WallLine("late", duty.safe_title, f"{who} · since {_since(duty, snapshot)}")


def _called(contacts: Iterable[OwnerContact]) -> list[str]:
    return [contact.name or f"{contact.post} (vacant)" for contact in contacts]


def _names(names: Sequence[str]) -> str:
    """The first few of those who owe it, and how many more there are."""
    more = len(names) - MOST_NAMES
    shown = ", ".join(names[:MOST_NAMES])
    return f"{shown} and {more} more" if more > 0 else shown


def _due(duty: Duty, snapshot: Snapshot) -> str:
    """When it is or was due: "5pm today", "5pm, Thursday 21 April"."""
    if duty.due is None:
        return ""
    day, at = localdate(duty.due), clock_time(localtime(duty.due))
    return f"{at} today" if day == snapshot.today else f"{at}, {WEEKDAYS[day.weekday()]} {day_month(day)}"


def _since(duty: Duty, snapshot: Snapshot) -> str:
    """The same in fewer words: for another day, only the weekday is shown."""
    words = _due(duty, snapshot)
    return words if words.endswith("today") else day_month(duty.due)
