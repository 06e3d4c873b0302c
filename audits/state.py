"""The states of the selected cases and their audits, derived from stored rows. Nothing in them says anything of a
child, but the names of people are for case officers only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.timezone import localdate

from accounts.models import Role
from audits.models import Assignment, AuditHandover, SelectedCase
from database.prepared import PreparedTogether
from frameworks import CaseSelection
from inspections.snapshot import Snapshot

Part = Assignment.Part
UNASSIGNED, ASSIGNED, BEGUN = "unassigned", "to do", "begun"
SUBMITTED, MODERATED, HANDED_OVER, ERASED = "submitted", "moderated", "handed over", "erased"
#: Every state in its order, with its words on pages and in filters.
STATES: Mapping[str, str] = {
    UNASSIGNED: "No auditor",
    ASSIGNED: "To do",
    BEGUN: "Begun",
    SUBMITTED: "Submitted",
    MODERATED: "Moderated",
    HANDED_OVER: "Handed over",
    ERASED: "Erased",
}


@dataclass(frozen=True, slots=True)
class CurrentPart:
    """A person's part in an audit now. It counts only while they are active and an auditor of the council.

    `done_at` says when a contributor submitted.
    """

    assignment: int
    part: str
    person: int
    name: str
    agency: str
    since: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """One selected case with its audit; `audit` is the audit's id, None if the selection is not audited.

    due        when the audit is due: the step's deadline, or a later moment to which it was extended. None before
               notification, or if the selection is not audited
    due_day    the working day of the inspection on which that is
    """

    number: int
    selection: str
    audit: int | None
    due: datetime | None
    due_day: int | None
    is_extended: bool
    parts: tuple[CurrentPart, ...]
    started_at: datetime | None
    submitted_at: datetime | None
    graded_at: datetime | None
    agreed_at: datetime | None
    handed_over_at: datetime | None
    has_concern: bool
    has_open_concern: bool
    is_erased: bool

    @property
    def title(self) -> str:
        """What it is called everywhere: "Case 3"."""
        return f"Case {self.number}"

    @property
    def state(self) -> str:
        """How far its audit is: a key of `STATES`. Empty if the selection is not audited."""
        if self.audit is None:
            return ERASED if self.is_erased else ""
        if self.handed_over_at:
            return HANDED_OVER
        if self.is_erased:
            return ERASED
        if self.is_submitted:
            return MODERATED if self.agreed_at else SUBMITTED
        if self.auditor is None:
            return UNASSIGNED
        return BEGUN if self.started_at else ASSIGNED

    @property
    def is_submitted(self) -> bool:
        return self.submitted_at is not None

    @property
    def is_owed(self) -> bool:
        """Whether its audit still has to be written. Nobody can write it once its child was erased."""
        return self.audit is not None and not self.is_submitted and not self.is_erased

    def is_late(self, now: datetime) -> bool:
        return self.is_owed and self.due is not None and now > self.due

    @property
    def auditor(self) -> CurrentPart | None:
        return self._of(Part.AUDITOR)

    @property
    def moderator(self) -> CurrentPart | None:
        return self._of(Part.MODERATOR)

    @property
    def contributors(self) -> tuple[CurrentPart, ...]:
        return tuple(each for each in self.parts if each.part == Part.CONTRIBUTOR)

    def _of(self, part: Part) -> CurrentPart | None:
        return next((each for each in self.parts if each.part == part), None)

    def part_of(self, person: int) -> CurrentPart | None:
        """The part that a person (id) has in it now."""
        return next((each for each in self.parts if each.person == person), None)


@dataclass(frozen=True, slots=True)
class SelectionState:
    """A selection of the framework with its cases, in the order of their numbers, without those taken out."""

    selection: CaseSelection
    cases: tuple[CaseState, ...]

    @property
    def is_audited(self) -> bool:
        return self.selection.audit_step is not None

    @property
    def is_complete(self) -> bool:
        """Whether as many cases are selected as there must be; one, if the number is not known."""
        return len(self.cases) >= (self.selection.minimum or 1)

    @property
    def still_to_select(self) -> int:
        """How many cases are still lacking; 0 if the number is not known."""
        return max((self.selection.minimum or 0) - len(self.cases), 0)

    @property
    def to_hand_over(self) -> tuple[CaseState, ...]:
        """The cases whose audits have to be handed over, or were."""
        return tuple(each for each in self.cases if not each.is_erased or each.handed_over_at)

    @property
    def not_handed_over(self) -> tuple[CaseState, ...]:
        return tuple(each for each in self.to_hand_over if each.handed_over_at is None)

    @property
    def handed_over_at(self) -> datetime | None:
        """When the last of its audits was handed over; None as long as one was not."""
        moments = [each.handed_over_at for each in self.to_hand_over]
        return None if not moments or None in moments else max(filter(None, moments))

    @property
    def counts(self) -> Counter[str]:
        """How many cases are in each state."""
        return Counter(each.state for each in self.cases)


@dataclass(frozen=True, slots=True)
class AuditsState:
    """Every selection of the framework, in its order."""

    selections: tuple[SelectionState, ...]

    @property
    def cases(self) -> tuple[CaseState, ...]:
        return tuple(case for each in self.selections for case in each.cases)

    def of(self, selection: str) -> SelectionState:
        """One of the selections. Raises KeyError for an unknown one."""
        return {each.selection.key: each for each in self.selections}[selection]

    def case(self, number: int) -> CaseState:
        """The case with this number. Raises KeyError if there is none, or if it was taken out."""
        return {each.number: each for each in self.cases}[number]


def _cases(inspection: int) -> Any:
    return (
        SelectedCase.objects.filter(inspection=inspection, removed_at=None)
        .order_by()
        .values_list(
            "number",
            "selection",
            "child_id",
            "audit__pk",
            "audit__extended_to",
            "audit__started_at",
            "audit__submitted_at",
            "audit__moderation__graded_at",
            "audit__moderation__agreed_at",
            "audit__concern_at",
            "audit__acknowledged_at",
        )
    )


def _parts(inspection: int) -> Any:
    return (
        Assignment.objects.filter(
            audit__case__inspection=inspection,
            audit__case__removed_at=None,
            ended_at=None,
            user__is_active=True,
            user__memberships__role=Role.AUDITOR,
            user__memberships__council=F("audit__case__inspection__council"),
        )
        .order_by()
        .values_list(
            "audit__case__number",
            "pk",
            "part",
            "user_id",
            "user__full_name",
            "agency",
            "assigned_at",
            "contribution__submitted_at",
        )
    )


def _handovers(inspection: int) -> Any:
    return (
        AuditHandover.objects.filter(export__inspection=inspection)
        .order_by()
        .values_list("handed_over_at", "export__cases")
    )


_RECORDS = PreparedTogether(_cases, _parts, _handovers)


def audits_state(snapshot: Snapshot) -> AuditsState:
    """The state of the inspection's selections and audits."""
    cases, parts, handovers = _RECORDS(snapshot.inspection.pk)
    by_case: dict[int, list[CurrentPart]] = defaultdict(list)
    for number, *facts in parts:
        by_case[number].append(CurrentPart(*facts))
    handed_over = _first_handed_over(handovers)
    by_selection: dict[str, list[CaseState]] = defaultdict(list)
    selections = {each.key: each for each in snapshot.framework.case_selections}
    for number, key, *facts in sorted(cases):
        if key in selections:
            own = tuple(sorted(by_case[number], key=lambda each: each.assignment))
            by_selection[key].append(
                _case(snapshot, selections[key], number, facts, parts=own, handed_over_at=handed_over.get(number))
            )
    return AuditsState(tuple(SelectionState(each, tuple(by_selection[key])) for key, each in selections.items()))


def _case(
    snapshot: Snapshot,
    selection: CaseSelection,
    number: int,
    facts: Sequence[Any],
    *,
    parts: tuple[CurrentPart, ...],
    handed_over_at: datetime | None,
) -> CaseState:
    child, audit, extended_to, started_at, submitted_at, graded_at, agreed_at, concern_at, acknowledged_at = facts
    due, due_day = due_of(selection, snapshot)
    # A deadline that moved beyond the extension counts.
    is_extended = extended_to is not None and (due is None or extended_to > due)
    if is_extended:
        due = extended_to
        due_day = snapshot.schedule.number_on(localdate(extended_to)) if snapshot.schedule else None
    return CaseState(
        number=number,
        selection=selection.key,
        audit=audit,
        due=due if audit else None,
        due_day=due_day if audit else None,
        is_extended=is_extended,
        parts=parts,
        started_at=started_at,
        submitted_at=submitted_at,
        graded_at=graded_at,
        agreed_at=agreed_at,
        handed_over_at=handed_over_at,
        has_concern=concern_at is not None,
        has_open_concern=concern_at is not None and acknowledged_at is None,
        is_erased=child is None,
    )


def due_of(selection: CaseSelection, snapshot: Snapshot) -> tuple[datetime | None, int | None]:
    """When the audits of a selection are due, and on which working day; None before notification, or if there are
    none.
    """
    if selection.audit_step is None:
        return None, None
    step = snapshot.framework.step(selection.audit_step)
    dated = snapshot.dated(step)
    return (dated.due, dated.last_day) if dated else (None, step.last_day)


def _first_handed_over(handovers: Iterable[tuple[datetime, list[int]]]) -> dict[int, datetime]:
    """When the audit of each case, by its number, was handed over first."""
    found: dict[int, datetime] = {}
    for at, numbers in handovers:
        for number in numbers:
            found[number] = min(at, found.get(number, at))
    return found
