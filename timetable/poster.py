"""The timetable on one page of A3, for the wall: every step with its dates, who acts and who owns it, and the weeks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date, datetime, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils.timezone import localdate

from frameworks import Step
from govuk.dates import day_month, long_datetime, short_date, weekday_date
from inspections.dated import DatedStep, Schedule
from inspections.duty import Duty
from inspections.snapshot import Snapshot
from inspections.working_days import SATURDAY
from printing.pdf import render_on_one_page
from timetable.duties import duties_for, kind_for, other_duties

WEEK = timedelta(days=7)
NO_OWNER = "no owner yet"
MOST_OWNERS, MOST_POSTS, MOST_OTHERS = 3, 36, 12


def poster(snapshot: Snapshot, *, with_owners: bool, made_at: datetime) -> bytes:
    """The PDF. Before notification it shows the dates that would follow from a call today, and says so."""
    title = f"{snapshot.inspection.title}: timetable"
    html = render_to_string("timetable/poster.html", shown(snapshot, with_owners=with_owners, made_at=made_at))
    return render_on_one_page(html, title=title, made_at=made_at)


def shown(snapshot: Snapshot, *, with_owners: bool, made_at: datetime) -> dict[str, Any]:
    """Everything on the page, in words."""
    dates = snapshot.schedule or snapshot.if_called_today
    several = duties_of_several(snapshot) if with_owners else {}
    owners = {step.key: owners_in_words(snapshot, step, several) for step in snapshot.framework.steps if with_owners}
    # Duties besides the steps, like owners, are only for people who watch the inspection.
    others = [duty for duty in other_duties(snapshot) if duty.due and not duty.done] if with_owners else []
    off = [(day, reason) for day, reason in dates.skipped if day.weekday() < SATURDAY]
    return {
        "title": snapshot.inspection.title,
        "council": snapshot.inspection.council.name,
        "framework": snapshot.framework.title,
        "is_rehearsal": snapshot.inspection.is_rehearsal,
        "is_withdrawn": snapshot.inspection.is_withdrawn,
        "is_forecast": snapshot.schedule is None,
        "notified": weekday_date(dates.notified),
        "last": weekday_date(dates.days[-1].date),
        "last_day": dates.last_day,
        "as_at": long_datetime(made_at),
        "with_owners": with_owners,
        "phases": [*_phases(snapshot, dates, owners), *_besides(others, dates)],
        "weeks": _weeks(snapshot, dates, {localdate(duty.due) for duty in others if duty.due}),
        "shared": _shared(snapshot, several),
        "off": [(weekday_date(day), reason) for day, reason in off],
        "weekend_days": len(dates.skipped) - len(off),
    }


def _phases(snapshot: Snapshot, dates: Schedule, owners: Mapping[str, str]) -> list[dict[str, Any]]:
    by_phase: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for dated in sorted(dates.steps, key=lambda dated: (dated.first or date.max, dated.last or date.max)):
        by_phase[dated.step.phase].append(_row(dated, owners.get(dated.step.key, "")))
    return [
        {"title": phase.title, "rows": by_phase[phase.key]}
        for phase in snapshot.framework.phases
        if by_phase[phase.key]
    ]


def _row(dated: DatedStep, owners: str) -> dict[str, Any]:
    party = dated.step.party
    return {
        "days": _days(dated),
        "dates": _dates(dated),
        "title": dated.step.title,
        "moved": dated.explanation if dated.moved else "",
        "party": party[:1].upper() + party[1:],
        "due": dated.due if dated.step.deadline else None,
        "is_deadline": dated.step.deadline,
        "owners": owners,
    }


def _besides(others: Sequence[Duty], dates: Schedule) -> list[dict[str, Any]]:
    """Duties besides the steps, the next first, as a phase of their own; empty if there are none."""
    rows = [_other_row(duty, dates) for duty in others[:MOST_OTHERS]]
    more = f" (the first {MOST_OTHERS} of {len(others)})" if len(others) > MOST_OTHERS else ""
    return [{"title": f"Besides the steps{more}", "rows": rows}] if rows else []


def _other_row(duty: Duty, dates: Schedule) -> dict[str, Any]:
    day = localdate(duty.due)
    return {
        "days": str(dates.number_on(day) or "–"),
        "dates": _short(day),
        # Anybody who passes by can read it.
        "title": duty.safe_title,
        "moved": "",
        "party": "Council",
        "due": duty.due,
        "is_deadline": True,
        "owners": _first([owner.name for owner in duty.owners], MOST_OWNERS)
        or (duty.role.label if duty.role else NO_OWNER.capitalize()),
    }


def duties_of_several(snapshot: Snapshot) -> dict[str, list[Duty]]:
    """Key of a step -> its duties, if its deadline covers several things; read even if it was withdrawn."""
    kinds = ((step, kind_for(step)) for step in snapshot.framework.steps if step.deadline)
    return duties_for([step for step, kind in kinds if kind is not None and not kind.is_step], snapshot)


def owners_in_words(snapshot: Snapshot, step: Step, several: Mapping[str, Sequence[Duty]]) -> str:
    """Which posts owe the step; if its deadline covers several things, how many, since the side of the page
    names them.
    """
    if not step.deadline:
        return ""
    if step.key in several:
        posts = {owner.name for duty in several[step.key] for owner in duty.owners}
        if not posts:
            return ", ".join(_roles(step, several[step.key])) or NO_OWNER.capitalize()
        return f"{len(posts)} post{'' if len(posts) == 1 else 's'}, named on the right"
    owners = snapshot.owners_of(f"step:{step.key}")
    kind = kind_for(step)
    role = kind.role if kind else None
    return _first([owner.name for owner in owners], MOST_OWNERS) or (role.label if role else NO_OWNER.capitalize())


def _roles(step: Step, duties: Sequence[Duty]) -> list[str]:
    """The roles that owe what has no post; those that will, as long as there is nothing."""
    kind = kind_for(step)
    if not duties and kind and kind.role:
        return [kind.role.label]
    return list(dict.fromkeys(duty.role.label for duty in duties if duty.role))


def _shared(snapshot: Snapshot, several: Mapping[str, Sequence[Duty]]) -> list[dict[str, str]]:
    """Who owns what, for deadlines that cover several things: "Head of Service (1, 4), no owner yet (7)"."""
    found = []
    for key, duties in several.items():
        if not duties:
            continue
        owned = _owned(duties)
        # Things without an owner come last, as the exception.
        names = sorted(owned, key=lambda name: (name == NO_OWNER, name))
        words = [f"{name} ({', '.join(filter(None, owned[name])) or len(owned[name])})" for name in names]
        found.append({"title": snapshot.framework.step(key).title, "owners": _first(words, MOST_POSTS)})
    return found


def _first(words: list[str], most: int) -> str:
    """The first few of them, because the page is full at some point."""
    more = [f"and {len(words) - most} more"] if len(words) > most else []
    return ", ".join([*words[:most], *more])


def _owned(duties: Iterable[Duty]) -> dict[str, list[str]]:
    """Post or role -> the numbers of what it owes; things without a number have an empty one."""
    owned: dict[str, list[str]] = defaultdict(list)
    for duty in duties:
        for name in [owner.name for owner in duty.owners] or [duty.role.label if duty.role else NO_OWNER]:
            owned[name].append(duty.number)
    return owned


def _days(dated: DatedStep) -> str:
    if dated.last_day is None:
        return "–"
    if dated.first_day in (None, dated.last_day):
        return str(dated.last_day)
    return f"{dated.first_day} to {dated.last_day}"


def _dates(dated: DatedStep) -> str:
    if dated.first is None or dated.last is None:
        return "No date yet"
    if dated.first == dated.last:
        return _short(dated.last)
    first = f"{weekday_date(dated.first)[:3]} {dated.first.day}"
    return f"{first if dated.first.month == dated.last.month else _short(dated.first)} to {_short(dated.last)}"


def _short(day: date) -> str:
    return f"{weekday_date(day)[:3]} {day_month(day)}"


def _brief(day: date) -> str:
    """A date such as "9 May": the page makes the year clear, and a long month may not fit its cell."""
    return short_date(day).rpartition(" ")[0]


def _weeks(snapshot: Snapshot, dates: Schedule, also: Set[date]) -> list[dict[str, Any]]:
    """The weeks from the notification to the last day, Monday to Friday."""
    first, last = dates.notified, dates.days[-1].date
    deadlines = also | {dated.last for dated in dates.steps if dated.step.deadline}
    monday = first - timedelta(days=first.weekday())
    weeks = []
    while monday <= last:
        days = [monday + timedelta(days=n) for n in range(SATURDAY)]
        cells = [_cell(snapshot, dates, day, is_due=day in deadlines) for day in days]
        weeks.append({"title": _brief(monday), "days": cells})
        monday += WEEK
    return weeks


def _cell(snapshot: Snapshot, dates: Schedule, day: date, *, is_due: bool) -> dict[str, Any]:
    is_inside = dates.notified <= day <= dates.days[-1].date
    return {
        "date": _brief(day),
        "number": dates.number_on(day),
        "why_not": (snapshot.calendar.why_not(day) or "") if is_inside else "",
        "is_due": is_due,
    }
