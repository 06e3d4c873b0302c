"""Holding an inspection while something is done to it, so that what was checked still holds at the end.

Every action on an inspection holds its row before it reads anything else of it; that of `accounts.locks` is held before
and never after. Those that concern several inspections hold them in the order of their numbers.
"""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.locks import locked_council
from accounts.models import Council
from inspections.models import Inspection
from refusals import Refused


def locked(inspection: Inspection) -> Inspection:
    """The inspection as it is now, kept from other actions until the transaction ends."""
    return locked_together(inspection)[0]


def locked_unless_withdrawn(inspection: Inspection) -> Inspection:
    """The inspection likewise. Raises Refused for a withdrawn one: what was recorded on it stands."""
    row = locked(inspection)
    if row.is_withdrawn:
        raise Refused("The inspection was withdrawn, so what was recorded on it stands.")
    return row


def locked_together(*inspections: Inspection) -> list[Inspection]:
    """These inspections, in the order in which they are given, each as `locked` gives it."""
    rows = _locking().filter(pk__in={inspection.pk for inspection in inspections})
    found = {row.pk: row for row in rows}
    return [found[inspection.pk] for inspection in inspections]


def locked_with_council(inspection: Inspection) -> Inspection:
    """The inspection likewise, its council before it: for what the council's other inspections or people rule."""
    council = locked_council(inspection.council_id)
    row = locked(inspection)
    row.council = council
    return row


def locked_with_inspections(council_pk: int) -> Council:
    """The council likewise and all its inspections: for what changes dates or pages of every one of them."""
    council = locked_council(council_pk)
    list(_locking().filter(council=council))
    return council


def _locking() -> QuerySet[Inspection]:
    return Inspection.objects.select_for_update(no_key=True).order_by("pk")
