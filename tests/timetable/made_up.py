"""A kind of duty that no room has: what a future room would add to the list of kinds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

import timetable.duties
from inspections.duty import Duty, DutyKind
from inspections.snapshot import Snapshot
from timetable.duties import DutySource

HEADING = "Cases audited"


def made_up_kind(**given: Any) -> DutyKind:
    """Audits: each has a date of its own, or none."""
    facts: dict[str, Any] = {
        "prefix": "visit",
        "noun": "audit",
        "verb": "Audit",
        "heading": HEADING,
        "title_is_safe": True,
        "missing_is_safe": True,
    }
    return DutyKind(**facts | given)


def add_kind(monkeypatch: pytest.MonkeyPatch, kind: DutyKind, *dues: datetime | None, done: Sequence[int] = ()) -> None:
    """Adds the kind in the one place there is, with a duty due at each moment: "Audit of case 1", "visit:1" and so on.

    Each is owed by the posts that own the item of its key.
    """

    def duties(snapshot: Snapshot) -> list[Duty]:
        return [_duty(kind, snapshot, number, due, number in done) for number, due in enumerate(dues, start=1)]

    monkeypatch.setattr(timetable.duties, "SOURCES", (*timetable.duties.SOURCES, DutySource((kind,), duties)))


def _duty(kind: DutyKind, snapshot: Snapshot, number: int, due: datetime | None, done: bool) -> Duty:
    key = f"{kind.prefix}:{number}"
    return Duty(
        key=key,
        kind=kind,
        title=f"Audit of case {number}",
        owners=snapshot.owners_of(key),
        state="done" if done else "to do",
        missing=() if done else (f"The audit of case {number}.",),
        url=f"/audits/{number}/",
        done=done,
        due=due,
    )
