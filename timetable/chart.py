"""The whole inspection as a chart: a bar for each step over the working days, a line for today, and each step's state.

Positions are percentages of the width, so that the drawing stretches with the page while its words keep their size. A
state is never shown by colour alone: each has its own shape, and its words are in the bar's row.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from govuk.dates import MONTHS
from timetable.countdown import Countdown, Task

#: state -> (words, shape). In the order of the legend and the sentence.
STATES = {
    "late": ("Late", "late"),
    "partial": ("Begun", "partial"),
    "to do": ("To do", "todo"),
    "done": ("Done", "done"),
    "nothing": ("Nothing owed yet", "info"),
    "now": ("For information, now", "info"),
    "coming": ("For information, to come", "info"),
    "past": ("For information, past", "info"),
}
#: The space for the words of a bar, as part of the width: closer to the right edge they are to the left of the bar.
WORDS_FIT_UNTIL = 82.0
LABEL_EVERY = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a bar is drawn, in per cent of the width, its shape and the place of its words."""

    shape: str
    begin: str
    width: str
    words: str
    words_at: str
    words_before: bool


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One step with its bar and its state: a key of STATES."""

    task: Task
    state: str
    bar: Bar | None

    @property
    def words(self) -> str:
        """Its state, in words: "Late: 3 of 13 done"."""
        words = STATES[self.state][0]
        return f"{words}: {self.task.done} of {self.task.total} done" if self.task.total > 1 else words


@dataclass(frozen=True, slots=True)
class ChartMark:
    """Something other than a step, with its mark on its day: a duty with a date of its own, or the set-up meeting."""

    title: str
    url: str
    at: datetime | None
    day: int | None
    state: str
    bar: Bar | None

    @property
    def words(self) -> str:
        """Its state, in words."""
        return STATES[self.state][0]


@dataclass(frozen=True, slots=True)
class Label:
    """A day's number and date above the chart, and which end of them is at the position."""

    at: str
    anchor: str
    number: int
    date: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Rows in the framework's order, the marks besides the steps, the labels, and how many are in which state.

    `gaps` are the positions where days are skipped, `today_at` that of today; empty if today is not drawn.
    """

    rows: tuple[ChartRow, ...]
    besides: tuple[ChartMark, ...]
    labels: tuple[Label, ...]
    gaps: tuple[str, ...]
    today_at: str
    today_anchor: str
    counts: tuple[tuple[str, str, int], ...]


def chart(found: Countdown, *, today: date | None, meeting: datetime | None = None, contact_page: str = "") -> Chart:
    """The chart of a countdown; `today` is None if no line is to be drawn (before the notification).

    `meeting` is when the set-up meeting is, if that is recorded; `contact_page` is the address of its page.
    """
    days = [day.date for day in found.dates.days]
    rows = []
    for task in found.tasks:
        state = _state(task, found.snapshot.today)
        rows.append(ChartRow(task, state, _bar(task.dated.first, task.dated.last, state, days)))
    facts = [(other.duty.title, other.duty.url, other.duty.due, other.state) for other in found.others]
    if meeting is not None:
        facts.insert(0, ("Set-up meeting", contact_page, meeting, "coming" if meeting > found.snapshot.now else "past"))
    besides = [_besides(found, *each, days) for each in facts]
    number = Counter([*(row.state for row in rows), *(row.state for row in besides)])
    counts = tuple((words, shape, number[state]) for state, (words, shape) in STATES.items() if number[state])
    today_at = _middle(today, days) if today is not None and days[0] <= today <= days[-1] else None
    return Chart(
        tuple(rows),
        tuple(besides),
        labels=_labels(days),
        gaps=tuple(f"{_part(n, days):.2f}" for n in range(1, len(days)) if (days[n] - days[n - 1]).days > 1),
        today_at="" if today_at is None else f"{today_at:.2f}",
        today_anchor="" if today_at is None else "start" if today_at < 5 else "end" if today_at > 95 else "middle",
        counts=counts,
    )


def _besides(
    found: Countdown, title: str, url: str, at: datetime | None, state: str, days: Sequence[date]
) -> ChartMark:
    day = localdate(at) if at else None
    drawn_on = day if day is not None and days[0] <= day <= days[-1] else None
    number = found.dates.number_on(day) if day else None
    return ChartMark(title, url, at, number, state, _bar(drawn_on, drawn_on, state, days))


def _state(task: Task, today: date) -> str:
    if task.state:
        return task.state
    if task.dated.step.deadline:
        # A deadline of the council whose duties are not known yet: audits of cases that nobody has selected.
        return "nothing"
    if task.dated.first is None or task.dated.first > today:
        return "coming"
    return "past" if task.dated.last is not None and task.dated.last < today else "now"


def _part(number: float, days: Sequence[date]) -> float:
    return 100 * number / len(days)


def _middle(day: date, days: Sequence[date]) -> float:
    """The position of a day: the middle of its column, or the border before the next one if it does not count."""
    index = bisect_left(days, day)
    is_there = index < len(days) and days[index] == day
    return _part(index + (0.5 if is_there else 0.0), days)


def _bar(first: date | None, last: date | None, state: str, days: Sequence[date]) -> Bar | None:
    if first is None or last is None:
        return None
    begin = _part(bisect_left(days, first), days)
    end = min(max(_part(bisect_right(days, last), days), begin + _part(0.25, days)), 100.0)
    words, shape = STATES[state]
    before = end > WORDS_FIT_UNTIL
    return Bar(
        shape,
        begin=f"{begin:.2f}",
        width=f"{max(end - begin, 0.5):.2f}",
        words=f"{_MARKS.get(shape, '')}{words}",
        words_at=f"{begin if before else end:.2f}",
        words_before=before,
    )


_MARKS = {"late": "! ", "done": "✓ "}


def _labels(days: Sequence[date]) -> tuple[Label, ...]:
    """Day numbers with their dates, every fifth."""
    # There is no room for the fifth beside the first.
    numbers = [1, *range(2 * LABEL_EVERY, len(days) + 1, LABEL_EVERY)]
    labels = []
    for number in numbers:
        at, anchor = _place_of_label(number, days)
        day = days[number - 1]
        labels.append(Label(at, anchor, number, f"{day.day} {MONTHS[day.month - 1][:3]}"))
    return tuple(labels)


def _place_of_label(number: int, days: Sequence[date]) -> tuple[str, str]:
    """The position of a day's label and which end is there: the first and last stay inside the picture."""
    if number == 1:
        return "0.00", "start"
    if number == len(days):
        return "100.00", "end"
    return f"{_part(number - 0.5, days):.2f}", "middle"
