"""Duties on focus groups: each one arranged by the day that the framework sets."""

from __future__ import annotations

from collections.abc import Mapping

from focusgroups.state import GroupState
from focusgroups.state import states as states_of
from govuk.addresses import address_of
from inspections.duty import Duty, DutyKind
from inspections.snapshot import Snapshot

GROUP = DutyKind(
    prefix="focus-group",
    noun="focus group",
    verb="Arrange",
    heading="Focus groups ready",
    states=(
        ("ready", "ready", "green"),
        ("partial", "partly arranged", "yellow"),
        ("to do", "nobody named", "orange"),
        ("tbc", "owner tbc", "purple"),
    ),
    words=frozenset({"focus-groups"}),
    list_url="focusgroups:list",
    trend="groups",
    title_is_safe=True,
    # They would include names of attendees.
    missing_is_safe=False,
)


def duties(snapshot: Snapshot, states: Mapping[str, GroupState] | None = None) -> list[Duty]:
    """One duty for each group, in the framework's order. A page that has the `states` already passes them in.

    A group is arranged when its owner is known and its attendees are named and briefed. Sessions are not recorded yet,
    so no duty depends on them.
    """
    step = snapshot.step_for("focus-groups")
    dated = snapshot.dated(step) if step else None
    due_day = (dated.last_day if dated else step.last_day) if step else None
    found = states_of(snapshot) if states is None else states
    strands = {strand.key: strand.title for strand in snapshot.framework.strands}
    return [
        Duty(
            key=state.item,
            kind=GROUP,
            title=state.group.title,
            strand=strands[state.group.strand],
            owners=state.owners,
            state=state.state,
            missing=state.missing,
            url=address_of("focusgroups:group", snapshot.inspection.slug, state.group.key),
            done=state.is_ready,
            done_at=state.briefed_at if state.is_ready else None,
            done_by=state.briefed_by if state.is_ready else None,
            due_day=due_day,
            due=dated.due if dated else None,
        )
        for state in found.values()
    ]
