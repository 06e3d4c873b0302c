from __future__ import annotations

from typing import Any

from accounts.models import Role
from tests.access.rows import EVERYBODY, Row, World, of_inspection

WATCHERS = frozenset({Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE})
# A step that no post owns is the DCS office's; coordinators see to it too.
RECORDERS = frozenset({Role.COORDINATOR, Role.DCS_OFFICE})


def prepare(world: World) -> None:
    world.things["step"] = next(step.key for step in world.inspection.framework.steps if step.duty == "record")


def _step(world: World) -> dict[str, Any]:
    return {"slug": world.inspection.slug, "step": world.things["step"]}


ROWS = [
    Row("timetable:countdown", "GET", WATCHERS, of_inspection),
    Row("timetable:wall", "GET", WATCHERS, of_inspection),
    Row("timetable:wall-part", "GET", WATCHERS, of_inspection),
    Row("timetable:before-the-call", "GET", WATCHERS, of_inspection),
    Row("timetable:trend-export", "GET", WATCHERS | {Role.BOARD}, lambda w: {**of_inspection(w), "fmt": "csv"}),
    Row("timetable:days", "GET", WATCHERS | {Role.OWNER}, of_inspection),
    Row("timetable:month", "GET", WATCHERS | {Role.OWNER}, of_inspection),
    Row("timetable:month-of", "GET", WATCHERS | {Role.OWNER}, lambda w: {**of_inspection(w), "year": 2011, "month": 4}),
    Row("timetable:chart", "GET", WATCHERS, of_inspection),
    Row("timetable:print", "GET", WATCHERS | {Role.OWNER}, of_inspection),
    Row("timetable:my-work", "GET", EVERYBODY - {Role.BOARD, Role.ADMINISTRATOR, Role.DATA_PROTECTION}, of_inspection),
    Row("timetable:record", "GET", WATCHERS, _step),
    Row("timetable:record", "POST", RECORDERS, _step),
    Row("timetable:undo-record", "POST", RECORDERS, _step),
]
