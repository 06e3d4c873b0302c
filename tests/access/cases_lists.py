"""Addresses of the case lists and their children."""

from __future__ import annotations

from typing import Any

from accounts.models import Role
from tests.access.rows import Row, World, of_inspection
from tests.factories.case_lists import IN_NEED, LOOKED_AFTER, child_of, import_lists, record

COUNTERS = frozenset({Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE, Role.CASE_OFFICER})
OFFICERS = frozenset({Role.CASE_OFFICER})


def prepare(world: World) -> None:
    need = {"N1": record(child_in_need_plan="yes"), "N2": record(legal_status="C2"), "N3": record(legal_status="C1")}
    import_lists(world.inspection, {IN_NEED: need, LOOKED_AFTER: {"L1": record(placement="U4", legal_status="C2")}})
    child = child_of(world.inspection, "N2")
    world.things["child"] = child.key
    world.things["contradiction"] = child.contradictions.get().pk


def _list(world: World) -> dict[str, Any]:
    return {"slug": world.inspection.slug, "list": IN_NEED}


def _child(world: World) -> dict[str, Any]:
    return {"slug": world.inspection.slug, "key": world.things["child"]}


def _contradiction(world: World) -> dict[str, Any]:
    return {**_child(world), "pk": world.things["contradiction"]}


ROWS = [
    Row("cases:lists", "GET", COUNTERS, of_inspection),
    Row("cases:analysis", "GET", COUNTERS, _list),
    Row("cases:list", "GET", OFFICERS, _list),
    Row("cases:export-list", "GET", OFFICERS, lambda world: {**_list(world), "fmt": "csv"}),
    Row("cases:find", "POST", OFFICERS, of_inspection, lambda world: {"identifier": "N1"}),
    Row("cases:child", "GET", OFFICERS, _child),
    Row("cases:contradictions", "GET", OFFICERS, of_inspection),
    Row("cases:explain", "POST", OFFICERS, _contradiction, lambda world: {"note": "The order was made yesterday."}),
    Row("cases:reopen", "POST", OFFICERS, _contradiction),
]
