"""The log of readings: everyone who reads or downloads child-level data, or tries to, is recorded."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from cases.models import Access
from inspections.models import Inspection


def log(
    inspection: Inspection,
    *,
    by: User | None,
    what: Access.What,
    now: datetime,
    list: str = "",
    child: str = "",
    detail: str = "",
    was_refused: bool = False,
) -> Access:
    """Record one reading. The view that shows the data calls this before it answers.

    `child` is the child's random key (`Child.key`), never the identifier. `detail` says more about what was read
    ("Export 3") and must not contain anything about a child: no name, no identifier, no search text. `by` is None for a
    command. Domain, section 8: every reading of child-level data is logged, with who, which child or list, when.
    """
    return Access.objects.create(
        inspection=inspection,
        by=by,
        what=what,
        at=now,
        list=list,
        child=child,
        detail=detail[:200],
        was_refused=was_refused,
    )
