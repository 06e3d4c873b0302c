"""Which cases are selected: the case officer's alone, since it says whose each numbered case is."""

from __future__ import annotations

from typing import Any

from accounts.models import Role
from audits.models import SelectedCase
from tests.access.rows import Row, World, of_inspection
from tests.factories.audits import make_child, make_selected_case

OFFICERS = frozenset({Role.CASE_OFFICER})


def prepare(world: World) -> None:
    world.things["selected case"] = make_selected_case(world.inspection, identifier="Selected 1")
    world.things["child to select"] = make_child(world.inspection, "To select 1").identifier


def _selection(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "selection": "initial"}


def _case(world: World) -> dict[str, Any]:
    case: SelectedCase = world.things["selected case"]
    return {**of_inspection(world), "number": case.number}


def _identifiers(world: World) -> dict[str, Any]:
    return {"identifiers": world.things["child to select"]}


ROWS = [
    Row("audits:selection", "GET", OFFICERS, _selection),
    Row("audits:select", "POST", OFFICERS, _selection, _identifiers),
    Row(
        "audits:select", "POST", OFFICERS, _selection, lambda world: {**_identifiers(world), "confirmed": "yes"},
        variant="confirmed",
    ),
    Row("audits:sample", "GET", OFFICERS, of_inspection),
    Row("audits:sample", "POST", OFFICERS, of_inspection, lambda world: {"selection": "initial", "size": 2, "seed": 1}),
    Row("audits:take-out", "GET", OFFICERS, _case),
    Row("audits:take-out", "POST", OFFICERS, _case, lambda world: {"why": "Another one was chosen"}),
]  # fmt: skip
