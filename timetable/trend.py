"""The trend of readiness: the figures stored day by day, as a chart, a table and a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from database.prepared import Prepared
from inspections.snapshot import Snapshot
from timetable.models import ReadinessDay

FIELDS = ("day", "documents_ready", "documents", "groups_ready", "groups", "unowned", "late")
HEADINGS = (
    "Day",
    "Documents ready",
    "Documents",
    "Focus groups ready",
    "Focus groups",
    "Not ready and nobody to see to it",
    "Late",
)
#: The most rows in a table on a page: each day, or the last stored day of each week or month.
MOST_ROWS = 14

_DAYS = Prepared(
    lambda inspection: ReadinessDay.objects.filter(inspection=inspection).order_by("day").values_list(*FIELDS)
)


@dataclass(frozen=True, slots=True)
class TrendDay:
    """The figures of one day."""

    day: date
    documents_ready: int
    documents: int
    groups_ready: int
    groups: int
    unowned: int
    late: int


@dataclass(frozen=True)
class Trend:
    """Every stored day, in order; days in between were missed."""

    days: tuple[TrendDay, ...]

    @property
    def series(self) -> list[tuple[str, list[tuple[date, float]]]]:
        """The data of the chart: the share that is ready, in per cent, of documents and of focus groups."""
        documents = [(row.day, 100 * row.documents_ready / row.documents) for row in self.days if row.documents]
        groups = [(row.day, 100 * row.groups_ready / row.groups) for row in self.days if row.groups]
        return [(name, points) for name, points in (("Documents", documents), ("Focus groups", groups)) if points]

    @property
    def said(self) -> str:
        """The trend in one sentence."""
        if not self.days:
            return "No day has been kept yet. The figures of each day are kept at six in the evening."
        last = self.days[-1]
        ready = f"{last.documents_ready} of {last.documents} documents"
        if len(self.days) == 1:
            return f"{ready} were ready on the first day that was kept. The trend shows from the second day on."
        first = self.days[0]
        change = last.documents_ready - first.documents_ready
        moved = f"{abs(change)} {'more' if change > 0 else 'fewer'} than" if change else "as many as"
        days = (last.day - first.day).days
        return f"{ready} are ready, {moved} {days} day{'' if days == 1 else 's'} before."

    @property
    def step(self) -> str:
        """The period that one row of the table covers: "day", "week" or "month"."""
        if len(self.days) <= MOST_ROWS:
            return "day"
        weeks = {row.day.isocalendar()[:2] for row in self.days}
        return "week" if len(weeks) <= MOST_ROWS else "month"

    @property
    def table(self) -> list[TrendDay]:
        """The rows of the table, latest first: the last stored day of each period."""
        latest: dict[Any, TrendDay] = {}
        step = self.step
        for row in self.days:
            key: Any = row.day
            if step == "week":
                key = row.day.isocalendar()[:2]
            elif step == "month":
                key = (row.day.year, row.day.month)
            latest[key] = row
        return sorted(latest.values(), key=lambda row: row.day, reverse=True)

    def rows(self) -> list[Sequence[Any]]:
        """Every day with a row of headings, for a spreadsheet."""
        return [HEADINGS, *([getattr(row, name) for name in FIELDS] for row in self.days)]


def trend_of(snapshot: Snapshot) -> Trend:
    """The trend of an inspection."""
    return Trend(tuple(TrendDay(*row) for row in _DAYS(snapshot.inspection.pk)))
