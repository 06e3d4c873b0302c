"""The list of audits in words: are they coming in, what is next, and which rows a filter leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from audits.models import Assignment
from audits.state import (
    ASSIGNED,
    BEGUN,
    ERASED,
    HANDED_OVER,
    MODERATED,
    STATES,
    SUBMITTED,
    UNASSIGNED,
    AuditsState,
    CaseState,
    CurrentPart,
    SelectionState,
)
from inspections.snapshot import Snapshot

Part = Assignment.Part
LATE, CONCERN = "late", "concern"
_COLOURS = {
    HANDED_OVER: "teal",
    MODERATED: "green",
    SUBMITTED: "blue",
    BEGUN: "yellow",
    ASSIGNED: "grey",
    UNASSIGNED: "orange",
    ERASED: "empty",
}
#: What narrows the list, as its address has it: the words, and which cases are left.
FILTERS: Mapping[str, tuple[str, Callable[[CaseState, datetime], bool]]] = {
    **{
        state: (words, lambda case, now, state=state: case.state == state)  # type: ignore[misc]
        for state, words in STATES.items()
    },
    LATE: ("Late", lambda case, now: case.is_late(now)),
    CONCERN: ("Immediate concern", lambda case, now: case.has_concern),
}
#: Those that only case officers may use, since they say more than a state does.
FOR_OFFICERS = frozenset({CONCERN})


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many cases are selected and audited, and how many of the audits are in, late and so on."""

    selected: int
    wanted: int
    audited: int
    submitted: int
    moderated: int
    handed_over: int
    unassigned: int
    late: int
    open_concerns: int


def numbers(state: AuditsState, now: datetime) -> Numbers:
    audited = [case for case in state.cases if case.audit is not None]
    return Numbers(
        selected=len(state.cases),
        wanted=sum(max(each.selection.minimum or 0, len(each.cases)) for each in state.selections if each.cases),
        audited=len(audited),
        submitted=sum(case.is_submitted for case in audited),
        moderated=sum(case.agreed_at is not None for case in audited),
        handed_over=sum(case.handed_over_at is not None for case in audited),
        unassigned=sum(case.state == UNASSIGNED for case in audited),
        late=sum(case.is_late(now) for case in audited),
        open_concerns=len(open_concerns(state)),
    )


def open_concerns(state: AuditsState) -> list[CaseState]:
    """The cases with an immediate concern that nobody has acknowledged."""
    return [case for case in state.cases if case.has_open_concern and not case.is_erased]


def parts(state: AuditsState) -> list[tuple[str, int, str]]:
    """How many audits are in each state, for a stacked bar, furthest first."""
    counts = {key: sum(case.state == key for case in state.cases) for key in STATES}
    return [(STATES[key].lower(), counts[key], _COLOURS[key]) for key in _COLOURS if counts[key]]


def sentence(found: Numbers) -> str:
    """Whether the audits are coming in."""
    if not found.selected:
        return "No case has been selected yet."
    if not found.audited:
        return f"{_counted(found.selected, 'case')} selected. The council does not audit {_them(found.selected)}."
    if found.submitted == found.audited:
        said = "The audit is in" if found.audited == 1 else f"All {found.audited} audits are in"
        if found.handed_over == found.audited:
            return f"{said} and handed over."
        return f"{said}, and {found.handed_over} handed over." if found.handed_over else f"{said}."
    said = f"{found.submitted} of {_counted(found.audited, 'audit')} {'is' if found.submitted == 1 else 'are'} in"
    wrong = []
    if found.late:
        wrong.append(f"{found.late} {'is' if found.late == 1 else 'are'} late")
    if found.unassigned:
        wrong.append(f"{found.unassigned} {'has' if found.unassigned == 1 else 'have'} no auditor")
    return f"{said}; {' and '.join(wrong)}." if wrong else f"{said}; none is late."


def next_step(state: AuditsState, found: Numbers, snapshot: Snapshot) -> tuple[str, str]:
    """What a case officer does next, `select`, `assign`, `hand over` or nothing, and on which selection."""
    for each in state.selections:
        if not each.is_complete and (each.cases or is_time_to_select(each, snapshot)):
            return "select", each.selection.key
    if found.unassigned:
        return "assign", ""
    for each in state.selections:
        if each.is_audited and each.not_handed_over and all(case.is_submitted for case in each.to_hand_over):
            return "hand over", each.selection.key
    return "", ""


def is_time_to_select(each: SelectionState, snapshot: Snapshot) -> bool:
    """Whether the cases may be named by now. A rehearsal draws its own at any time."""
    if snapshot.inspection.is_rehearsal:
        return True
    dated = snapshot.dated(snapshot.framework.step(each.selection.step))
    return dated is not None and dated.first is not None and dated.first <= snapshot.today


@dataclass(frozen=True, slots=True)
class SelectionOnList:
    """A selection on the list: its cases as far as the filter leaves them, and when what is due.

    `is_from` says that cases are named on several days, of which `select_on` is the first.
    """

    state: SelectionState
    shown: tuple[CaseState, ...]
    due: datetime | None
    due_day: int | None
    hand_over_by: datetime | None
    select_day: int | None
    select_on: date | None
    is_from: bool


def narrowed(cases: Sequence[CaseState], by: str, now: datetime) -> tuple[CaseState, ...]:
    """The cases that a filter leaves; all of them without one."""
    return tuple(case for case in cases if by not in FILTERS or FILTERS[by][1](case, now))


def choices(state: AuditsState, now: datetime, *, is_officer: bool) -> list[tuple[str, str, int]]:
    """The filters that leave anything: key, words and how many cases."""
    found = []
    for key, (words, keeps) in FILTERS.items():
        number = sum(keeps(case, now) for case in state.cases)
        if number and (is_officer or key not in FOR_OFFICERS):
            found.append((key, words, number))
    return found


@dataclass(frozen=True, slots=True)
class OwnCaseRow:
    """One of a person's own cases: their part in it, and what they do next."""

    case: CaseState
    part: CurrentPart
    what: str
    next: str

    @property
    def is_waiting(self) -> bool:
        """Whether it is the person's turn."""
        return self.next in ("write", "contribute", "grade", "agree")


def own_cases(state: AuditsState, person: int) -> list[OwnCaseRow]:
    """The cases in which a person (id) has a part, those first that wait for them, then by number."""
    found = [_own(case, part) for case in state.cases if (part := case.part_of(person)) is not None]
    return sorted(found, key=lambda row: (not row.is_waiting, row.case.due is None, row.case.due, row.case.number))


def _own(case: CaseState, part: CurrentPart) -> OwnCaseRow:
    if case.is_erased:
        return OwnCaseRow(case, part, _called(part), "")
    if part.part == Part.AUDITOR:
        return OwnCaseRow(case, part, "Audit", "read" if case.is_submitted else "write")
    if part.part == Part.CONTRIBUTOR:
        done = part.done_at is not None or case.is_submitted
        return OwnCaseRow(case, part, _called(part), "read contribution" if done else "contribute")
    if not case.is_submitted:
        return OwnCaseRow(case, part, "Moderation", "wait")
    return OwnCaseRow(
        case, part, "Moderation", "moderated" if case.agreed_at else "agree" if case.graded_at else "grade"
    )


def _called(part: CurrentPart) -> str:
    if part.part == Part.CONTRIBUTOR:
        return f"Contribution: {part.agency}" if part.agency else "Contribution"
    return "Moderation" if part.part == Part.MODERATOR else "Audit"


def on_list(state: AuditsState, by: str, snapshot: Snapshot) -> list[SelectionOnList]:
    """Each selection with its dates, and its cases as far as the filter leaves them."""
    found = []
    for each in state.selections:
        selection = each.selection
        steps = {
            name: snapshot.framework.step(key)
            for name, key in (
                ("select", selection.step),
                ("audit", selection.audit_step),
                ("hand", selection.handover_step),
            )
            if key
        }
        dated = {name: snapshot.dated(step) for name, step in steps.items()}
        audit, hand, select = dated.get("audit"), dated.get("hand"), dated["select"]
        found.append(
            SelectionOnList(
                state=each,
                shown=narrowed(each.cases, by, snapshot.now),
                due=audit.due if audit else None,
                due_day=audit.last_day if audit else steps["audit"].last_day if "audit" in steps else None,
                hand_over_by=hand.due if hand else None,
                select_day=select.first_day if select else steps["select"].first_day,
                select_on=select.first if select else None,
                is_from=steps["select"].first_day != steps["select"].last_day,
            )
        )
    return found


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _them(number: int) -> str:
    return "it" if number == 1 else "them"
