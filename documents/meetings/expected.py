"""The calendar of a part that needs the latest few meetings: which are needed, which are missing, which comes next.

A meeting counts as held if it was entered and its day has passed, or if its files are there. The latest of all these
are needed, so that a missing month is noticed and a file from an unexpected day still counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from documents.records import CurrentFile, Meeting
from documents.wording import listed
from frameworks import Part
from govuk.dates import long_date

#: How many dates it takes to recognise a rhythm, and how much longer than usual an interval must be to be a gap.
ENOUGH_FOR_A_RHYTHM, GAP = 4, 1.6
#: Days between two meetings -> the name of such a rhythm.
RHYTHMS = ((25, 38, "monthly"), (53, 70, "every two months"), (80, 105, "quarterly"))
MOST_REMARKS = 3


@dataclass(frozen=True, slots=True)
class Calendar:
    """A part's calendar at one moment.

    wanted   the days that are needed, latest first
    absent   those of them without a file, earliest first
    unnamed  how many more are needed than the calendar and the files name
    coming   the next day that will be needed once it has passed
    remarks  what a reader should know about files of days that nobody expected
    """

    wanted: tuple[date, ...]
    absent: tuple[date, ...]
    unnamed: int
    coming: date | None
    remarks: tuple[str, ...]


def has_calendar(part: Part) -> bool:
    """Whether meetings can be expected of the part: it must ask for the latest several, each dated."""
    return part.dated and part.needed > 1 and part.freshness is not None and part.freshness.kind == "latest"


def calendar(
    part: Part, files: Iterable[CurrentFile], meetings: Sequence[Meeting], before: date, until: date = date.max
) -> Calendar:
    """The calendar of a part: meetings `before` that day have passed, and those from `until` on are not expected."""
    here = {row.as_at for row in files if row.as_at is not None}
    expected = {meeting.held_on for meeting in meetings if not meeting.cancelled}
    held = here | {day for day in expected if day < before}
    wanted = sorted(held, reverse=True)[: part.needed]
    return Calendar(
        wanted=tuple(wanted),
        absent=tuple(sorted(day for day in wanted if day not in here)),
        unnamed=max(part.needed - len(wanted), 0),
        coming=min((day for day in expected if before <= day < until and day not in here), default=None),
        remarks=_unexpected(sorted(day for day in wanted if day not in expected), meetings),
    )


def _unexpected(days: Sequence[date], meetings: Sequence[Meeting]) -> tuple[str, ...]:
    cancelled = {meeting.held_on for meeting in meetings if meeting.cancelled}
    said = [
        f"The meeting of {long_date(day)} is marked as cancelled, yet there is a file of that day. It counts."
        for day in days
        if day in cancelled
    ]
    strange = [long_date(day) for day in days if day not in cancelled]
    if strange:
        shown = [*strange[:MOST_REMARKS], *([f"{len(strange) - MOST_REMARKS} more"] if strange[MOST_REMARKS:] else [])]
        said.append(f"No meeting was expected on {listed(shown)}. What is dated so counts all the same.")
    return tuple(said)


def gap_hint(days: Iterable[date], reference: date) -> str:
    """A gap in the rhythm of these days, as a sentence; empty if there is no rhythm or no gap.

    It is a hint, never a fault.
    """
    ordered = sorted(set(days))
    if len(ordered) < ENOUGH_FOR_A_RHYTHM:
        return ""
    pairs = list(pairwise(ordered))
    usual = median((later - earlier).days for earlier, later in pairs)
    rhythm = next((word for low, high, word in RHYTHMS if low <= usual <= high), "")
    if not rhythm:
        return ""
    for earlier, later in reversed(pairs):
        if (later - earlier).days > GAP * usual:
            return (
                f"These seem to be {rhythm}, but there is nothing between {long_date(earlier)} and "
                f"{long_date(later)}. Was there a meeting?"
            )
    if (reference - ordered[-1]).days > GAP * usual:
        return f"These seem to be {rhythm}, but the latest is of {long_date(ordered[-1])}. Was there a meeting since?"
    return ""


def shortage(part: Part, found: Calendar) -> str:
    """What a part with a calendar still needs, as a sentence that names the days; empty if it needs nothing."""
    more = f"{found.unnamed} more" if found.unnamed else ""
    if not found.absent:
        return (
            f"{found.unnamed} of {part.needed} are still missing; the calendar names no more meetings." if more else ""
        )
    days = [long_date(day) for day in found.absent]
    if part.called:
        words = f"{part.called} of {listed(days)} are missing"
    else:
        words = f"What is of {listed(days)} is missing"
    return f"{words}, and {more} that the calendar does not name." if more else f"{words}."


def turning(part: Part, found: Calendar) -> tuple[date, str] | None:
    """The day from which the next meeting is needed too, with a sentence about it; None if none is expected."""
    if found.coming is None:
        return None
    turns_on = found.coming + timedelta(days=1)
    what = f"{part.called[:1].lower()}{part.called[1:]} are" if part.called else "file is"
    words = f"The next meeting is on {long_date(found.coming)}: from {long_date(turns_on)} its {what} wanted"
    if not found.unnamed and found.wanted:
        oldest = long_date(found.wanted[-1])
        words += f", and {'those' if part.called else 'what is'} of {oldest} {'drop' if part.called else 'drops'} out"
    return turns_on, f"{words}."
