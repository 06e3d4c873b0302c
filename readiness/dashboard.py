"""The task and finish group's dashboard: what is likely to fail, worst first, computed from the duties alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Case, When
from django.utils.timezone import localdate

from accounts.models import Event
from database.prepared import Prepared
from govuk.addresses import address_of
from govuk.forms import lower_first
from inspections.duty import Duty
from inspections.snapshot import Snapshot
from reminders.ledger import UnreachablePerson
from reminders.overview import overview_of
from reminders.records.agenda import last_meeting
from reminders.rules import planning
from timetable.countdown import where
from timetable.duties import all_duties, if_called_today

# How many working days ahead something not done counts as a problem.
SOON = 3
WORST_FIRST = ("late", "tbc", "vacant", "returned", "stale", "soon", "turning")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a duty: `kind` is one of WORST_FIRST, `since` is when it began, if that is known."""

    kind: str
    duty: Duty
    since: datetime | None


@dataclass(frozen=True, slots=True)
class RecentChange:
    """Something that was done, from the record; `by` is a name."""

    subject: str
    verb: str
    at: datetime
    by: str | None


#: The latest events of an inspection between two times.
_CHANGES = Prepared(
    lambda slug, since, until: (
        Event.objects.filter(inspection=slug, at__gt=since, at__lte=until)
        .order_by("-at", "-pk")
        .annotate(who=Case(When(hides_person=False, then="by__full_name")))
        .values_list("subject", "verb", "at", "who")[:8]
    ),
    takes=(str, datetime, datetime),
)


@dataclass(frozen=True)
class Dashboard:
    """Everything owed, sorted as on the dashboard.

    met             the time of the weekly meeting before today; changes are the latest since then
    unreachable     people whose emails fail or come back
    without_recipient  how many duties have nobody at all who can be reminded
    """

    duties: tuple[Duty, ...]
    problems: tuple[Problem, ...]
    unowned: tuple[Duty, ...]
    vacant: tuple[Duty, ...]
    met: datetime
    changes: tuple[RecentChange, ...]
    unreachable: Sequence[UnreachablePerson]
    without_recipient: int

    @property
    def wrong(self) -> int:
        """How many things are wrong today. Things that will go out of date are warnings and not counted."""
        return sum(problem.kind != "turning" for problem in self.problems)

    @property
    def late(self) -> int:
        return sum(problem.kind == "late" for problem in self.problems)


def dashboard(snapshot: Snapshot) -> Dashboard:
    """The dashboard of an inspection."""
    duties = all_duties(snapshot if snapshot.schedule else if_called_today(snapshot))
    if snapshot.schedule is None:
        # Before the call nothing that depends on it is late; the assumed dates only say what would be due.
        duties = [replace(duty, due=None) if duty.hangs_on_call else duty for duty in duties]
    reminded = overview_of(snapshot)
    met = last_meeting(reminded.arrangement, snapshot.now)
    changes = _CHANGES(snapshot.inspection.slug, met, snapshot.now)
    return Dashboard(
        duties=tuple(duties),
        problems=tuple(problems(duties, snapshot)),
        unowned=tuple(duty for duty in duties if duty.is_unowned),
        vacant=tuple(duty for duty in duties if duty.is_vacant and not duty.is_unowned),
        met=met,
        changes=tuple(RecentChange(*row) for row in changes),
        unreachable=reminded.unreachable,
        without_recipient=len(planning.without_recipient(duties, reminded.people)),
    )


def headline(board: Dashboard, snapshot: Snapshot) -> str:
    """The dashboard in one line: the stage of the inspection, and how much is wrong."""
    if snapshot.inspection.is_withdrawn:
        return "Withdrawn: nothing more is owed"
    place = where(snapshot)
    if board.late:
        said = f"{board.late} thing is late" if board.late == 1 else f"{board.late} things are late"
    elif board.wrong:
        count = board.wrong
        said = f"{count} thing to put right" if count == 1 else f"{count} things to put right"
    else:
        said = "nothing is wrong"
    return f"{place}: {said}" if place else f"{said[:1].upper()}{said[1:]}"


def problems(duties: Sequence[Duty], snapshot: Snapshot) -> list[Problem]:
    """Problems, worst first: late, due within days, without an owner, vacant, returned, out of date.

    Last come duties that are done and will soon be out of date: nothing is wrong with them yet.

    A duty is listed once, for the worst problem; a vacancy due tomorrow comes before one due next week.
    """
    soon = snapshot.calendar.add(snapshot.calendar.next_working(snapshot.today), SOON)
    found = []
    for duty in duties:
        kind = _wrong(duty, snapshot, soon)
        if kind:
            found.append(Problem(kind, duty, duty.due if kind == "late" else None))
    found.sort(key=lambda problem: _worst_first(problem, soon))
    return found


def _worst_first(problem: Problem, soon: date) -> tuple[bool, bool, bool, float, int, float, int]:
    duty = problem.duty
    is_warning = problem.kind == "turning"
    due = duty.due.timestamp() if duty.due else float("inf")
    is_late, is_soon = problem.kind == "late", not is_warning and _is_soon(duty, soon)
    order = duty.turns_on.toordinal() if duty.turns_on else duty.due_day or 10_000
    pressing = due if is_late or is_soon else 0.0
    return (is_warning, not is_late, not is_soon, pressing, WORST_FIRST.index(problem.kind), due, order)


def _wrong(duty: Duty, snapshot: Snapshot, soon: date) -> str:
    if duty.is_late(snapshot.now):
        return "late"
    if duty.done:
        return "turning" if duty.turns_on is not None else ""
    if duty.is_unowned:
        return "tbc"
    if duty.is_vacant:
        return "vacant"
    if duty.state in ("returned", "stale"):
        return duty.state
    return "soon" if _is_soon(duty, soon) else ""


def _is_soon(duty: Duty, soon: date) -> bool:
    return duty.due is not None and localdate(duty.due) <= soon


def bar(duties: Sequence[Duty]) -> list[tuple[str, int, str]]:
    """How many of the duties are in each state, as input for a stacked bar; unknown states are shown as they are."""
    counts = Counter(duty.state for duty in duties)
    known = [(words, counts.pop(state, 0), colour) for state, words, colour in duties[0].kind.states] if duties else []
    return [*known, *((state, number, "grey") for state, number in counts.items())]


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of the dashboard with its chart: `done` of `total`, and the parts of its bar."""

    label: str
    done: int
    total: int
    parts: list[tuple[str, int, str]]
    address: str
    tone: str


def tiles(board: Dashboard, snapshot: Snapshot, *, with_links: bool = True) -> list[Tile]:
    """How much is done of each kind and, if it has strands, of each strand.

    Duties that can only be met after the call have no tile before it.
    """
    rows: dict[tuple[str, str], list[Duty]] = defaultdict(list)
    for duty in board.duties:
        if snapshot.schedule is not None or duty.kind.before_call:
            rows[duty.strand, duty.kind.heading].append(duty)
    found = []
    for (strand, heading), duties in rows.items():
        label = f"{strand}: {lower_first(heading)}" if strand else heading
        done = sum(duty.done for duty in duties)
        late = any(duty.is_late(snapshot.now) for duty in duties)
        tone = "good" if done == len(duties) else "bad" if late else "warn"
        address = address_of(duties[0].kind.list_url or "timetable:countdown", snapshot.inspection.slug)
        found.append(Tile(label, done, len(duties), bar(duties), address if with_links else "", tone))
    return found
