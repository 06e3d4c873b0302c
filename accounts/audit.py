"""Writing the record of who did what, and moving the council's version on with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from accounts.models import Council, Event, User


def record(
    council: Council,
    *,
    by: User | None,
    verb: str,
    subject: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> Event:
    """Add one event to the council's record and move its version on; call it inside the action's transaction.

    `by` is None only for what the software does of itself. Raises RuntimeError outside a transaction, where the
    event could stand without what it records.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An event is recorded in the transaction of the action that it records.")
    Council.objects.filter(pk=council.pk).update(version=F("version") + 1)
    return Event.objects.create(
        council=council, at=now, by=by, verb=verb, subject=subject[:300], detail=dict(detail or {})
    )
