"""The log of readings and erasure, which only the data protection officer can open."""

from __future__ import annotations

from typing import Any

from accounts.models import Role
from cases.models import Child
from tests.access.rows import Row, World, of_council, of_inspection

OFFICER = frozenset({Role.DATA_PROTECTION})


def prepare(world: World) -> None:
    world.things["child to erase"] = Child.objects.create(
        inspection=world.inspection, identifier="Erase 1", folded="erase 1"
    )


def _child(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "key": world.things["child to erase"].key}


def _format(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "fmt": "csv"}


def _identifier(world: World) -> dict[str, Any]:
    return {"identifier": "erase 1"}


ROWS = [
    Row("cases:data-protection", "GET", OFFICER, of_council),
    Row("cases:log", "GET", OFFICER, of_inspection),
    Row("cases:log", "POST", OFFICER, of_inspection, _identifier),
    Row("cases:export-log", "GET", OFFICER, _format),
    Row("cases:erasure", "GET", OFFICER, of_inspection),
    Row("cases:erase-due", "GET", OFFICER, of_inspection),
    Row("cases:erase-due", "POST", OFFICER, of_inspection, lambda world: {"sure": "on"}),
    Row("cases:find-child", "POST", OFFICER, of_inspection, _identifier),
    Row("cases:erase-child", "GET", OFFICER, _child),
    Row("cases:erase-child", "POST", OFFICER, _child, lambda world: {"why": "Asked for", "sure": "on"}),
]
