"""Adding many files: everybody who may fill a document, each seeing their own; coordinators see all."""

from __future__ import annotations

from typing import Any

from accounts.models import Role
from tests.access.rows import Row, World, of_inspection
from tests.factories.intake import archive, folder_zip, wait
from tests.factories.people import make_ownership, make_post

# The member of the world holds no post, so no document is theirs to fill.
WORKERS = frozenset({Role.COORDINATOR, Role.OWNER})


def prepare(world: World) -> None:
    """The owner has dropped a file and a ZIP; the documents' own table gives them a document."""
    owner = world.people[Role.OWNER]
    make_ownership(world.inspection, "document:3", make_post(world.council, "Owner of a plan", owner))
    wait(world.inspection, "CYPP review.pdf", by=owner)
    world.things["archive"] = archive(world.inspection, folder_zip("CYPP.pdf"), by=owner)


def _archive(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "pk": world.things["archive"].pk}


ROWS = [
    Row("intake:add-many", "GET", WORKERS, of_inspection),
    Row("intake:add-many", "POST", WORKERS, of_inspection),
    Row("intake:sort", "GET", WORKERS, of_inspection),
    Row("intake:sort", "POST", WORKERS, of_inspection),
    Row("intake:progress", "GET", WORKERS, _archive),
    Row("intake:dismiss", "POST", WORKERS, _archive),
]
