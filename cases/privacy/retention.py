"""How long child-level data of an inspection is kept (domain, section 8).

By default 180 days after the report is published, the inspection is withdrawn or a rehearsal ends. The council's plan
can say otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.timezone import localdate

from frameworks import Retention, retention
from govuk.dates import long_date
from inspections.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class RetentionPeriod:
    """How long the child-level data of one inspection is kept.

    ended  the day that is counted from; None while it is not known
    why    a sentence that says which day that is
    days   the plan's numbers of days
    """

    ended: date | None
    why: str
    days: Retention

    @property
    def until(self) -> date | None:
        """The day on which the data is erased; None while it is not known."""
        return self.ended + timedelta(days=self.days.case_days) if self.ended else None

    def is_over(self, on: date) -> bool:
        """Whether the data is due for erasure on that day."""
        return self.until is not None and on >= self.until

    def is_near(self, on: date) -> bool:
        """Whether people should be warned, because the day of erasure is near."""
        return self.until is not None and on >= self.until - timedelta(days=self.days.warning_days)


def retention_of(snapshot: Snapshot) -> RetentionPeriod:
    """How long the inspection's child-level data is kept, going by the snapshot's dates."""
    days = retention(snapshot.plan)
    inspection = snapshot.inspection
    if inspection.withdrawn_at is not None:
        ended = localdate(inspection.withdrawn_at)
        return RetentionPeriod(ended, f"The inspection was withdrawn on {long_date(ended)}.", days)
    if snapshot.schedule is None:
        return RetentionPeriod(None, "The inspection has not been notified, so no day is known yet.", days)
    published = None
    if not inspection.is_rehearsal and snapshot.framework.publication:
        published = snapshot.schedule.step(snapshot.framework.publication).last
    if published is not None:
        return RetentionPeriod(published, f"By its timetable the report is published on {long_date(published)}.", days)
    ended = snapshot.schedule.days[-1].date
    whose = "The rehearsal’s" if inspection.is_rehearsal else "The inspection’s"
    return RetentionPeriod(ended, f"{whose} last day is {long_date(ended)}.", days)
