"""The dates that follow from a notification: a framework's steps put on the working days of a council.

Pure Python, no Django, no database. Nothing is stored: all dates are computed each time. So "if the call came today" is
the same function with another date, and a closure day announced late moves everything due after it. Every date has a
sentence that says how it was computed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from frameworks import NOTIFIED, STATED, Framework, Plan, Step, Timing, deadline_time
from inspections.dated import DatedStep, InspectionDay, Schedule
from inspections.working_days import ONE_DAY, WEEKDAYS, NotAWorkingDay, WorkingCalendar, in_words, skipped_in_words

__all__ = ["LONDON", "DatedStep", "InspectionDay", "NotAWorkingDay", "Schedule", "schedule"]

LONDON = ZoneInfo("Europe/London")


def schedule(
    framework: Framework,
    notified: date,
    calendar: WorkingCalendar,
    plan: Plan | None = None,
    *,
    actual: Mapping[str, date] | None = None,
    moved: Mapping[str, tuple[date, date]] | None = None,
    why_actual: Mapping[str, str] | None = None,
    why_moved: Mapping[str, str] | None = None,
) -> Schedule:
    """The dates of an inspection under `framework` notified on `notified`, on the working days of `calendar`.

    plan    the council's, which may set other hours for its deadlines
    actual  anchor key -> its actual date; replaces the computed one, and dates counted from it follow
    moved   step key -> its first and last date, taken as given. The first step of the framework that begins on an
            anchor's own day is that anchor's event: if it is moved, the anchor moves with it (unless its actual
            date is known), and so does everything that is counted from it
    why_*   anchor or step key -> who set the date, when and why, in words that follow what was set: "by Ada Sample on
            20 April 2011: the lead inspector asked for it"

    Raises NotAWorkingDay if `notified` is not one, and ValueError for a key that the framework does not have, for a
    step moved to end before it begins, and for dates outside the years for which working days are known.
    """
    calendar.require_working(notified)
    actual, moved = actual or {}, moved or {}
    _check(framework, notified, actual, moved)
    reckoning = _Reckoning(
        framework, notified, calendar, plan, actual, moved, {**(why_actual or {})}, {**(why_moved or {})}
    )
    steps = [reckoning.dated(step) for step in framework.steps]
    last_day = max([framework.last_day, *(dated.last_day for dated in steps if dated.last_day is not None)])
    return reckoning.schedule(tuple(steps), last_day)


def _check(
    framework: Framework, notified: date, actual: Mapping[str, date], moved: Mapping[str, tuple[date, date]]
) -> None:
    anchors = {anchor.key for anchor in framework.anchors}
    for key, day in actual.items():
        if key not in anchors:
            raise ValueError(f"{framework.title} has no date called “{key}”. It has: {', '.join(sorted(anchors))}.")
        if key == NOTIFIED and day != notified:
            raise ValueError(f"Notified on {in_words(notified)} and on {in_words(day)}: it can be only one of them.")
    steps = {step.key for step in framework.steps}
    for key, (first, last) in moved.items():
        if key not in steps:
            raise ValueError(f"{framework.title} has no step called “{key}”.")
        if last < first:
            raise ValueError(f"The step “{key}” cannot end on {in_words(last)}, before {in_words(first)}.")


class _Reckoning:
    """The computation of one schedule: keeps the run of working days, so that no day is looked up twice."""

    def __init__(
        self,
        framework: Framework,
        notified: date,
        calendar: WorkingCalendar,
        plan: Plan | None,
        actual: Mapping[str, date],
        moved: Mapping[str, tuple[date, date]],
        why_actual: Mapping[str, str],
        why_moved: Mapping[str, str],
    ) -> None:
        self.framework = framework
        self.notified = notified
        self.calendar = calendar
        self.plan = plan
        self.actual = actual
        self.moved = moved
        self.why_actual = why_actual
        self.why_moved = why_moved
        self.definitions = {anchor.key: anchor for anchor in framework.anchors}
        self.run: list[date] = [notified]
        self.off: list[tuple[date, str]] = []
        self.numbers: dict[date, int] = {notified: 1}
        #: Anchor -> the moved step that moved it too.
        self.took_along = {
            anchor: step for anchor, step in self.events().items() if step in moved and anchor not in actual
        }
        #: Anchors whose date is not computed, with the explanation.
        self.given = dict.fromkeys(actual, "as recorded") | dict.fromkeys(self.took_along, "moved") | {NOTIFIED: ""}
        self.anchors: dict[str, date] = {}
        self._fix_anchors()

    def _fix_anchors(self) -> None:
        """Gives every anchor its date: the actual one, that of its event if this was moved, or the computed one.

        An anchor may depend on one later in the file, so this repeats until nothing more becomes known.
        """
        moved = {anchor: self.moved[step][0] for anchor, step in self.took_along.items()}
        self.anchors.update({**moved, **self.actual, NOTIFIED: self.notified})
        waiting = [anchor for anchor in self.framework.anchors if anchor.key not in self.anchors]
        while known := [anchor for anchor in waiting if anchor.timing and anchor.timing.anchor in self.anchors]:
            for anchor in known:
                assert anchor.timing is not None
                self.anchors[anchor.key] = self.on(anchor.timing, anchor.timing.last)
                waiting.remove(anchor)

    def events(self) -> dict[str, str]:
        """Anchor -> the key of the step that is its event: the first that begins on the anchor's own day."""
        events: dict[str, str] = {}
        for step in self.framework.steps:
            timing = self.timing_of(step)
            if timing.first == 0 and timing.weekday is None and timing.anchor not in (NOTIFIED, STATED):
                events.setdefault(timing.anchor, step.key)
        return events

    def timing_of(self, step: Step) -> Timing:
        """What a step is counted from: a stated step from the anchor of its own name, if the framework has that."""
        stated = step.timing.anchor == STATED and step.key in self.definitions
        return Timing(anchor=step.key) if stated else step.timing

    def computed(self, step: Step) -> tuple[date, date] | None:
        """The dates of a step by the framework's rule; None while what they are counted from is not known.

        A moved step that moved its anchor is counted from what that anchor is counted from.
        """
        timing = self.timing_of(step)
        if timing.anchor not in self.anchors:
            return None
        if self.took_along.get(timing.anchor) == step.key:
            origin = self.definitions[timing.anchor].timing
            if origin is None or origin.anchor not in self.anchors:
                return None
            start = self.on(origin, origin.last)
            return start, self.nth(start, timing.last)
        return self.on(timing, timing.first), self.on(timing, timing.last)

    # Counting

    def nth(self, start: date, count: int) -> date:
        """`count` working days after `start`; if the start is not a working day, it counts as the next one that is."""
        if start not in self.numbers:
            start = self.calendar.next_working(start)
        number = self.numbers.get(start)
        if number is None or number + count < 1:
            return self.calendar.add(start, count)
        self.extend_to(number + count)
        return self.run[number + count - 1]

    def extend_to(self, number: int) -> None:
        """Extends the run of working days to day `number`, storing what is skipped on the way."""
        while len(self.run) < number:
            previous = self.run[-1]
            day = self.calendar.next_working(previous + ONE_DAY)
            if day - previous > ONE_DAY:
                self.off.extend(self.calendar.skipped(previous + ONE_DAY, day - ONE_DAY))
            self.run.append(day)
            self.numbers[day] = len(self.run)

    def skipped(self, start: date, end: date) -> tuple[tuple[date, str], ...]:
        """The days from `start` to `end` that are not working days, each with the reason."""
        if start < self.notified or end > self.run[-1]:
            return self.calendar.skipped(start, end)
        return tuple(self.off[bisect_left(self.off, (start,)) : bisect_left(self.off, (end + ONE_DAY,))])

    def number_of(self, day: date) -> int | None:
        """The number of the working day `day`, however late; None before the inspection and on other days."""
        while self.run[-1] < day:
            self.extend_to(len(self.run) + 1)
        return self.numbers.get(day)

    def base(self, timing: Timing) -> date:
        """The day that the offsets of `timing` count from."""
        start = self.anchors[timing.anchor]
        if timing.weekday is None:
            return start
        return start + timedelta(days=(timing.weekday - start.weekday() - 1) % 7 + 1)

    def on(self, timing: Timing, offset: int) -> date:
        base = self.base(timing)
        return base + timedelta(days=offset) if timing.unit == "calendar" else self.nth(base, offset)

    # Explanations

    def why_day(self, number: int) -> str:
        """How the date of working day `number` follows from the previous day."""
        day = self.run[number - 1]
        if number == 1:
            return f"Day 1 is {in_words(day)}, the day of notification."
        skipped = self.skipped(self.run[number - 2], day)
        if not skipped:
            return f"Day {number} is {in_words(day)}, the working day after day {number - 1}."
        verb = "is not a working day" if len(skipped) == 1 else "are not working days"
        return f"Day {number} is {in_words(day)}: {skipped_in_words(skipped)} {verb}."

    def why(self, step: Step, dates: tuple[date, date], computed: tuple[date, date] | None) -> str:
        """How the dates of a step were computed, or what they replace."""
        if step.key not in self.moved:
            return self.why_computed(self.timing_of(step), dates)
        sentence = self.why_set(step, dates, computed)
        reason = self.calendar.why_not(dates[0]) or self.calendar.why_not(dates[1])
        return sentence if reason is None else f"{sentence} It is not a working day ({reason})."

    def why_set(self, step: Step, dates: tuple[date, date], computed: tuple[date, date] | None) -> str:
        said = self.why_moved.get(step.key)
        if said is not None:
            was = "Set" if computed is None or computed == dates else f"Moved from {_span(computed)}"
            return f"{self.numbered(dates)}. {was} {_ended(said)}"
        if computed is None:
            return f"Set for this inspection: {_span(dates)}."
        if computed == dates:
            return f"Set for this inspection: {_span(dates)}, the same as without it."
        return f"Moved for this inspection to {_span(dates)}. Without that it would be {_span(computed)}."

    def why_computed(self, timing: Timing, dates: tuple[date, date]) -> str:
        while _is_its_anchor(timing) and (counted := self.counted_from(timing.anchor)):
            timing = counted
        if timing.anchor == NOTIFIED and _is_its_anchor(timing):
            return f"{self.numbered(dates)}, the day of notification."
        if _is_its_anchor(timing) and dates[0] == self.anchors[timing.anchor]:
            event = f"{self.named(timing.anchor)} {self.why_actual.get(timing.anchor, '')}".rstrip()
            return f"{self.numbered(dates)}: {_ended(event)}"
        sentence = f"{self.numbered(dates)}: {self.phrase(timing)}."
        base = self.base(timing)
        if timing.unit == "calendar":
            reason = self.calendar.why_not(dates[1])
            return sentence if reason is None else f"{sentence} It is not a working day ({reason})."
        skipped = self.skipped(min(base, dates[0]), max(base, dates[1]))
        return f"{sentence} Not counted: {skipped_in_words(skipped)}." if skipped else sentence

    def why_anchor(self, timing: Timing) -> str:
        """How the date of an anchor was found; `timing` is its own day."""
        day = self.anchors.get(timing.anchor)
        return self.why_unknown(timing) if day is None else self.why_computed(timing, (day, day))

    def counted_from(self, anchor: str) -> Timing | None:
        """How an anchor was computed; None if its date is given, recorded or moved."""
        return None if anchor in self.given else self.definitions[anchor].timing

    def numbered(self, dates: tuple[date, date]) -> str:
        """The words "Day 5 is 26 April 2011", or only the dates if they are not numbered days."""
        numbers = [self.number_of(day) for day in dates]
        if None in numbers:
            return _span(dates)
        if dates[0] == dates[1]:
            return f"Day {numbers[0]} is {_span(dates)}"
        return f"Days {numbers[0]} to {numbers[1]} are {_span(dates)}"

    def phrase(self, timing: Timing) -> str:
        """What the dates are counted from, as words that follow them in a sentence."""
        origin = f"{in_words(self.anchors[timing.anchor])} ({self.named(timing.anchor)})"
        base = self.base(timing)
        if timing.weekday is not None:
            origin = f"{in_words(base)}, the first {WEEKDAYS[base.weekday()]} after {origin}"
        if timing.unit == "working" and not self.calendar.is_working(base):
            origin = f"the first working day after {origin}"
        first, last = timing.first, timing.last
        if first == last:
            return _offset(first, timing.unit, origin)
        if first > 0 or last < 0:
            return f"{abs(first)} to {_offset(last, timing.unit, origin)}"
        return f"from {_offset(first, timing.unit, origin)} to {_offset(last, timing.unit, 'it')}"

    def named(self, anchor: str) -> str:
        """The title of an anchor, and the source of its date if it is not computed."""
        title, given = self.definitions[anchor].title, self.given.get(anchor)
        return f"{title}, {given}" if given else title

    def why_unknown(self, timing: Timing) -> str:
        anchor = self.definitions.get(timing.anchor)
        if anchor is None or (anchor.timing and anchor.timing.anchor == STATED and _is_its_anchor(timing)):
            return "This date is not counted from another: it is entered when it is stated."
        return f"This date is counted from another that is not known yet: {anchor.title}."

    # Dates of steps

    def dated(self, step: Step) -> DatedStep:
        computed = self.computed(step)
        dates = self.moved.get(step.key, computed)
        if dates is None:
            return DatedStep(step, None, None, None, None, None, self.why_unknown(self.timing_of(step)), moved=False)
        first, last = dates
        owed = step.deadline or step.duty is not None
        return DatedStep(
            step=step,
            first=first,
            last=last,
            due=datetime.combine(last, deadline_time(step, self.plan), tzinfo=LONDON) if owed else None,
            first_day=self.number_of(first),
            last_day=self.number_of(last),
            explanation=self.why(step, dates, computed),
            moved=step.key in self.moved,
        )

    def schedule(self, steps: tuple[DatedStep, ...], last_day: int) -> Schedule:
        self.extend_to(last_day)
        run = self.run[:last_day]
        on_day: list[list[DatedStep]] = [[] for _ in run]
        for dated in steps:
            if dated.first is not None and dated.last is not None:
                for index in range(bisect_left(run, dated.first), bisect_right(run, dated.last)):
                    on_day[index].append(dated)
        days = tuple(InspectionDay(n, day, tuple(on_day[n - 1]), self.why_day(n)) for n, day in enumerate(run, start=1))
        return Schedule(
            notified=self.notified,
            anchors=self.anchors,
            steps=steps,
            days=days,
            skipped=self.skipped(self.notified, run[-1]),
            last_day=last_day,
            _steps={dated.step.key: dated for dated in steps},
            _numbers={day: number for number, day in enumerate(run, start=1)},
            _why={key: self.why_anchor(Timing(key)) for key in self.definitions},
        )


def _span(dates: tuple[date, date]) -> str:
    first, last = dates
    if first == last:
        return in_words(first)
    return f"{in_words(first, year=first.year != last.year)} to {in_words(last)}"


def _offset(count: int, unit: str, origin: str) -> str:
    """Words such as "5 working days after 19 May 2011 (End of fieldwork)"; a count of 0 is that day itself."""
    if count == 0:
        return origin
    where = "after" if count > 0 else "before"
    return f"{abs(count)} {unit} day{'' if abs(count) == 1 else 's'} {where} {origin}"


def _ended(sentence: str) -> str:
    """The sentence with a full stop, unless it already ends with one."""
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."


def _is_its_anchor(timing: Timing) -> bool:
    """Whether the timing is the anchor's own day, so that nothing is counted."""
    return timing.first == timing.last == 0 and timing.weekday is None
