from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from accounts.models import Role
from contact import actions
from contact.models import Request
from inspections import inspectors_actions
from inspections.models import Inspector
from tests.access.rows import Row, World, of_inspection
from tests.factories.people import NOW, make_ownership, make_post

WATCHERS = frozenset({Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE})
RECORDERS = frozenset({Role.COORDINATOR, Role.DCS_OFFICE})


def prepare(world: World) -> None:
    """The inspection of the world awaits its call, so its requests are rows that no action would make yet."""
    posts = (make_post(world.council, "Answerer", holder=world.people[Role.OWNER]), make_post(world.council, "Another"))
    for number, post in enumerate(posts, start=1):
        Request.objects.create(
            inspection=world.inspection,
            number=number,
            about=Request.About.FIGURES,
            asked_by="Ines Example",
            asked_at=NOW,
            text="The figures of last month",
            due=NOW + timedelta(days=30),
            once=uuid4(),
            recorded_at=NOW,
        )
        make_ownership(world.inspection, f"request:{number}", post)
    facts: dict[str, Any] = {"inspection": world.inspection, "by": None, "now": NOW}
    world.things["contact"] = actions.record_contact(
        how="call", at=NOW, with_whom="Ines Example", by_whom="Dina Sample", once=uuid4(), **facts
    )
    for name, part in (("Ines Example", Inspector.Part.LEAD), ("Noor Example", Inspector.Part.HEALTH)):
        world.things[name] = inspectors_actions.add_inspector(name=name, part=part, **facts)


def _request(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "number": 1}


def _others(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "number": 2}


def _inspector(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "pk": world.things["Ines Example"].pk}


def _contact(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "pk": world.things["contact"].pk}


OWNER = frozenset({Role.OWNER})
ROWS = [
    Row("contact:contact", "GET", WATCHERS, of_inspection),
    Row("contact:add-contact", "GET", RECORDERS, of_inspection),
    Row("contact:add-contact", "POST", RECORDERS, of_inspection),
    Row("contact:withdraw-contact", "GET", RECORDERS, _contact),
    Row("contact:withdraw-contact", "POST", RECORDERS, _contact),
    Row("contact:add-inspector", "GET", RECORDERS, of_inspection),
    Row("contact:add-inspector", "POST", RECORDERS, of_inspection),
    Row("contact:change-inspector", "GET", RECORDERS, _inspector),
    Row("contact:change-inspector", "POST", RECORDERS, _inspector),
    Row("contact:remove-inspector", "POST", RECORDERS, _inspector),
    Row("contact:restore-inspector", "POST", RECORDERS, _inspector),
    Row("contact:set-up-meeting", "GET", RECORDERS, of_inspection),
    Row("contact:set-up-meeting", "POST", RECORDERS, of_inspection),
    Row("contact:add-request", "GET", RECORDERS, of_inspection),
    Row("contact:add-request", "POST", RECORDERS, of_inspection),
    Row("contact:request", "GET", WATCHERS | OWNER, _request),
    Row("contact:request", "GET", WATCHERS, _others, variant="of another post"),
    Row("contact:request", "POST", RECORDERS | OWNER, _request),
    Row("contact:request", "POST", RECORDERS, _others, variant="of another post"),
    Row("contact:change-request", "GET", RECORDERS, _request),
    Row("contact:change-request", "POST", RECORDERS, _request),
    Row("contact:reopen-request", "POST", RECORDERS, _request),
    Row("contact:withdraw-request", "GET", RECORDERS, _request),
    Row("contact:withdraw-request", "POST", RECORDERS, _request),
    Row("contact:reinstate-request", "POST", RECORDERS, _request),
]
