"""What a schedule is made of: a framework's steps on their dates, and the working days that they fall on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from frameworks import Step


@dataclass(frozen=True, slots=True)
class DatedStep:
    """A step on its dates.

    first, last          its dates, both included; None while unknown
    due                  the moment by which it is owed (aware, Europe/London); None if nothing is owed or it is unknown
    first_day, last_day  the same as working days of the inspection; None on a day that has no number
    explanation          how the dates were computed
    moved                whether the dates were set for this inspection instead of the framework's
    """

    step: Step
    first: date | None
    last: date | None
    due: datetime | None
    first_day: int | None
    last_day: int | None
    explanation: str
    moved: bool


@dataclass(frozen=True, slots=True)
class InspectionDay:
    """One working day of the inspection, the steps on it, and how its date was computed."""

    number: int
    date: date
    steps: tuple[DatedStep, ...]
    explanation: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every date of one inspection.

    notified  day 1
    anchors   the known dates that others are counted from, by key
    steps     in the framework's order
    days      day 1 to the last, one for each working day
    skipped   the days in between that are not working days, each with the reason
    last_day  the number of the last day: the framework's, or a later one if a step was moved beyond it
    """

    notified: date
    anchors: Mapping[str, date]
    steps: tuple[DatedStep, ...]
    days: tuple[InspectionDay, ...]
    skipped: tuple[tuple[date, str], ...]
    last_day: int
    _steps: Mapping[str, DatedStep] = field(repr=False, compare=False)
    _numbers: Mapping[date, int] = field(repr=False, compare=False)
    _why: Mapping[str, str] = field(repr=False, compare=False)

    def step(self, key: str) -> DatedStep:
        """The step of that key; KeyError if the framework has none."""
        return self._steps[key]

    def why_anchor(self, key: str) -> str:
        """How the date of an anchor was computed; KeyError if the framework has no such anchor."""
        return self._why[key]

    def day(self, number: int) -> InspectionDay:
        """Working day `number`; IndexError if it is not between 1 and `last_day`."""
        if not 1 <= number <= self.last_day:
            raise IndexError(f"There is no day {number}: the days run from 1 to {self.last_day}.")
        return self.days[number - 1]

    def number_on(self, day: date) -> int | None:
        """Which working day of the inspection `day` is; None before and after the inspection and on non-working
        days.
        """
        return self._numbers.get(day)

    @property
    def off_the_days(self) -> tuple[DatedStep, ...]:
        """Steps that are on no day: those without a date, before notification, or wholly on non-working days."""
        shown = {dated.step.key for day in self.days for dated in day.steps}
        return tuple(dated for dated in self.steps if dated.step.key not in shown)
