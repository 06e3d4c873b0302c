"""Writing the record of what was done on an inspection, and moving the inspection's version on with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from accounts.models import Event, User
from inspections.models import Inspection


def record(
    inspection: Inspection,
    *,
    by: User | None,
    verb: str,
    subject: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
    hides_person: bool = False,
) -> Event:
    """Add one event to the inspection's record and move its version on; call it inside the action's transaction.

    `by` is None only for what the software does by itself. With `hides_person` pages do not show who it was. Never put
    child-level data into `subject` or `detail`.
    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An event is recorded in the transaction of the action that it records.")
    Inspection.objects.filter(pk=inspection.pk).update(version=F("version") + 1)
    return Event.objects.create(
        council_id=inspection.council_id,
        inspection=inspection.slug,
        at=now,
        by=by,
        verb=verb,
        subject=subject[:300],
        detail=dict(detail or {}),
        hides_person=hides_person,
    )


def moved_on(inspection: Inspection) -> None:
    """Move the inspection's version on without an event, for work in progress that is saved every few seconds.

    What was saved has to say itself who saved it and when.
    """
    Inspection.objects.filter(pk=inspection.pk).update(version=F("version") + 1)
