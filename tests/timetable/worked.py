"""The worked example of the tests: an inspection notified on Monday 18 April 2011, and its duties made by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from inspections.duty import Duty, Owner
from inspections.models import Inspection, InspectionKind, library
from inspections.snapshot import Snapshot, snapshot_of
from tests.factories.people import NOW, at, make_council, make_inspection
from timetable.duties import SOURCES, STEP, kind_for

PAPER = library().framework("slac-2009")
NOTIFIED = date(2011, 4, 18)


def worked_example(notified: date | None = NOTIFIED, **given: Any) -> Inspection:
    """The inspection of the worked example, in the database."""
    return make_inspection(make_council(), notified=notified, title="Fictionshire 2011", **given)


def unsaved(notified: date | None = NOTIFIED) -> Inspection:
    """The same as a row that was never saved, for what needs no query."""
    return Inspection(
        pk=1,
        slug="worked-example",
        title="Fictionshire 2011",
        kind=InspectionKind.REAL,
        framework_key="slac-2009",
        opened_at=NOW,
        notified_on=notified,
    )


def stands(inspection: Inspection, moment: str) -> Snapshot:
    """How it stands at "2011-04-21 09:00"."""
    return snapshot_of(inspection, now=at(moment))


def owner(name: str = "Head of Testing", *, post: int = 1, holder: str | None = "Pat Sample") -> Owner:
    """A post with its holder, or a vacant one."""
    if holder is None:
        return Owner(post=post, name=name, organisation="Council")
    address = f"{holder.split()[0].lower()}@example.org"
    return Owner(post, name, "Council", post, holder, address, "01632 960001")


def duty(key: str, *owners: Owner, due: datetime | None = None, done: bool = False, **given: Any) -> Duty:
    """A duty of the kind that its key says ("step:case-list", "document:1", "focus-group:...")."""
    prefix = key.partition(":")[0]
    kind = next(kind for source in SOURCES for kind in source.kinds if kind.prefix == prefix)
    if prefix == STEP.prefix:
        kinds = (kind_for(step) for step in PAPER.steps if key == f"{prefix}:{step.key}")
        kind = next((found for found in kinds if found and found.is_step), kind)
    facts: dict[str, Any] = {
        "key": key,
        "kind": kind,
        "title": f"Title of {key}",
        "owners": owners,
        "role": None if owners else kind.role,
        "state": "done" if done else "to do",
        "missing": () if done else ("Not recorded as done.",),
        "url": f"/{key}/",
        "done": done,
        "due": due,
    }
    return Duty(**{**facts, **given})
