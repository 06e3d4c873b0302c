"""Locking an inspection while something is done to it, so that what was checked is still true at the end.

Every action on an inspection locks its row before it reads anything else about it. A lock of `accounts.locks` is always
taken first. Actions on several inspections lock them in the order of their numbers.
"""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.locks import locked_council
from accounts.models import Council
from inspections.models import Inspection
from refusals import Refused


def locked(inspection: Inspection) -> Inspection:
    """The inspection as it is now, locked until the transaction ends."""
    return locked_together(inspection)[0]


def locked_unless_withdrawn(inspection: Inspection) -> Inspection:
    """The inspection, locked in the same way. Raises Refused if it is withdrawn: what was recorded on it stays."""
    row = locked(inspection)
    if row.is_withdrawn:
        raise Refused("The inspection was withdrawn, so what was recorded on it stands.")
    return row


def locked_together(*inspections: Inspection) -> list[Inspection]:
    """These inspections, in the given order, each locked as `locked` does."""
    rows = _locking().filter(pk__in={inspection.pk for inspection in inspections})
    found = {row.pk: row for row in rows}
    return [found[inspection.pk] for inspection in inspections]


def locked_with_council(inspection: Inspection) -> Inspection:
    """The inspection and, before it, its council, locked: for rules that involve the council's other inspections or
    people.
    """
    council = locked_council(inspection.council_id)
    row = locked(inspection)
    row.council = council
    return row


def locked_with_inspections(council_pk: int) -> Council:
    """The council and all its inspections, locked: for what changes dates or pages of every one of them."""
    council = locked_council(council_pk)
    list(_locking().filter(council=council))
    return council


def _locking() -> QuerySet[Inspection]:
    return Inspection.objects.select_for_update(no_key=True).order_by("pk")
