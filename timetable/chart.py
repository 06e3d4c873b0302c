"""The whole inspection as a chart: a bar for each step over the working days, today's line, and how each step stands.

Positions are percentages of the width, so that the drawing stretches with the page while its words keep their size.
State is never colour alone: each has a shape of its own, and its words stand in the bar's row.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from govuk.dates import MONTHS
from govuk.markup import build, build_all
from timetable.countdown import Countdown, Task

#: state -> (words, what it is drawn as). In the order in which the legend and the sentence name them.
STATES = {
    "late": ("Late", "late"),
    "partial": ("Begun", "partial"),
    "to do": ("To do", "todo"),
    "done": ("Done", "done"),
    "now": ("For information, now", "info"),
    "coming": ("For information, to come", "info"),
    "past": ("For information, past", "info"),
}
#: Room that the words of a bar take, as part of the width: nearer to the right edge they stand before it.
WORDS_FIT_UNTIL = 82.0
LABEL_EVERY = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One step with its bar and how it stands: a key of STATES."""

    task: Task
    state: str
    drawn: SafeString

    @property
    def words(self) -> str:
        """How it stands, in words: "Late: 3 of 13 done"."""
        words = STATES[self.state][0]
        return f"{words}: {self.task.done} of {self.task.total} done" if self.task.total > 1 else words


@dataclass(frozen=True, slots=True)
class Besides:
    """Something that is no step with its mark on its day: a duty with a date of its own, or the set-up meeting."""

    title: str
    url: str
    at: datetime | None
    day: int | None
    state: str
    drawn: SafeString

    @property
    def words(self) -> str:
        """How it stands, in words."""
        return STATES[self.state][0]


@dataclass(frozen=True, slots=True)
class Chart:
    """Rows in the framework's order, what there is besides the steps, the head, and how many are in which state."""

    rows: tuple[Row, ...]
    besides: tuple[Besides, ...]
    head: SafeString
    counts: tuple[tuple[str, str, int], ...]


def chart(found: Countdown, *, today: date | None, meeting: datetime | None = None, contact_page: str = "") -> Chart:
    """The chart of a countdown; `today` is None where no line is to be drawn (before the notification).

    `meeting` is when the set-up meeting is, where that is recorded; `contact_page` the address of what is said of it.
    """
    days = [day.date for day in found.dates.days]
    lines = _lines(days, today)
    rows = []
    for task in found.tasks:
        state = _state(task, found.snapshot.today)
        rows.append(Row(task, state, _row(task.dated.first, task.dated.last, state, days, lines)))
    facts = [(other.duty.title, other.duty.url, other.duty.due, other.state) for other in found.others]
    if meeting is not None:
        facts.insert(0, ("Set-up meeting", contact_page, meeting, "coming" if meeting > found.snapshot.now else "past"))
    besides = [_besides(found, *each, days, lines) for each in facts]
    number = Counter([*(row.state for row in rows), *(row.state for row in besides)])
    counts = tuple((words, shape, number[state]) for state, (words, shape) in STATES.items() if number[state])
    return Chart(tuple(rows), tuple(besides), _head(days, today), counts)


def _besides(
    found: Countdown,
    title: str,
    url: str,
    at: datetime | None,
    state: str,
    days: Sequence[date],
    lines: SafeString,
) -> Besides:
    day = localdate(at) if at else None
    drawn_on = day if day is not None and days[0] <= day <= days[-1] else None
    number = found.dates.number_on(day) if day else None
    return Besides(title, url, at, number, state, _row(drawn_on, drawn_on, state, days, lines))


def _state(task: Task, today: date) -> str:
    if task.state:
        return task.state
    if task.dated.first is None or task.dated.first > today:
        return "coming"
    return "past" if task.dated.last is not None and task.dated.last < today else "now"


def _part(number: float, days: Sequence[date]) -> float:
    return 100 * number / len(days)


def _lines(days: Sequence[date], today: date | None) -> SafeString:
    """A hair where days are skipped, and a line through today."""
    gaps = [n for n in range(1, len(days)) if (days[n] - days[n - 1]).days > 1]
    drawn = build_all(
        '<rect x="{}%" y="0" width="1" height="100%" class="house-chart__gap"/>',
        ((f"{_part(n, days):.2f}",) for n in gaps),
    )
    if today is None or not days[0] <= today <= days[-1]:
        return drawn
    at = _middle(today, days)
    line = build('<rect x="{}%" y="0" width="2" height="100%" class="house-chart__today"/>', f"{at:.2f}")
    return build("{}{}", drawn, line)


def _middle(day: date, days: Sequence[date]) -> float:
    """Where a day is: the middle of its column, or the border before the next where it does not count."""
    index = bisect_left(days, day)
    is_there = index < len(days) and days[index] == day
    return _part(index + (0.5 if is_there else 0.0), days)


def _row(first: date | None, last: date | None, state: str, days: Sequence[date], lines: SafeString) -> SafeString:
    bar: SafeString | str = ""
    if first is not None and last is not None:
        begin = _part(bisect_left(days, first), days)
        end = max(_part(bisect_right(days, last), days), begin + _part(0.25, days))
        bar = _bar(begin, min(end, 100.0), STATES[state])
    return build('<svg class="house-chart__row" aria-hidden="true" focusable="false">{}{}</svg>', lines, bar)


def _bar(begin: float, end: float, state: tuple[str, str]) -> SafeString:
    words, shape = state
    width = max(end - begin, 0.5)
    parts = [build(_RECT, f"{begin:.2f}", *_HEIGHTS[shape], f"{width:.2f}", shape)]
    if shape == "partial":
        parts.append(build(_RECT, f"{begin:.2f}", "50%", "25%", f"{width:.2f}", "half"))
    if shape != "info":
        before = end > WORDS_FIT_UNTIL
        place = (f"{begin:.2f}", "-6", "end") if before else (f"{end:.2f}", "6", "start")
        parts.append(build(_WORDS, *place, shape, f"{_MARKS.get(shape, '')}{words}"))
    return build_all("{}", ((part,) for part in parts))


_RECT = '<rect x="{}%" y="{}" height="{}" width="{}%" class="house-chart__bar house-chart__bar--{}"/>'
_WORDS = (
    '<text x="{}%" dx="{}" y="50%" dy=".35em" text-anchor="{}" '
    'class="house-chart__words house-chart__words--{}">{}</text>'
)
#: How high a bar stands in its row, by shape: top and height.
_HEIGHTS = dict.fromkeys(("late", "partial", "todo", "done"), ("25%", "50%")) | {"info": ("44%", "12%")}
_MARKS = {"late": "! ", "done": "✓ "}


def _head(days: Sequence[date], today: date | None) -> SafeString:
    """Day numbers with their dates, every fifth, and the word today over its line."""
    # The fifth has no room beside the first.
    numbers = [1, *range(2 * LABEL_EVERY, len(days) + 1, LABEL_EVERY)]
    labels = build_all(
        '<text x="{}%" y="1.1em" text-anchor="{}" class="house-chart__number">{}</text>'
        '<text x="{}%" y="2.4em" text-anchor="{}" class="house-chart__date">{}</text>',
        (
            (place, anchor, number, place, anchor, f"{days[number - 1].day} {MONTHS[days[number - 1].month - 1][:3]}")
            for number in numbers
            for place, anchor in [_label(number, days)]
        ),
    )
    word: SafeString | str = ""
    if today is not None and days[0] <= today <= days[-1]:
        at = _middle(today, days)
        anchor = "start" if at < 5 else "end" if at > 95 else "middle"
        word = build(
            '<text x="{}%" y="3.8em" text-anchor="{}" class="house-chart__now">Today</text>', f"{at:.2f}", anchor
        )
    return build('<svg class="house-chart__head" aria-hidden="true" focusable="false">{}{}</svg>', labels, word)


def _label(number: int, days: Sequence[date]) -> tuple[str, str]:
    """Where a day's label stands and which end of it is there: the first and last keep inside the picture."""
    if number == 1:
        return "0.00", "start"
    if number == len(days):
        return "100.00", "end"
    return f"{_part(number - 0.5, days):.2f}", "middle"
