"""Moderation, agreement, follow-up actions and themes of audits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from accounts.models import Role
from audits.models import FollowUp
from tests.access.rows import Row, World, of_inspection
from tests.factories.moderated import Part, give, moderated_case, submitted_case
from tests.factories.people import NOW

OFFICER = frozenset({Role.CASE_OFFICER})
WITH_AUDITOR = OFFICER | {Role.AUDITOR}
THEMES = frozenset({Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE, Role.CASE_OFFICER})


def prepare(world: World) -> None:
    """The auditor moderates one case, has graded another and wrote a third, which has two follow-up actions."""
    auditor = world.people[Role.AUDITOR]
    world.things["to moderate"] = submitted_case(world.inspection, moderator=auditor)
    world.things["moderated"] = moderated_case(world.inspection, "good", "adequate", moderator=auditor)
    case = world.things["followed up"] = submitted_case(world.inspection, auditor=auditor)
    for number in (1, 2):
        FollowUp.objects.create(
            audit=case.audit, number=number, what="Visit again", who="The team", due_on=date(2011, 4, 30), added_at=NOW
        )
    FollowUp.objects.filter(number=2).update(closed_at=NOW, evidence="Visited")
    for _ in range(5):
        submitted_case(world.inspection, auditor=None)
    give(submitted_case(world.inspection), world.people[Role.AUDITOR], Part.CONTRIBUTOR)


def _case(thing: str, **more: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: {**of_inspection(world), "number": world.things[thing].number, **more}


TO_MODERATE, MODERATED, FOLLOWED_UP = _case("to moderate"), _case("moderated"), _case("followed up")
OPEN, CLOSED = _case("followed up", action=1), _case("followed up", action=2)


def _grade(world: World) -> dict[str, Any]:
    return {"grade": "adequate", "comments": "The plan was late."}


def _agree(world: World) -> dict[str, Any]:
    return {"grade": "adequate", "why": "Both read the plan again."}


def _follow_up(world: World) -> dict[str, Any]:
    due = {"due_on_day": "1", "due_on_month": "5", "due_on_year": "2039"}
    return {"what": "Visit again", "who": "The team", **due}


def _close(world: World) -> dict[str, Any]:
    return {"evidence": "Visited on Monday"}


def _offer(world: World) -> dict[str, Any]:
    return {"covers": ["safeguarding"], "seen": "of other figures"}


ROWS = [
    Row("audits:moderate", "GET", WITH_AUDITOR, TO_MODERATE),
    Row("audits:moderate", "POST", frozenset({Role.AUDITOR}), TO_MODERATE, _grade),
    Row("audits:moderate", "GET", WITH_AUDITOR, MODERATED, variant="graded"),
    Row("audits:agree-grade", "POST", WITH_AUDITOR, MODERATED, _agree),
    Row("audits:agreement", "GET", OFFICER, of_inspection),
    Row("audits:follow-ups", "GET", OFFICER, of_inspection),
    Row("audits:add-follow-up", "GET", WITH_AUDITOR, FOLLOWED_UP),
    Row("audits:add-follow-up", "POST", WITH_AUDITOR, FOLLOWED_UP, _follow_up),
    Row("audits:add-follow-up", "GET", OFFICER, TO_MODERATE, variant="of another’s case"),
    Row("audits:close-follow-up", "GET", WITH_AUDITOR, OPEN),
    Row("audits:close-follow-up", "POST", WITH_AUDITOR, OPEN, _close),
    Row("audits:reopen-follow-up", "POST", WITH_AUDITOR, CLOSED),
    Row("audits:themes", "GET", THEMES, of_inspection),
    Row("audits:offer-themes", "GET", frozenset({Role.COORDINATOR}), of_inspection),
    Row("audits:offer-themes", "POST", frozenset({Role.COORDINATOR}), of_inspection, _offer),
]
