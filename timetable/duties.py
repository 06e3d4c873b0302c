"""The one list of everything that is owed on an inspection; every page, email and feed reads this list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import audits.duties
import cases.duties
import contact.duties
import documents.duties
import focusgroups.duties
from accounts.models import Role
from database.prepared import Prepared
from frameworks import Step
from govuk.addresses import address_of
from inspections.duty import Duty, DutyKind, in_order
from inspections.snapshot import Snapshot
from timetable.models import StepRecord

STEP = DutyKind(
    prefix="step",
    noun="step",
    verb="Record as done",
    heading="Other deadlines met",
    words=frozenset({"record", "send-documents"}),
    is_step=True,
    role=Role.DCS_OFFICE,
    is_recorded=True,
    before_call=False,
    title_is_safe=True,
    missing_is_safe=True,
)

_RECORDS = Prepared(
    lambda inspection: (
        StepRecord.objects.filter(inspection=inspection, undone_at=None)
        .order_by()
        .values_list("step", "done_at", "done_by__full_name", "note")
    )
)


@dataclass(frozen=True, slots=True)
class _Done:
    at: datetime
    by: str | None
    note: str


def step_duties(snapshot: Snapshot) -> list[Duty]:
    """The council's deadlines that are recorded as done by hand, in the framework's order.

    They are owed by the posts that the plan names for the step, otherwise by the DCS office.
    """
    records = {step: _Done(*facts) for step, *facts in _RECORDS(snapshot.inspection.pk)}
    steps = (step for step in snapshot.framework.steps if step.deadline and step.duty in STEP.words)
    return [_step_duty(snapshot, step, records.get(step.key)) for step in steps]


def _step_duty(snapshot: Snapshot, step: Step, record: _Done | None) -> Duty:
    owners = snapshot.owners_of(f"step:{step.key}")
    dated = snapshot.dated(step)
    return Duty(
        key=f"step:{step.key}",
        kind=STEP,
        title=step.title,
        owners=owners,
        role=None if owners else STEP.role,
        state="done" if record else "to do",
        missing=() if record else ("Not recorded as done.",),
        url=address_of("timetable:record", snapshot.inspection.slug, step.key),
        done=record is not None,
        done_at=record.at if record else None,
        done_by=record.by if record else None,
        note=record.note if record else "",
        due_day=dated.last_day if dated else step.last_day,
        due=dated.due if dated else None,
    )


@dataclass(frozen=True, slots=True)
class DutySource:
    """Kinds of duties with the function that reads them, in a constant number of queries."""

    kinds: tuple[DutyKind, ...]
    duties: Callable[[Snapshot], list[Duty]]


#: Every kind of duty; the only list of them. Pages show them in this order.
SOURCES = (
    DutySource((documents.duties.DOCUMENT,), documents.duties.duties),
    DutySource((focusgroups.duties.GROUP,), focusgroups.duties.duties),
    DutySource((STEP,), step_duties),
    DutySource((cases.duties.SENDING, cases.duties.LIST, cases.duties.SURVEY), cases.duties.duties),
    DutySource(audits.duties.KINDS, audits.duties.duties),
    DutySource((contact.duties.REQUEST,), contact.duties.duties),
)


#: What stands for a duty beside the name of who owes it, by the prefix of its key, where readers must not learn whose.
BESIDE_A_NAME = {kind.prefix: kind.beside_a_name for source in SOURCES for kind in source.kinds if kind.beside_a_name}


def all_duties(snapshot: Snapshot) -> list[Duty]:
    """Every duty of the inspection, kind by kind.

    The number of queries is constant. Nothing is owed on a withdrawn inspection. A duty's state depends on the day and
    never on the hour.
    """
    if snapshot.inspection.is_withdrawn:
        return []
    return [duty for source in SOURCES for duty in source.duties(snapshot)]


def other_duties(snapshot: Snapshot) -> list[Duty]:
    """Duties that belong to no step of the timetable, by their dates; only their kinds are read."""
    if snapshot.inspection.is_withdrawn:
        return []
    return in_order(duty for source in SOURCES if not _has_step(source) for duty in source.duties(snapshot))


def _has_step(source: DutySource) -> bool:
    return any(kind.words for kind in source.kinds)


def kind_for(step: Step) -> DutyKind | None:
    """The kind of the duties that the step's deadline brings; None if it brings none."""
    return next((kind for source in SOURCES for kind in source.kinds if step.duty in kind.words), None)


def duties_for(steps: Iterable[Step], snapshot: Snapshot) -> dict[str, list[Duty]]:
    """For the key of each of these steps the duties of its kind that its deadline brings, also on a withdrawn
    inspection. Each source is read once.
    """
    kinds = {step: kind_for(step) for step in steps}
    read = {source: source.duties(snapshot) for source in SOURCES if not set(source.kinds).isdisjoint(kinds.values())}
    return {
        step.key: [
            duty
            for source, duties in read.items()
            if kind in source.kinds
            for duty in duties
            if duty.kind is kind and kind.is_for(step, duty.key)
        ]
        for step, kind in kinds.items()
    }


def if_called_today(snapshot: Snapshot) -> Snapshot:
    """The same inspection as if the call came today, so that its duties have the dates that would follow."""
    return replace(snapshot, schedule=snapshot.if_called_today)
