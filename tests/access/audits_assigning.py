"""Who audits which case is for case officers; a person with a part says that a case is their own."""

from __future__ import annotations

from typing import Any

from accounts.models import Role
from audits.models import Assignment
from tests.access.rows import Row, World, of_inspection
from tests.audits.making import give_part
from tests.factories.audits import make_selected_case
from tests.factories.people import make_person

OFFICER = frozenset({Role.CASE_OFFICER})
AUDITOR = frozenset({Role.AUDITOR})
Part = Assignment.Part


def prepare(world: World) -> None:
    audit = make_selected_case(world.inspection).audit
    world.things["assigned audit"] = audit
    world.things["auditor's part"] = give_part(audit, world.people[Role.AUDITOR], Part.AUDITOR).pk
    world.things["unassigned audit"] = make_selected_case(world.inspection).audit
    world.things["another auditor"] = make_person(world.council, Role.AUDITOR, name="Another auditor").pk


def _case(name: str = "assigned") -> Any:
    return lambda world: {"slug": world.inspection.slug, "number": world.things[f"{name} audit"].case.number}


def _part(world: World) -> dict[str, Any]:
    return {**_case()(world), "pk": world.things["auditor's part"]}


def _contributor(world: World) -> dict[str, Any]:
    return {"part": "contributor", "user": str(world.things["another auditor"]), "agency": "Police"}


def _other(world: World) -> dict[str, Any]:
    return {"user": str(world.things["another auditor"]), "why": "On leave"}


def _several(world: World) -> dict[str, Any]:
    number = world.things["unassigned audit"].case.number
    return {f"case-{number}": str(world.things["another auditor"])}


ROWS = [
    Row("audits:auditors", "GET", OFFICER, of_inspection),
    Row("audits:auditors", "POST", OFFICER, of_inspection, _several),
    Row("audits:assign", "GET", OFFICER, _case()),
    Row("audits:assign", "POST", OFFICER, _case(), _contributor),
    Row("audits:pass-on", "GET", OFFICER, _case()),
    Row("audits:pass-on", "POST", OFFICER, _case(), _other),
    Row("audits:end-part", "GET", OFFICER, _part),
    Row("audits:end-part", "POST", OFFICER, _part, lambda world: {"why": "On leave"}),
    Row("audits:own-case", "GET", AUDITOR, _case()),
    Row("audits:own-case", "POST", AUDITOR, _case()),
]
