"""Until when child-level data of an inspection is kept (domain, section 8): 180 days after the report is published,
the inspection is withdrawn or a rehearsal ends, unless the council's plan says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.timezone import localdate

from frameworks import Retention, retention
from govuk.dates import long_date
from inspections.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long the child-level data of one inspection is kept.

    ended  the day from which is counted; None while it is not known
    why    what that day is, in a sentence
    days   the numbers of days that hold
    """

    ended: date | None
    why: str
    days: Retention

    @property
    def until(self) -> date | None:
        """The day on which it is erased; None while that is not known."""
        return self.ended + timedelta(days=self.days.case_days) if self.ended else None

    def is_over(self, on: date) -> bool:
        """Whether it is to be erased on that day."""
        return self.until is not None and on >= self.until

    def is_near(self, on: date) -> bool:
        """Whether the day of erasure is so near that people are told."""
        return self.until is not None and on >= self.until - timedelta(days=self.days.warning_days)


def keeping(snapshot: Snapshot) -> Keeping:
    """How long the inspection's child-level data is kept, by the dates of the snapshot."""
    days = retention(snapshot.plan)
    inspection = snapshot.inspection
    if inspection.withdrawn_at is not None:
        ended = localdate(inspection.withdrawn_at)
        return Keeping(ended, f"The inspection was withdrawn on {long_date(ended)}.", days)
    if snapshot.schedule is None:
        return Keeping(None, "The inspection has not been notified, so there is no day to count from yet.", days)
    published = None
    if not inspection.is_rehearsal and snapshot.framework.publication:
        published = snapshot.schedule.step(snapshot.framework.publication).last
    if published is not None:
        return Keeping(published, f"By its timetable the report is published on {long_date(published)}.", days)
    ended = snapshot.schedule.days[-1].date
    whose = "The rehearsal’s" if inspection.is_rehearsal else "The inspection’s"
    return Keeping(ended, f"{whose} last day is {long_date(ended)}.", days)
