"""Small charts of numbers: SVG with attributes and classes only (the content security policy allows no inline
style), each with its meaning in words beside or behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from govuk.components import component
from govuk.dates import WEEKDAYS, long_date
from govuk.markup import build, build_all

#: One part of a bar: (words, number, colour of house.css: green, blue, yellow, orange, red, grey, purple).
BarPart = tuple[str, int, str]


def stacked_bar(parts: Iterable[BarPart], legend: bool = False, title: str = "") -> SafeString:
    """Parts of a whole as one bar, read out as "9 ready, 3 late"; with `legend` the words are also shown below."""
    known = [(str(words), int(number), colour) for words, number, colour in parts if int(number)]
    total = sum(number for _, number, _ in known)
    spoken = ", ".join(f"{number} {words}" for words, number, _ in known) or "nothing yet"
    rects, x = [], 0.0
    for _, number, colour in known:
        width = 400 * number / total
        # A hair's breadth between parts, for people who cannot tell their colours apart.
        rects.append((f"{x:.2f}", f"{max(width - 1.5, 1):.2f}", colour))
        x += width
    return component(
        "bar_with_legend" if legend else "bar",
        spoken=f"{title}: {spoken}" if title else spoken,
        rects=rects,
        parts=known,
    )


def meter(value: int, of: int, unit: str = "", colour: str = "") -> SafeString:
    """How much of a known number there is: "3 of 6 minutes" beside a bar, which is green when complete."""
    shade = colour or ("green" if of and value >= of else "yellow" if value else "empty")
    words = f"{value:,} of {of:,} {unit}".strip()
    width = 80 * min(max(value, 0), of) / of if of else 0
    return build(
        '<span class="house-meter"><svg class="house-meter__bar" viewBox="0 0 80 10" aria-hidden="true" '
        'focusable="false"><rect width="80" height="10" rx="2" class="house-fill house-fill--empty"/>'
        '<rect width="{}" height="10" rx="2" class="house-fill house-fill--{}"/></svg> '
        '<span class="house-meter__text">{}</span></span>',
        f"{width:.1f}",
        shade,
        words,
    )


def progress(value: int, of: int, label: Any, ident: str = "progress") -> SafeString:
    """Long work under way: a native progress bar with its label and the number in words."""
    percent = 100 * value // of if of else 0
    return component("progress", value=value, of=of, max=of or 1, percent=percent, label=label, ident=ident)


_TICK = mark_safe('<path d="M3.5 8.5l3 3 6-6.5" class="house-mark__tick"/>')


def marks(items: Iterable[tuple[str, bool]]) -> SafeString:
    """The steps of a preparation as small marks with words: a filled tick for done, an empty ring for not done."""
    drawn = build_all(
        '<li class="house-mark house-mark--{}"><svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        '<circle cx="8" cy="8" r="7" class="house-mark__ring"/>{}</svg>'
        '<span class="house-mark__text">{}<span class="govuk-visually-hidden">: {}</span></span></li>',
        (
            (
                "done" if done else "open",
                _TICK if done else "",
                words,
                "done" if done else "not yet",
            )
            for words, done in items
        ),
    )
    return build('<ul class="house-marks">{}</ul>', drawn)


def sparkline(values: Sequence[float], label: str) -> SafeString:
    """A trend as a thin line, oldest first; `label` describes it in words."""
    if len(values) < 2:
        return build('<span class="govuk-visually-hidden">{}</span>', label)
    low, high = min(values), max(values)
    spread = (high - low) or 1
    points = [
        (f"{120 * index / (len(values) - 1):.1f}", f"{26 - 22 * (value - low) / spread if high != low else 15:.1f}")
        for index, value in enumerate(values)
    ]
    x, y = points[-1]
    return component("sparkline", label=label, line=" ".join(map(",".join, points)), x=x, y=y)


def tile(
    content: Any, number: Any, label: Any, of: Any = "", href: str = "", chart: Any = "", tone: str = ""
) -> SafeString:
    """A number of the dashboard with its unit, a small chart and a note (`content`); `tone` is good, warn or bad."""
    return component(
        "tile",
        content=content,
        number=number,
        label=label,
        of=of,
        has_total=of != "",
        href=href,
        chart=chart,
        tone=tone,
    )


#: What a day of the strip is, in words for people who use a screen reader.
DAY_STATES = {
    "past": "past",
    "done": "done",
    "today": "today",
    "late": "something is late",
    "coming": "to come",
    "deadline": "deadline",
    "weekend": "weekend",
    "holiday": "not a working day",
}


def day_strip(days: Iterable[Mapping[str, Any]], label: str = "Days") -> SafeString:
    """Working days with the gaps between them, in whole weeks: give every calendar day from the first to the last.

    Each day is {"state": key of DAY_STATES, "date": date, "number": day number or None for a gap, "reason": why it is a
    gap or what the day holds, "href": optional, "deadline": optional bool}. Late days have an exclamation mark, days
    with a deadline a dot. Gaps show their reason: "Good Friday".
    """
    cells = build_all(_CELL, (_cell(day, first=position == 0) for position, day in enumerate(days)))
    return build('<ol class="day-strip" aria-label="{}">{}</ol>', label, cells)


_CELL = (
    '<li class="day-strip__day day-strip__day--{}{}"{}{}><{}{}><span aria-hidden="true">'
    '<span class="day-strip__number">{}</span><span class="day-strip__date">{}</span>'
    '<span class="day-strip__mark">{}</span></span><span class="govuk-visually-hidden">{}</span></{}></li>'
)
_CURRENT = mark_safe(' aria-current="date"')
_PLAIN = mark_safe(' class="day-strip__plain"')


def _cell(day: Mapping[str, Any], *, first: bool) -> tuple[Any, ...]:
    """The values that fill `_CELL`. A strip has some sixty days, so each is escaped in one go."""
    when: date = day["date"]
    state, number, reason, href = day["state"], day.get("number"), day.get("reason") or "", day.get("href")
    weekday = WEEKDAYS[when.weekday()]
    named = f"{weekday} {long_date(when)}" if number is None else f"Day {number}, {weekday} {long_date(when)}"
    return (
        state,
        f" day-strip__day--starts-{when.isoweekday()}" if first else "",
        _CURRENT if state == "today" else "",
        build(' title="{}"', reason) if reason else "",
        "a" if href else "div",
        build(' class="day-strip__link" href="{}"', href) if href else _PLAIN,
        "" if number is None else number,
        f"{weekday[:2]} {when.day}",
        "!" if state == "late" else "●" if day.get("deadline") else "",
        ", ".join(str(part) for part in (named, DAY_STATES[state], reason) if part),
        "a" if href else "div",
    )


#: The height and width of a trend's drawing area, and the room for its figures at the left and below.
_TREND_WIDTH, _TREND_HEIGHT, _TREND_LEFT, _TREND_TOP = 820, 200, 84, 18
#: How each line of a trend can be told apart, besides its colour.
_TREND_LINES = ("whole", "dashed")


@dataclass(frozen=True, slots=True)
class _TrendLine:
    """One line of a trend: a polyline for each run of days without a gap, and a dot for a single day."""

    name: str
    style: str
    runs: list[str] = field(default_factory=list)
    dots: list[tuple[str, str]] = field(default_factory=list)


def trend_chart(series: Sequence[tuple[str, Sequence[tuple[date, float]]]], label: str) -> SafeString:
    """One or two trends in per cent over days, with gaps for missing days; `label` describes them in words.

    A day between two missing ones is a dot. Put a table with the figures beside it.
    """
    days = [day for _, points in series for day, _ in points]
    if not days:
        return SafeString("")
    first, last = min(days), max(days)
    span = max((last - first).days, 1)

    def height_of(value: float) -> float:
        return _TREND_TOP + _TREND_HEIGHT * (1 - value / 100)

    def place(day: date, value: float) -> tuple[str, str]:
        x = _TREND_LEFT + _TREND_WIDTH * (day - first).days / span
        return f"{x:.1f}", f"{height_of(value):.1f}"

    lines = []
    for number, (name, points) in enumerate(series):
        line = _TrendLine(name, _TREND_LINES[number % 2])
        for run in _runs(points):
            corners = [place(day, value) for day, value in run]
            if len(run) == 1:
                line.dots.append(corners[0])
            else:
                line.runs.append(" ".join(map(",".join, corners)))
        lines.append(line)
    right, below = _TREND_LEFT + _TREND_WIDTH, _TREND_TOP + _TREND_HEIGHT + 34
    dates = [(_TREND_LEFT, "first", long_date(first))]
    if last > first:
        dates.append((right, "left", long_date(last)))
    return component(
        "trend",
        label=label,
        lines=lines,
        grid=[(share, f"{height_of(share):.1f}", f"{height_of(share) + 5:.1f}") for share in (0, 50, 100)],
        dates=dates,
        below=below,
        left=_TREND_LEFT,
        left_of_grid=_TREND_LEFT - 6,
        right=right,
        width=right + 8,
        height=below + 8,
    )


def _runs(points: Sequence[tuple[date, float]]) -> list[list[tuple[date, float]]]:
    """The points in runs of days without a gap."""
    runs: list[list[tuple[date, float]]] = []
    for day, value in points:
        if runs and (day - runs[-1][-1][0]).days == 1:
            runs[-1].append((day, value))
        else:
            runs.append([(day, value)])
    return runs
