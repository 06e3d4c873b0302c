"""The log of readings: whoever reads child-level data, takes it away or tries to is written down."""

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
    """Write down one reading; call it in the view that shows the data, before it answers.

    `child` is the random key of the child (`Child.key`), never its identifier. `detail` says more of what was read
    ("Export 3") and holds nothing of a child: no name, no identifier, nothing that was searched for. `by` is None for
    a command. Domain, section 8: every reading of child-level data is logged, with who, which child or list, when.
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
