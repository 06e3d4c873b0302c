"""Since when an import is superseded, by which its child-level data have an age."""

from __future__ import annotations

from datetime import datetime

from cases.models import CaseImport
from inspections.models import Inspection


def superseded_at(inspection: Inspection) -> dict[int, datetime]:
    """The moment by import, for those that are superseded.

    An applied import is superseded once every list that it held was set by a later one: its rows are then in nothing
    that is current on its account. One that was never applied is of no more use from the day it was asked for.
    """
    found: dict[int, datetime] = {}
    open_lists: dict[int, set[str]] = {}
    rows = CaseImport.objects.filter(inspection=inspection)
    for row in rows.filter(state=CaseImport.State.APPLIED).order_by("applied_at"):
        assert row.applied_at is not None
        for pk, lists in list(open_lists.items()):
            lists.difference_update(row.lists)
            if not lists:
                found[pk] = row.applied_at
                del open_lists[pk]
        open_lists[row.pk] = set(row.lists)
    others = rows.exclude(state__in=[CaseImport.State.APPLIED, CaseImport.State.APPLYING])
    return found | dict(others.values_list("pk", "requested_at"))
