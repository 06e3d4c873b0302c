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

    `by` is None only for what the software does by itself. Raises RuntimeError outside a transaction, because there the
    event could be stored without the change that it records.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An event is recorded in the transaction of the action that it records.")
    Council.objects.filter(pk=council.pk).update(version=F("version") + 1)
    return Event.objects.create(
        council=council, at=now, by=by, verb=verb, subject=subject[:300], detail=dict(detail or {})
    )


def moved_on_where_named(user: User) -> None:
    """Move on the version of every council whose pages may name the person, after the person was renamed.

    The record of a council that they have left still names them. No event is added to it, since the change was made
    elsewhere. Councils are taken in the order of their numbers, so that two renamings at once cannot block each other.
    """
    named = Q(memberships__user=user) | Q(events__by=user)
    for pk in Council.objects.filter(named).order_by("pk").values_list("pk", flat=True).distinct():
        Council.objects.filter(pk=pk).update(version=F("version") + 1)
