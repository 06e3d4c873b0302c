"""The task and finish group's agenda, made automatically: what is late, what falls due, who is missing, what changed.

Changes are taken from the record and described in our own words. Verbs that are not listed here are left out, because
the record may name a file, or a child.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from accounts.models import Event
from govuk.dates import long_date, long_datetime
from inspections.date_history import CHANGES, RECORDED, change_of
from inspections.duty import Duty, in_order
from inspections.models import Inspection
from inspections.snapshot import Snapshot
from inspections.working_days import listed
from reminders.rules.arrangements import Arrangement
from reminders.rules.reminder_times import LONDON, WEEK, ReminderTime, weekly

DOCUMENTS, OWNERS, DATES, PEOPLE, REST = "Documents", "Owners", "Dates", "People and posts", "Also done"
CONTACT = "Contact with the inspectors"
HEADINGS = (CONTACT, DOCUMENTS, OWNERS, DATES, PEOPLE, REST)
# The record's verb -> its heading, and the words for one and for several.
SAID = {
    "document approved": (DOCUMENTS, "approved", "approved {} times"),
    "document returned": (DOCUMENTS, "returned", "returned {} times"),
    "file added": (DOCUMENTS, "a file added", "{} files added"),
    "file replaced": (DOCUMENTS, "a file replaced", "{} files replaced"),
    "file removed": (DOCUMENTS, "a file removed", "{} files removed"),
    "file put back": (DOCUMENTS, "a file put back", "{} files put back"),
    "version restored": (DOCUMENTS, "a former version restored", "{} former versions restored"),
    "nil return stated": (DOCUMENTS, "a nil return stated", "{} nil returns stated"),
    "nil return withdrawn": (DOCUMENTS, "a nil return withdrawn", "{} nil returns withdrawn"),
    "documents sent": (REST, "documents recorded as sent", "documents recorded as sent {} times"),
    "pack sent": (REST, "recorded as sent", "recorded as sent {} times"),
    "case lists sent": (REST, "of the case lists recorded as sent", "of the case lists recorded as sent {} times"),
    "recorded done": (REST, "recorded as done", "recorded as done {} times"),
    "taken back": (REST, "taken back: it is owed again", "taken back {} times"),
    "case lists applied": (REST, "case lists applied", "case lists applied {} times"),
    "case list stated to be empty": (REST, "a case list stated to be empty", "{} case lists stated to be empty"),
    # Of audits, the record names the case or what its people did, never both. Not here: drafts, files, who has which
    # part, whose own case it is, and immediate concerns, of which the group is told nothing.
    "cases selected": (REST, "cases selected", "cases selected {} times"),
    "case taken out": (REST, "taken out of the selected cases", "taken out of the selected cases {} times"),
    "contribution submitted": (REST, "a contribution submitted", "{} contributions submitted"),
    "contribution reopened": (REST, "a contribution reopened", "{} contributions reopened"),
    "audit submitted": (REST, "an audit submitted", "{} audits submitted"),
    "audit reopened": (REST, "an audit reopened", "{} audits reopened"),
    "audit extended": (REST, "its audit given more time", "its audit given more time {} times"),
    "audit moderated": (REST, "an audit graded by its moderator", "{} audits graded by their moderators"),
    "audit grade agreed": (REST, "a grade agreed", "{} grades agreed"),
    "follow-up action added": (REST, "a follow-up action added", "{} follow-up actions added"),
    "follow-up action closed": (REST, "a follow-up action closed", "{} follow-up actions closed"),
    "follow-up action reopened": (REST, "a follow-up action opened again", "{} follow-up actions opened again"),
    "audit export asked for": (REST, "asked for", "asked for {} times"),
    "audits exported": (REST, "ready", "ready {} times"),
    "audit export failed": (REST, "failed", "failed {} times"),
    "audits handed over": (REST, "recorded as handed over", "recorded as handed over {} times"),
    "attendee added": (REST, "an attendee named", "{} attendees named"),
    "attendee removed": (REST, "an attendee taken off", "{} attendees taken off"),
    "attendee put back": (REST, "an attendee put back", "{} attendees put back"),
    "attendees briefed": (REST, "attendees briefed", "attendees briefed {} times"),
    "briefing taken back": (REST, "not briefed after all", "not briefed after all, said {} times"),
    "request recorded": (CONTACT, "asked for", "asked for {} times"),
    "request changed": (CONTACT, "changed", "changed {} times"),
    "request answered": (CONTACT, "answered", "answered {} times"),
    "request opened again": (CONTACT, "opened again: it is owed again", "opened again {} times"),
    "request withdrawn": (CONTACT, "withdrawn", "withdrawn {} times"),
    "request reinstated": (CONTACT, "reinstated: it is owed again", "reinstated {} times"),
    "logged": (CONTACT, "logged", "logged {} times"),
    "inspector named": (CONTACT, "named as an inspector", "named as an inspector {} times"),
    "inspector taken off": (CONTACT, "no longer an inspector here", "taken off {} times"),
    "inspector put back": (CONTACT, "an inspector here again", "put back {} times"),
    "person added": (PEOPLE, "has joined", "has joined {} times"),
    "person invited": (PEOPLE, "is invited", "was invited {} times"),
    "invitation accepted": (PEOPLE, "has joined", "has joined {} times"),
    "person removed": (PEOPLE, "has left", "has left {} times"),
    "roles changed": (PEOPLE, "has other roles", "has had other roles {} times"),
    "post given": (PEOPLE, "has another holder", "has had {} other holders"),
    "post vacated": (PEOPLE, "is vacant", "became vacant {} times"),
}
MET = "recorded"
MOST_MOVED = 3


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes under one heading, a line each."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is on the agenda of one meeting.

    since    changes after this time are listed
    next_day duties due by the end of this day, the day of the next meeting, are listed
    """

    since: datetime
    next_day: date
    changes: tuple[Changes, ...]
    late: tuple[Duty, ...]
    ahead: tuple[Duty, ...]
    unowned: tuple[Duty, ...]
    vacant: tuple[Duty, ...]
    turning: tuple[Duty, ...]


def last_meeting(arrangement: Arrangement, now: datetime) -> datetime:
    """The weekly time from which a page lists changes; on the day of a meeting, that of the week before."""
    today = now.astimezone(LONDON).replace(hour=0, minute=0, second=0, microsecond=0)
    return weekly(today, arrangement.hours, arrangement.weekly_day).at


def agenda_of(
    snapshot: Snapshot, duties: Iterable[Duty], arrangement: Arrangement, *, since: datetime | None = None
) -> Agenda:
    """The agenda at the time of the snapshot, since the last meeting or `since`."""
    now, met = snapshot.now, last_meeting(arrangement, snapshot.now)
    next_day = _next_meeting(arrangement, now)
    wanting = in_order(duty for duty in duties if not duty.done)
    late = tuple(duty for duty in wanting if duty.is_late(now))
    return Agenda(
        since=since or met,
        next_day=next_day,
        changes=changes_since(snapshot.inspection, since or met, now),
        late=late,
        ahead=tuple(d for d in wanting if d.due and d not in late and d.due.astimezone(LONDON).date() <= next_day),
        unowned=tuple(duty for duty in wanting if duty.is_unowned),
        vacant=tuple(duty for duty in wanting if duty.is_vacant),
        turning=tuple(duty for duty in duties if duty.done and duty.turns_on is not None),
    )


def _next_meeting(arrangement: Arrangement, now: datetime) -> date:
    """The first weekly day after today."""
    day = now.astimezone(LONDON).date()
    return day + timedelta(days=(arrangement.weekly_day - day.weekday() - 1) % 7 + 1)


def since_of(week: ReminderTime, last: datetime | None) -> datetime:
    """The time from which an emailed agenda lists changes: when the last one was sent, so that nothing is left out."""
    return last if last is not None else week.at - WEEK


def changes_since(inspection: Inspection, since: datetime, until: datetime) -> tuple[Changes, ...]:
    """The changes in the inspection and its council, by heading, each in order of time."""
    rows = Event.objects.filter(
        Q(inspection=inspection.slug) | Q(inspection=""),
        council_id=inspection.council_id,
        at__gt=since,
        at__lte=until,
        verb__in=[*SAID, *CHANGES, MET, "owners changed"],
    )
    counts: Counter[tuple[str, str]] = Counter()
    found: dict[str, dict[str, None]] = {heading: {} for heading in HEADINGS}
    events = list(rows.select_related("by").order_by("at", "pk"))
    owners = {event.subject: event for event in events if event.verb == "owners changed"}
    for event in events:
        counts[event.verb, event.subject] += event.verb in SAID
    for subject, event in owners.items():
        found[OWNERS][_owned(subject, event.detail)] = None
    for event in events:
        if event.verb in CHANGES:
            found[DATES][_moved(event)] = None
    for (verb, subject), count in counts.items():
        if count:
            heading, one, several = SAID[verb]
            after = "," if ":" in subject else ":"
            found[heading][f"{subject}{after} {one if count == 1 else several.format(count)}"] = None
    if met := [event for event in events if event.verb == MET]:
        found[CONTACT][_met(met[-1])] = None
    return tuple(Changes(heading, tuple(lines)) for heading, lines in found.items() if lines)


def _owned(subject: str, detail: Mapping[str, Any]) -> str:
    posts = [str(post) for post in detail.get("after") or ()]
    return f"{subject}: {f'now with {listed(posts)}' if posts else 'has no owner any more'}"


def _met(event: Event) -> str:
    """The set-up meeting as last recorded: when it is, without its place and notes."""
    return f"{event.subject}: {long_datetime(datetime.fromisoformat(event.detail['held_at']))}"


def _moved(event: Event) -> str:
    """A change of dates without its reason, because that is in a person's own words."""
    change = change_of(event)
    moves = [
        f"{moved.title} from {long_date(moved.before)} to {long_date(moved.after)}"
        for moved in change.moved
        if moved.before and moved.after
    ]
    said = change.what
    if event.verb == RECORDED or not moves:
        return said
    more = f" and {len(moves) - MOST_MOVED} more" if len(moves) > MOST_MOVED else ""
    return f"{said}: {'; '.join(moves[:MOST_MOVED])}{more}"
