"""Addresses of the list of audits, of their exports and of handing them over."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from accounts.models import Role
from audits.stored_files import FOLDER
from tests.access.rows import Row, World, of_inspection
from tests.factories.audited import make_export, submit
from tests.factories.audits import make_selected_case

READERS = frozenset({Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE, Role.CASE_OFFICER, Role.AUDITOR})
OFFICER = frozenset({Role.CASE_OFFICER})
SENDERS = frozenset({Role.CASE_OFFICER, Role.DCS_OFFICE})
STORED = "a" * 32


def prepare(world: World) -> None:
    case = make_selected_case(world.inspection)
    submit(case)
    world.things["exported case"] = case
    export = make_export(world.inspection, "initial", [case.number])
    export.files.create(kind="pdf", name="audits.pdf", stored_name=STORED, size=9, sha256="0" * 64)
    world.things["audit export"] = export
    path = FOLDER.path_of(STORED)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"stands for a PDF")


def _export(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "number": world.things["audit export"].number}


def _file(world: World) -> dict[str, Any]:
    return {**_export(world), "kind": "pdf"}


def _selection(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "selection": "initial"}


def _case(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "number": world.things["exported case"].number}


def _handover(world: World) -> dict[str, Any]:
    return {
        "recipient": "Lead inspector",
        "how": "In person",
        "day_day": "18",
        "day_month": "4",
        "day_year": "2011",
        "time": "09:00",
        "is_partial": "on",
        "once": str(uuid4()),
    }


ROWS = [
    Row("audits:list", "GET", READERS, of_inspection),
    Row("audits:exports", "GET", SENDERS, of_inspection),
    Row("audits:make-export", "POST", OFFICER, _selection),
    Row("audits:export", "GET", SENDERS, _export),
    Row("audits:export-file", "GET", OFFICER, _file),
    Row("audits:record-handed-over", "POST", SENDERS, _export, _handover),
    Row("audits:case-pdf", "GET", OFFICER, _case),
]
