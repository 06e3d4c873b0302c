"""The stage of an inspection: in preparation, in one of the framework's phases, over, or withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

from inspections.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class CurrentPhase:
    """A phase of the framework by its key and title, or one of the three that every inspection has."""

    key: str
    title: str


PREPARATION = CurrentPhase("preparation", "In preparation")
OVER = CurrentPhase("over", "Over")
WITHDRAWN = CurrentPhase("withdrawn", "Withdrawn")


def phase_of(snapshot: Snapshot) -> CurrentPhase:
    """The phase of the latest step that has begun by today; over once the last step's last day has passed."""
    if snapshot.inspection.is_withdrawn:
        return WITHDRAWN
    if snapshot.schedule is None:
        return PREPARATION
    dated = [step for step in snapshot.schedule.steps if step.first is not None and step.last is not None]
    if dated and snapshot.today > max(step.last for step in dated if step.last):
        return OVER
    begun = [step for step in dated if step.first and step.first <= snapshot.today]
    if not begun:
        return PREPARATION
    latest = max(begun, key=lambda step: (step.first, step.last))
    phase = snapshot.framework.phase(latest.step.phase)
    return CurrentPhase(phase.key, phase.title)
