"""The task and finish group's dashboard: where it will break, worst first; read from the duties alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

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

# Working days ahead within which what is not done is a problem already.
SOON = 3
WORST_FIRST = ("late", "tbc", "vacant", "returned", "stale", "soon", "turning")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a duty: `kind` is one of WORST_FIRST, `since` when it has been so, where that is known."""

    kind: str
    duty: Duty
    since: datetime | None


@dataclass(frozen=True, slots=True)
class RecentChange:
    """Something that was done, as the record has it; `by` is a name."""

    subject: str
    verb: str
    at: datetime
    by: str | None


#: The latest that were done on an inspection between two moments.
_CHANGES = Prepared(
    lambda slug, since, until: (
        Event.objects.filter(inspection=slug, at__gt=since, at__lte=until)
        .order_by("-at", "-pk")
        .values_list("subject", "verb", "at", "by__full_name")[:8]
    ),
    takes=(str, datetime, datetime),
)


@dataclass(frozen=True)
class Dashboard:
    """Everything owed, sorted as the dashboard shows it.

    met             the moment of the weekly meeting before today; changes are the latest since then
    unreachable     people whose emails fail or come back
    without_recipient  how many things are owed of which nobody at all can be reminded
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
        """How many things are wrong today; what will go out of date is a warning and not among them."""
        return sum(problem.kind != "turning" for problem in self.problems)

    @property
    def late(self) -> int:
        return sum(problem.kind == "late" for problem in self.problems)


def dashboard(snapshot: Snapshot) -> Dashboard:
    """The dashboard of an inspection: the queries of its duties, one for its reminders and one for what changed."""
    duties = all_duties(snapshot if snapshot.schedule else if_called_today(snapshot))
    if snapshot.schedule is None:
        # Before the call nothing that hangs on it is late; the supposed dates only say what would be due.
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
    """The dashboard in one line: where the inspection is, and how much of it is wrong."""
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
    """What is wrong, worst first: late, then due within days, then without an owner, vacant, returned, out of date.

    Last comes what is done and will soon be out of date: nothing is wrong with it yet.

    A duty is named once, for the worst that is wrong with it; a vacancy that is due tomorrow goes before one that is
    due next week.
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
    """How many of the duties are in each state, as a stacked bar takes it; a state of no list stands as itself."""
    counts = Counter(duty.state for duty in duties)
    known = [(words, counts.pop(state, 0), colour) for state, words, colour in duties[0].kind.states] if duties else []
    return [*known, *((state, number, "grey") for state, number in counts.items())]


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of the dashboard with its picture: `done` of `total`, and the parts of its bar."""

    label: str
    done: int
    total: int
    parts: list[tuple[str, int, str]]
    address: str
    tone: str


def tiles(board: Dashboard, snapshot: Snapshot, *, with_links: bool = True) -> list[Tile]:
    """How much is done of each kind and, where it has strands, of each strand.

    What can only be met after the call has no tile before it.
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
