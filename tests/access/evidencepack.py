from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import Role
from evidencepack.models import CHILDREN_PDF, CHILDREN_ZIP, FRONT, PDF, ZIP, Pack, PackState
from tests.access.rows import Row, World, of_inspection
from tests.factories.people import NOW

READERS = frozenset({Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE})
BUILDERS = frozenset({Role.COORDINATOR, Role.DCS_OFFICE})
# Whoever may open files that name children.
CHILDREN_READERS = frozenset({Role.COORDINATOR, Role.CASE_OFFICER})


def prepare(world: World) -> None:
    """A ready pack with a part that names children; its files stand for real ones."""
    pack = Pack.objects.create(
        inspection=world.inspection,
        number=1,
        state=PackState.READY,
        requested_at=NOW,
        free_at=NOW,
        finished_at=NOW,
        pdf_sha256="0" * 64,
        zip_sha256="0" * 64,
        has_children_part=True,
    )
    pack.folder.mkdir(parents=True, exist_ok=True)
    for name in (PDF, ZIP, FRONT, CHILDREN_PDF, CHILDREN_ZIP):
        (pack.folder / name).write_bytes(b"stands for a file of the pack")
    world.things["pack"] = pack.number


def _pack(world: World) -> dict[str, Any]:
    return {"slug": world.inspection.slug, "number": world.things["pack"]}


def _file(kind: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {**_pack(world), "kind": kind}


def _sending(world: World) -> dict[str, Any]:
    return {
        "recipient": "Lead inspector",
        "how": "By email",
        "day_day": "18",
        "day_month": "4",
        "day_year": "2011",
        "time": "09:00",
        "once": "11111111-1111-4111-8111-111111111111",
    }


ROWS = [
    Row("evidencepack:list", "GET", READERS, of_inspection),
    Row("evidencepack:build", "POST", BUILDERS, of_inspection),
    Row("evidencepack:build-supplement", "POST", BUILDERS, of_inspection),
    Row("evidencepack:pack", "GET", READERS, _pack),
    Row("evidencepack:record-sent", "POST", BUILDERS, _pack, _sending),
    Row("evidencepack:download", "GET", READERS, _file("pdf"), variant="pdf"),
    Row("evidencepack:download", "GET", READERS, _file("zip"), variant="zip"),
    Row("evidencepack:download", "GET", READERS, _file("front"), variant="front"),
    Row("evidencepack:download", "GET", CHILDREN_READERS, _file("children-pdf"), variant="children-pdf"),
    Row("evidencepack:download", "GET", CHILDREN_READERS, _file("children-zip"), variant="children-zip"),
]
