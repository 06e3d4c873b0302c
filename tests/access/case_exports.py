"""Exports of the case lists: the case officer's alone."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from accounts.models import Role
from cases.stored_files import FOLDER
from tests.access.rows import Row, World, of_inspection
from tests.cases.exports.acts import ready_export

OFFICER = frozenset({Role.CASE_OFFICER})


def prepare(world: World) -> None:
    export = ready_export(world.inspection)
    world.things["export file"] = export.files.get()
    path = FOLDER.path_of("0" * 32)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"stands for a workbook")


def _export(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "number": 1}


def _file(world: World) -> dict[str, Any]:
    return {**_export(world), "kind": "workbook"}


def _passphrase(world: World) -> dict[str, Any]:
    return {"passphrase": "a fictional passphrase", "again": "a fictional passphrase"}


def _sending(world: World) -> dict[str, Any]:
    return {
        "chosen": [world.things["export file"].pk],
        "recipient": "Lead inspector",
        "how": "By email",
        "day_day": "18",
        "day_month": "4",
        "day_year": "2011",
        "time": "09:00",
        "once": str(uuid4()),
    }


ROWS = [
    Row("cases:exports", "GET", OFFICER, of_inspection),
    Row("cases:make-export", "POST", OFFICER, of_inspection),
    Row("cases:export", "GET", OFFICER, _export),
    Row("cases:export-file", "GET", OFFICER, _file),
    Row("cases:encrypt-export", "POST", OFFICER, _export, _passphrase),
    Row("cases:record-export-sent", "POST", OFFICER, _export, _sending),
]
