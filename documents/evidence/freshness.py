"""Which files of a dated part still count, and when a part is out of date."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

from documents.records import CurrentFile
from documents.wording import spelled_out
from frameworks import NOTIFIED, Freshness, Part
from govuk.dates import long_date
from inspections.snapshot import Snapshot

#: How many days ahead it is pointed out that something goes out of date, for a council whose plan does not say.
USUAL_HORIZON = 14


def sort_out(
    part: Part, files: Sequence[CurrentFile], wanted: Collection[date] | None = None
) -> tuple[list[CurrentFile], list[CurrentFile]]:
    """The files that count, newest content first, and those that later ones have replaced.

    Only in a part that asks for the latest few can later files replace earlier ones. Files with the same date belong to
    one meeting and count, or drop out, together. `wanted` are the days that a calendar of meetings asks for, where
    there is one.
    """
    ordered = sorted(files, key=lambda row: (-(row.as_at or date.min).toordinal(), row.file))
    if part.freshness is None or part.freshness.kind != "latest" or not part.dated:
        return ordered, []
    latest: Collection[date | None]
    if wanted is None:
        latest = sorted({row.as_at for row in ordered if row.as_at is not None}, reverse=True)[: part.needed]
    else:
        latest = frozenset(wanted)
    return [row for row in ordered if row.as_at in latest], [row for row in ordered if row.as_at not in latest]


def reference(fresh: Freshness, snapshot: Snapshot) -> date:
    """The day from which freshness is counted: that of the anchor, or today if the call has not come yet."""
    if snapshot.schedule is not None:
        return snapshot.schedule.anchors.get(fresh.anchor, snapshot.today)
    if fresh.anchor == NOTIFIED:
        return snapshot.today
    return snapshot.if_called_today.anchors.get(fresh.anchor, snapshot.today)


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes 28 February if there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def too_old(part: Part, as_at: date | None, snapshot: Snapshot) -> bool:
    """Whether content dated that day is older than the part allows; never for a part without a limit."""
    if part.freshness is None or part.freshness.kind != "within-years" or as_at is None:
        return False
    return as_at < years_before(reference(part.freshness, snapshot), part.freshness.years)


def why_stale(part: Part, files: Sequence[CurrentFile], snapshot: Snapshot) -> str:
    """Why a part with these files is out of date, as a sentence; empty if enough of them are fresh."""
    if part.freshness is None or part.freshness.kind != "within-years":
        return ""
    fresh = [row for row in files if not too_old(part, row.as_at, snapshot)]
    if len(fresh) >= max(part.needed, 1):
        return ""
    newest = max((row.as_at for row in files if row.as_at is not None), default=None)
    years = spelled_out(part.freshness.years)
    span = f"{years} year{'' if part.freshness.years == 1 else 's'}"
    since = _since(part.freshness, snapshot)
    return f"Out of date: the latest is of {long_date(newest)}, more than {span} before {since}."


def turning(part: Part, files: Sequence[CurrentFile], snapshot: Snapshot) -> tuple[date, str] | None:
    """The day on which a fresh part goes out of date if nothing is added, with a sentence about it.

    None unless the limit is counted from a call that has not come yet.
    """
    if part.freshness is None or part.freshness.kind != "within-years" or snapshot.inspection.notified_on is not None:
        return None
    dates = sorted((row.as_at for row in files if row.as_at is not None), reverse=True)
    if len(dates) < max(part.needed, 1):
        return None
    turns_on = _first_day_beyond(part.freshness, dates[max(part.needed, 1) - 1], snapshot)
    return turns_on, f"Goes out of date on {long_date(turns_on)} unless something newer is added."


def _first_day_beyond(fresh: Freshness, as_at: date, snapshot: Snapshot) -> date:
    """The first day on which content dated `as_at` would be too old if the call had not come by then."""
    last = years_before(as_at, -fresh.years)
    while years_before(last, fresh.years) <= as_at:
        last += timedelta(days=1)
    if fresh.anchor == NOTIFIED:
        return last
    # An anchor other than the call is some days before or after the call, and moves with it.
    low, high = snapshot.today, last + timedelta(days=366)
    while low < high:
        middle = low + (high - low) // 2
        then = replace(snapshot, now=snapshot.now + (middle - snapshot.today), schedule=None)
        low, high = (low, middle) if reference(fresh, then) >= last else (middle + timedelta(days=1), high)
    return low


def horizon(snapshot: Snapshot) -> date:
    """The last day ahead for which it is pointed out that something goes out of date; the plan says how many days."""
    return snapshot.today + timedelta(days=snapshot.plan.turning_days if snapshot.plan else USUAL_HORIZON)


def _since(fresh: Freshness, snapshot: Snapshot) -> str:
    if snapshot.schedule is None:
        return "today" if fresh.anchor == NOTIFIED else long_date(reference(fresh, snapshot))
    anchor = next((anchor for anchor in snapshot.framework.anchors if anchor.key == fresh.anchor), None)
    title = f"{anchor.title[:1].lower()}{anchor.title[1:]} on " if anchor else ""
    return f"{title}{long_date(reference(fresh, snapshot))}"
