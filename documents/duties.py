"""Duties on the core documents: each one complete and fresh by the day that the framework sets."""

from __future__ import annotations

from collections.abc import Mapping

from documents.state import COMPLETE, DocumentState
from documents.state import states as states_of
from govuk.addresses import address_of
from inspections.duty import Duty, DutyKind
from inspections.snapshot import Snapshot

DOCUMENT = DutyKind(
    prefix="document",
    noun="document",
    verb="Upload",
    heading="Core documents ready",
    states=(
        ("sent", "sent", "blue"),
        ("approved", "approved", "green"),
        ("submitted", "submitted", "blue"),
        ("stale", "out of date", "orange"),
        ("returned", "returned", "purple"),
        ("partial", "partial", "yellow"),
        ("missing", "missing", "red"),
    ),
    words=frozenset({"documents"}),
    list_url="documents:list",
    at_call=True,
    trend="documents",
    title_is_safe=True,
    missing_is_safe=True,
)


def duties(snapshot: Snapshot, states: Mapping[str, DocumentState] | None = None) -> list[Duty]:
    """One duty for each core document, in the framework's order. A page that has the `states` already passes them in.

    A document is done when it is submitted, approved or sent, and not out of date.
    """
    step = snapshot.step_for("documents")
    dated = snapshot.dated(step) if step else None
    due_day = (dated.last_day if dated else step.last_day) if step else None
    found = states_of(snapshot) if states is None else states
    return [
        Duty(
            key=state.item,
            kind=DOCUMENT,
            title=state.document.title,
            number=str(state.document.number),
            owners=state.owners,
            # Everything is in, but the document is out of date: the state says so.
            state="stale" if state.state in COMPLETE and state.is_stale else state.state,
            missing=state.missing,
            url=address_of("documents:document", snapshot.inspection.slug, state.document.key),
            act_url=_first_gap(snapshot, state),
            done=state.is_ready,
            done_at=state.changed_at if state.is_ready else None,
            done_by=state.changed_by if state.is_ready else None,
            due_day=due_day,
            due=dated.due if dated else None,
            turns_on=state.turns_on if state.is_ready and state.is_turning else None,
            turning=state.turning if state.is_ready and state.is_turning else (),
        )
        for state in found.values()
    ]


def _first_gap(snapshot: Snapshot, state: DocumentState) -> str:
    """The first part of the document's page in which something is missing; empty if nothing is."""
    part = next((part for part in state.parts if part.missing or part.stale), None)
    if part is None:
        return ""
    address = address_of("documents:document", snapshot.inspection.slug, state.document.key)
    return f"{address}#part-{part.part.key}"
