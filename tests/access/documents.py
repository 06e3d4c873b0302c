"""Documents: coordinators, members and the DCS office see all, owners their own; owners and coordinators fill them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from accounts.models import Role
from documents.evidence import actions, previews
from documents.meetings import actions as meetings
from documents.reviews import actions as reviewing
from documents.reviews.comments import add_comment
from documents.state import states
from inspections.snapshot import snapshot_of
from tests.access.rows import Row, World, of_inspection
from tests.factories.documents import add, make_version, received
from tests.factories.people import NOW, make_inspection, make_ownership, make_post

READERS = frozenset({Role.COORDINATOR, Role.MEMBER, Role.OWNER, Role.DCS_OFFICE})
# The member of the world holds no post: members see everything and work on what is theirs.
WORKERS = frozenset({Role.COORDINATOR, Role.OWNER})
OWNER = frozenset({Role.OWNER})
COORDINATOR = frozenset({Role.COORDINATOR})
KEY, PART, NIL = "1", "minutes", "9"


def prepare(world: World) -> None:
    """Minutes with a history, a file that names children, a removed one and a nil return, all of the owner's."""
    inspection, owner = world.inspection, world.people[Role.OWNER]
    post = make_post(world.council, "Owner of documents", owner)
    for key in (KEY, NIL):
        make_ownership(inspection, f"document:{key}", post)
    world.things["version"] = add(inspection, KEY, PART, as_at=date(2011, 3, 14), by=owner).version
    actions.replace_file(
        file=world.things["version"].file, received=received(), as_at=date(2011, 3, 14), by=owner, now=NOW
    )
    world.things["children"] = add(
        inspection, KEY, PART, as_at=date(2011, 1, 14), by=owner, names_children=True
    ).version
    previews.make(world.things["version"])
    world.things["removed"] = make_version(inspection, KEY, PART, as_at=date(2011, 2, 14)).file
    actions.remove_file(file=world.things["removed"], by=owner, now=NOW)
    world.things["comment"] = add_comment(
        inspection=inspection, document=KEY, text="Is this the right board?", once=uuid4(), by=owner, now=NOW
    )
    reviewing.state_nil_return(
        inspection=inspection, document=NIL, part="summaries", reason="None was held.", by=owner, now=NOW
    )
    world.things["meeting"], world.things["cancelled"] = meetings.expect_meetings(
        inspection=inspection, document=KEY, part=PART, days=[date(2011, 3, 14), date(2011, 3, 21)], by=owner, now=NOW
    )
    meetings.cancel_meeting(meeting=world.things["cancelled"], reason="Snow", by=owner, now=NOW)
    world.things["former"] = make_inspection(world.council).slug


def _children(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "pk": world.things["children"].file_id}


def _meeting(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "pk": world.things["meeting"].pk}


def _cancelled(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "pk": world.things["cancelled"].pk}


def _day(world: World) -> dict[str, Any]:
    return {"held_on_day": "4", "held_on_month": "4", "held_on_year": "2011"}


def _document(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "key": KEY}


def _part(world: World) -> dict[str, Any]:
    return {**_document(world), "part": PART}


def _nil(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "key": NIL, "part": "summaries"}


def _nil_of_nobody(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "key": "11", "part": "fostering"}


def _file(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "pk": world.things["version"].file_id}


def _removed(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "pk": world.things["removed"].pk}


def _version(world: World) -> dict[str, Any]:
    return {**of_inspection(world), "pk": world.things["version"].pk}


def _comment(world: World) -> dict[str, Any]:
    """A comment of the owner's: to anybody else it is not there to be withdrawn."""
    return {**of_inspection(world), "pk": world.things["comment"].pk}


def _contents(world: World) -> dict[str, Any]:
    return {"contents": states(snapshot_of(world.inspection, now=NOW))[KEY].contents, "reason": "Not the right board."}


ROWS = [
    Row("documents:list", "GET", READERS, of_inspection),
    Row("documents:export", "GET", READERS, lambda world: {**of_inspection(world), "fmt": "csv"}),
    Row("documents:document", "GET", READERS, _document),
    Row("documents:approve", "POST", WORKERS, _document, _contents),
    Row("documents:return", "POST", COORDINATOR, _document, _contents),
    Row("documents:approve-several", "POST", WORKERS, of_inspection, lambda world: {"document": [f"{KEY}:0"]}),
    Row("documents:approvals", "POST", COORDINATOR, _document, lambda world: {"needed": "2"}),
    Row("documents:comment", "POST", READERS, _document, lambda world: {"text": "Seen.", "once": str(uuid4())}),
    Row("documents:withdraw-comment", "POST", OWNER, _comment),
    Row("documents:upload", "GET", WORKERS, _part),
    Row("documents:upload", "POST", WORKERS, _part),
    # An owner's word: a coordinator gives it only where nobody holds an owning post.
    Row("documents:nil-return", "GET", OWNER, _nil),
    Row("documents:nil-return", "POST", OWNER, _nil, lambda world: {"reason": "None was held."}),
    Row("documents:nil-return", "GET", COORDINATOR, _nil_of_nobody, variant="of nobody"),
    Row("documents:withdraw-nil-return", "POST", WORKERS, _nil),
    Row("documents:meetings", "GET", WORKERS, _part),
    Row("documents:meetings", "POST", WORKERS, _part, _day),
    Row("documents:meeting", "GET", WORKERS, _meeting),
    Row("documents:meeting", "POST", WORKERS, _meeting, _day),
    Row("documents:cancel-meeting", "POST", WORKERS, _meeting, lambda world: {"reason": "Snow"}),
    Row("documents:hold-meeting", "POST", WORKERS, _cancelled),
    Row("documents:remove-meeting", "POST", WORKERS, _cancelled),
    Row("documents:bring-forward", "GET", COORDINATOR, of_inspection),
    Row("documents:bring-forward", "POST", COORDINATOR, of_inspection, lambda world: {"from": world.things["former"]}),
    Row("documents:file", "GET", READERS, _file),
    Row("documents:file", "GET", WORKERS, _children, variant="names children"),
    Row("documents:move", "GET", WORKERS, _file),
    Row("documents:move", "POST", WORKERS, _file, lambda world: {"target": "1/minutes"}),
    Row("documents:replace", "GET", WORKERS, _file),
    Row("documents:replace", "POST", WORKERS, _file),
    Row("documents:describe", "GET", WORKERS, _file),
    Row("documents:describe", "POST", WORKERS, _file, lambda world: {"label": "Minutes"}),
    Row("documents:remove", "GET", WORKERS, _file),
    Row("documents:remove", "POST", WORKERS, _file),
    Row("documents:put-back", "POST", WORKERS, _removed),
    Row("documents:download", "GET", READERS, _version),
    Row("documents:download-anyway", "GET", READERS, _version),
    Row("documents:restore", "POST", WORKERS, _version),
    Row("documents:preview", "GET", READERS, _version),
    Row("documents:thumbnail", "GET", READERS, _version),
    Row("documents:picture", "GET", READERS, lambda world: {**_version(world), "page": 1}),
]
