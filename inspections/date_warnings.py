"""Warnings about contradictory dates once people have set some of them. They are shown and never prevent anything."""

from __future__ import annotations

from datetime import date

from frameworks import NOTIFIED, STATED, Anchor, Framework
from inspections.schedule import DatedStep, Schedule
from inspections.set_dates import ACTUAL, MOVED, SetDate
from inspections.snapshot import Snapshot
from inspections.working_days import WorkingCalendar, in_words


def date_warnings_of(snapshot: Snapshot) -> list[str]:
    """Whole sentences about the present dates, for a page."""
    if snapshot.schedule is None:
        return []
    return date_warnings(snapshot.framework, snapshot.schedule, snapshot.calendar, snapshot.set_dates)


def date_warnings(
    framework: Framework, dates: Schedule, calendar: WorkingCalendar, set_dates: tuple[SetDate, ...]
) -> list[str]:
    """Contradictions in `dates`: an event before the one it is counted from, a step moved to a closed day."""
    if not set_dates:
        return []
    titles = {anchor.key: anchor.title for anchor in framework.anchors}
    found = [warning for anchor in framework.anchors for warning in _of_anchor(anchor, dates, titles)]
    for set_date in set_dates:
        if set_date.kind == MOVED and any(set_date.key == step.key for step in framework.steps):
            found += _of_step(dates.step(set_date.key), dates, calendar, titles)
    known = {set_date.key for set_date in set_dates if set_date.kind == ACTUAL}
    found += [
        warning
        for set_date in set_dates
        if set_date.kind == MOVED
        for warning in _of_two(set_date, dates, known, titles)
    ]
    return list(dict.fromkeys(found))


def _of_anchor(anchor: Anchor, dates: Schedule, titles: dict[str, str]) -> list[str]:
    """An event that comes before the one it is counted from."""
    timing, day = anchor.timing, dates.anchors.get(anchor.key)
    if timing is None or timing.anchor in (STATED, anchor.key) or timing.last < 0 or day is None:
        return []
    origin = dates.anchors.get(timing.anchor)
    return [] if origin is None or day >= origin else [_before(anchor.title, day, titles[timing.anchor], origin)]


def _of_step(dated: DatedStep, dates: Schedule, calendar: WorkingCalendar, titles: dict[str, str]) -> list[str]:
    """A step that was moved before the call, before what it is counted from, or to a day that does not count."""
    assert dated.first is not None  # it was moved, so it has dates
    assert dated.last is not None
    found = []
    for day in dict.fromkeys((dated.first, dated.last)):
        if reason := calendar.why_not(day):
            found.append(
                f"“{dated.step.title}” was moved to {in_words(day)}, which does not count any more ({reason}). "
                f"The next working day is {in_words(calendar.next_working(day), weekday=True)}."
            )
    timing = dated.step.timing
    for anchor in dict.fromkeys((timing.anchor, NOTIFIED)):
        origin = dates.anchors.get(anchor)
        if origin is not None and timing.first >= 0 and dated.first < origin:
            found.append(_before(f"“{dated.step.title}”", dated.first, titles[anchor], origin))
            break
    origin = dates.anchors.get(timing.anchor)
    if timing.last < 0 and origin is not None and dated.last > origin:
        found.append(
            f"“{dated.step.title}” ({in_words(dated.last)}) comes after {titles[timing.anchor]} ({in_words(origin)}), "
            "before which it belongs."
        )
    return found


def _of_two(set_date: SetDate, dates: Schedule, known: set[str], titles: dict[str, str]) -> list[str]:
    """An event with an actual date whose step was moved to another day."""
    dated = next((dated for dated in dates.steps if dated.step.key == set_date.key), None)
    if dated is None:
        return []
    timing = dated.step.timing
    anchor = dated.step.key if timing.anchor == STATED else timing.anchor
    day = dates.anchors.get(anchor)
    if anchor not in known or (timing.first, timing.weekday) != (0, None) or day is None or day == set_date.first:
        return []
    return [
        f"{titles[anchor]} is recorded as {in_words(day)}, yet “{dated.step.title}” was moved to "
        f"{in_words(set_date.first)}. What is counted from it follows the recorded date."
    ]


def _before(what: str, day: date, origin: str, origin_day: date) -> str:
    return f"{what} ({in_words(day)}) comes before {origin} ({in_words(origin_day)}), from which it is counted."
