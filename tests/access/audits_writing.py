"""The audit of a case: case officers read every one, an auditor those that are theirs, and nobody else knows of any.

The auditor of the world writes the case `written`, contributes to `contributed`, has submitted `submitted`, and has no
part in `foreign`.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role
from audits.models import Answer, Assignment, Audit, AuditFile
from tests.access.rows import Row, World
from tests.audits.making import give_part, store_file
from tests.factories.audits import make_selected_case
from tests.factories.people import NOW

READERS = frozenset({Role.CASE_OFFICER, Role.AUDITOR})
OFFICER = frozenset({Role.CASE_OFFICER})
AUDITOR = frozenset({Role.AUDITOR})
Part = Assignment.Part


def prepare(world: World) -> None:
    auditor = world.people[Role.AUDITOR]
    audits = {
        name: make_selected_case(world.inspection).audit
        for name in ("written", "contributed", "submitted", "foreign", "concerning")
    }
    for name, part in {"written": Part.AUDITOR, "submitted": Part.AUDITOR, "contributed": Part.CONTRIBUTOR}.items():
        give_part(audits[name], auditor, part)
    Audit.objects.filter(pk=audits["submitted"].pk).update(submitted_at=NOW, submitted_by=auditor)
    Audit.objects.filter(pk=audits["concerning"].pk).update(concern_at=NOW, concern="A fictional concern")
    Answer.objects.create(audit=audits["written"], question="strengths", text="Seen often.", saved_at=NOW)
    world.things |= {f"{name} audit": audit for name, audit in audits.items()}
    world.things["audit file"] = store_file(audits["written"]).pk


def _case(name: str) -> Any:
    return lambda world: {"slug": world.inspection.slug, "number": world.things[f"{name} audit"].case.number}


def _file(world: World) -> dict[str, Any]:
    return {**_case("written")(world), "pk": AuditFile.objects.get(pk=world.things["audit file"]).pk}


def _answers(world: World) -> dict[str, Any]:
    return {"changed": ["strengths"], "answer-strengths": "Visited every week.", "seen-strengths": "1"}


ROWS = [
    Row("audits:case", "GET", READERS, _case("written")),
    Row("audits:case", "GET", READERS, _case("contributed"), variant="as a contributor"),
    Row("audits:case", "GET", OFFICER, _case("foreign"), variant="of another auditor"),
    Row("audits:case", "POST", AUDITOR, _case("written"), _answers),
    Row("audits:submit", "POST", AUDITOR, _case("written"), _answers),
    Row("audits:reopen", "POST", READERS, _case("submitted")),
    Row("audits:extend", "GET", OFFICER, _case("written")),
    Row(
        "audits:extend",
        "POST",
        OFFICER,
        _case("written"),
        lambda world: {"on_day": "2", "on_month": "5", "on_year": "2011", "at": "5pm", "why": "Files were missing"},
    ),
    Row("audits:concern", "POST", AUDITOR, _case("written"), lambda world: {"concern": "A fictional concern"}),
    Row("audits:acknowledge", "GET", OFFICER, _case("concerning")),
    Row("audits:acknowledge", "POST", OFFICER, _case("concerning"), lambda world: {"done": "The team was told."}),
    Row(
        "audits:add-files",
        "POST",
        AUDITOR,
        _case("written"),
        lambda world: {"file": SimpleUploadedFile("notes.txt", b"Fictional notes")},
    ),
    Row("audits:file", "GET", READERS, _file),
    Row("audits:remove-file", "POST", AUDITOR, _file),
    Row("audits:contribution", "GET", AUDITOR, _case("contributed")),
    Row("audits:contribution", "POST", AUDITOR, _case("contributed"), lambda world: {"text": "We knew", "seen": "0"}),
    Row(
        "audits:submit-contribution",
        "POST",
        AUDITOR,
        _case("contributed"),
        lambda world: {"text": "We knew", "seen": "0"},
    ),
    Row("audits:reopen-contribution", "POST", AUDITOR, _case("contributed")),
]
