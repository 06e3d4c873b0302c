from __future__ import annotations

from typing import Any

from accounts.models import Role
from focusgroups import actions
from tests.access.rows import Row, World, of_inspection
from tests.factories.people import NOW, make_ownership, make_post

READERS = frozenset({Role.COORDINATOR, Role.MEMBER, Role.OWNER, Role.DCS_OFFICE})
# The owner of the world holds the post that owns the group, so both answer for it.
ARRANGERS = frozenset({Role.COORDINATOR, Role.OWNER})


def prepare(world: World) -> None:
    mine, other = world.inspection.framework.focus_groups[:2]
    post = make_post(world.council, "Arranger", holder=world.people[Role.OWNER])
    make_ownership(world.inspection, f"focus-group:{mine.key}", post)
    make_ownership(world.inspection, f"focus-group:{other.key}", make_post(world.council, "Another arranger"))
    world.things["group"] = mine.key
    for name in ("Ann Example", "Bob Example"):
        world.things[name] = actions.add_attendee(
            inspection=world.inspection, group=mine.key, name=name, by=None, now=NOW
        )


def _group(world: World) -> dict[str, Any]:
    return {"slug": world.inspection.slug, "key": world.things["group"]}


def _attendee(world: World) -> dict[str, Any]:
    return {**_group(world), "pk": world.things["Ann Example"].pk}


ROWS = [
    Row("focusgroups:list", "GET", READERS, of_inspection),
    Row("focusgroups:group", "GET", READERS, _group),
    Row("focusgroups:add-attendee", "POST", ARRANGERS, _group, lambda w: {"name": "Cat Example"}),
    Row("focusgroups:remove-attendee", "POST", ARRANGERS, _attendee),
    Row("focusgroups:restore-attendee", "POST", ARRANGERS, _attendee),
    Row("focusgroups:record-briefing", "POST", ARRANGERS, _group),
    Row("focusgroups:undo-briefing", "POST", ARRANGERS, _group),
]
