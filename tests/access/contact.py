from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts.models import Role
from contact import actions, requests_actions
from contact.models import Inspector, Request
from inspections.actions import record_notification
from tests.access.rows import Row, World, of_inspection
from tests.factories.people import NOW, make_inspection, make_post

WATCHERS = frozenset({Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE})
RECORDERS = frozenset({Role.COORDINATOR, Role.DCS_OFFICE})
ONCE = UUID(int=1)


def prepare(world: World) -> None:
    """Requests are asked after a call, and the inspection of the world awaits it: another one was called."""
    called = make_inspection(world.council)
    record_notification(inspection=called, notified_on=NOW.date(), by=None, now=NOW)
    world.things["called"] = called
    post = make_post(world.council, "Answerer", holder=world.people[Role.OWNER])
    other = make_post(world.council, "Another answerer")
    facts: dict[str, Any] = {"about": Request.About.FIGURES, "asked_by": "Ines Example", "text": "Figures"}
    facts |= {"asked_at": NOW, "due": NOW, "by": None, "now": NOW, "inspection": called}
    for number, owner in ((1, post), (2, other)):
        requests_actions.record_request(posts=[owner], once=UUID(int=number), **facts)
    world.things["contact"] = actions.record_contact(
        inspection=called, how="call", at=NOW, with_whom="Ines", by_whom="Dina", once=ONCE, by=None, now=NOW
    )
    for name, part in (("Ines Example", Inspector.Part.LEAD), ("Noor Example", Inspector.Part.HEALTH)):
        world.things[name] = actions.add_inspector(inspection=called, name=name, part=part, by=None, now=NOW)


def _called(world: World) -> dict[str, Any]:
    return {"slug": world.things["called"].slug}


def _request(world: World) -> dict[str, Any]:
    return {**_called(world), "number": 1}


def _others(world: World) -> dict[str, Any]:
    return {**_called(world), "number": 2}


def _inspector(world: World) -> dict[str, Any]:
    return {**_called(world), "pk": world.things["Ines Example"].pk}


def _contact(world: World) -> dict[str, Any]:
    return {**_called(world), "pk": world.things["contact"].pk}


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
    Row("contact:add-request", "GET", RECORDERS, _called),
    Row("contact:add-request", "POST", RECORDERS, _called),
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
