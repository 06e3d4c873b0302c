"""Imports of case lists: case officers, and nobody else, since all of it is about children."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import Role, User
from cases.models import CaseImport
from inspections.models import Inspection
from tests.access.rows import Row, World, of_inspection
from tests.factories.imports import COLUMNS, make_faults, make_import, put_on_list, stage_rows

OFFICERS = frozenset({Role.CASE_OFFICER})


def prepare(world: World) -> None:
    """The imports of `fill`."""
    world.things |= fill(world.inspection, world.people[Role.CASE_OFFICER])


def fill(inspection: Inspection, by: User) -> dict[str, CaseImport]:
    """Five imports: 1 was overtaken, the lists are from 2, and 3 to 5 are in states that ask something."""
    key = inspection.framework.case_lists[0].key
    none = {"added": 0, "changed": 0, "gone": 0, "unchanged": 0}
    former = make_import(inspection, "applied", by=by, difference={key: none}, lists={key: 0})
    counts = {key: {**none, "added": 3}}
    current = make_import(
        inspection, "applied", by=by, difference=counts, lists={key: 3}, compared_with=former, columns=COLUMNS
    )
    put_on_list(current, key, 3)
    checked = make_import(
        inspection,
        "checked",
        by=by,
        difference={key: {**none, "added": 2, "changed": 1, "gone": 2}},
        lists={key: 3},
        compared_with=current,
        columns=COLUMNS,
    )
    stage_rows(checked, key, 1, gender="1")
    stage_rows(checked, key, 2, first=8, gender="1")
    make_faults(checked, "blank", 4, level="warning")
    refused = make_import(inspection, "refused", by=by, columns=COLUMNS)
    make_faults(refused, "date-impossible", 4)
    sheet = {
        "file": "lists.csv", "sheet": "", "row": 1, "headings": ["Ref", "DOB"], "samples": [["F1001"], ["01/02/2003"]],
        "known": {"DOB": "date-of-birth"}, "lacking": ["identifier"],
    }  # fmt: skip
    mapping = make_import(inspection, "mapping", by=by, unmapped=[sheet])
    made = {"former": former, "checked": checked, "refused": refused, "mapping": mapping}
    return {f"{state} import": each for state, each in made.items()}


def _of(state: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {**of_inspection(world), "number": world.things[f"{state} import"].number}


def _of_list(state: str = "") -> Callable[[World], dict[str, Any]]:
    return lambda world: {
        **(_of(state) if state else of_inspection)(world), "list": world.inspection.framework.case_lists[0].key
    }  # fmt: skip


def _of_file(world: World) -> dict[str, Any]:
    return {**_of("refused")(world), "pk": world.things["refused import"].files.get().pk}


ROWS = [
    Row("cases:imports", "GET", OFFICERS, of_inspection),
    Row("cases:new-import", "GET", OFFICERS, of_inspection),
    Row("cases:new-import", "POST", OFFICERS, of_inspection),
    Row("cases:state-empty", "GET", OFFICERS, _of_list()),
    Row("cases:state-empty", "POST", OFFICERS, _of_list()),
    Row("cases:import", "GET", OFFICERS, _of("checked")),
    Row("cases:import", "GET", OFFICERS, _of("refused"), variant="refused"),
    Row("cases:import", "GET", OFFICERS, _of("mapping"), variant="with headings to match"),
    Row("cases:import", "GET", OFFICERS, _of("former"), variant="applied"),
    Row("cases:match-headings", "POST", OFFICERS, _of("mapping"), lambda world: {"column_0": "identifier"}),
    Row("cases:apply-import", "POST", OFFICERS, _of("checked")),
    Row("cases:discard-import", "POST", OFFICERS, _of("checked")),
    Row("cases:bring-back", "GET", OFFICERS, _of("former")),
    Row("cases:bring-back", "POST", OFFICERS, _of("former")),
    Row("cases:import-faults", "GET", OFFICERS, _of("refused")),
    Row("cases:import-rows", "GET", OFFICERS, _of_list("checked")),
    Row("cases:import-file", "GET", OFFICERS, _of_file),
    Row("cases:marked-copy", "GET", OFFICERS, _of_file),
]
