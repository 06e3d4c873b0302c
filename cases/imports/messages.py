"""Messages about an import that cannot go on."""

from __future__ import annotations

from collections.abc import Sequence

from inspections.models import Inspection

NO_FILES = "The files of this import are not there any more. Choose them again."
STALE = (
    "Another import was applied since this one was checked, so what it changes has been worked out anew. Look at it "
    "again, then apply it."
)


def would_be_empty(inspection: Inspection, lists: Sequence[str]) -> str:
    """The message for lists that would become empty."""
    titles = {each.key: each.short for each in inspection.framework.case_lists}
    named = ", ".join(f"“{titles.get(key, key)}”" for key in lists)
    return f"Nothing would be left on {named}. If that is right, say so and apply it again."
