"""Recording that a step of the timetable is done, and taking it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from frameworks import Step
from govuk.text import many_lines
from inspections import audit
from inspections.locks import locked
from inspections.models import Inspection
from refusals import Refused
from timetable.duties import STEP
from timetable.models import StepRecord


def recordable_step(inspection: Inspection, step_key: str) -> Step:
    """The step with this key, if people record it by hand. Raises Refused for any other."""
    step = next((step for step in inspection.framework.steps if step.key == step_key), None)
    if step is None or step.duty not in STEP.words:
        raise Refused("This step is not recorded by hand.")
    return step


@transaction.atomic
def record_step(*, inspection: Inspection, step_key: str, by: User | None, now: datetime, note: str = "") -> bool:
    """Record the step as done at `now`. Returns whether it was not already.

    Raises Refused for a step that is not recorded by hand, before notification, and after withdrawal.
    """
    step = recordable_step(inspection, step_key)
    inspection = locked(inspection)
    if not inspection.is_notified:
        raise Refused("The notification has not been recorded yet, so this step is not due.")
    if inspection.is_withdrawn:
        raise Refused("The inspection was withdrawn, so nothing more is owed.")
    if StepRecord.objects.filter(inspection=inspection, step=step_key, undone_at=None).exists():
        return False
    note = many_lines(note)
    StepRecord.objects.create(inspection=inspection, step=step_key, done_at=now, done_by=by, note=note)
    audit.record(inspection, by=by, verb="recorded done", subject=step.title, now=now, detail={"note": note})
    return True


@transaction.atomic
def undo_step(*, inspection: Inspection, step_key: str, by: User, now: datetime) -> bool:
    """Take back that the step is done. Returns whether it was. Raises Refused in the same cases as `record_step`."""
    step = recordable_step(inspection, step_key)
    inspection = locked(inspection)
    if inspection.is_withdrawn:
        raise Refused("The inspection was withdrawn, so what was recorded on it stands.")
    rows = StepRecord.objects.filter(inspection=inspection, step=step_key, undone_at=None)
    if not rows.update(undone_at=now, undone_by=by):
        return False
    audit.record(inspection, by=by, verb="taken back", subject=step.title, now=now)
    return True
