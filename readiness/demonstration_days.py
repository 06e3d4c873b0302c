"""How ready the demonstration was on each of its days, by the rule of every evening."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from inspections.models import Inspection
from timetable.daily import keep_day

LONDON = ZoneInfo("Europe/London")
# Two in every so many days were missed, so that a gap is visible.
A_GAP = 31


def keep_days(inspection: Inspection, since: datetime, until: datetime) -> None:
    """Store the figures of each evening from one time to the other, from the present records."""
    day = since.astimezone(LONDON).date()
    while (evening := datetime.combine(day, time(18), LONDON)) < until:
        if evening >= since and day.toordinal() % A_GAP > 1:
            keep_day(inspection, now=evening)
        day += timedelta(days=1)
