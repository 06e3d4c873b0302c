"""Writing the record of who did what, and moving the council's version on with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q

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


def moved_on_where_named(user: User) -> None:
    """Move the version on of every council whose pages may name the person, now that they are called something else.

    A council that they have left still says what they did in it, and its own record is the sign of that; nothing is
    added to it, since what becomes of them elsewhere is none of its business. In the order of their numbers, so that
    two who are renamed at once wait for each other and no more.
    """
    named = Q(memberships__user=user) | Q(events__by=user)
    for pk in Council.objects.filter(named).order_by("pk").values_list("pk", flat=True).distinct():
        Council.objects.filter(pk=pk).update(version=F("version") + 1)
