from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role
from inspections.closures import add_closure
from inspections.owners_actions import keep_owners_file
from tests.access.rows import Row, World, of_council, of_inspection
from tests.factories.people import NOW, make_person, make_post

COORDINATOR = frozenset({Role.COORDINATOR})
CALLERS = frozenset({Role.COORDINATOR, Role.DCS_OFFICE})
GROUP = frozenset({Role.COORDINATOR, Role.MEMBER})
# Whoever works from the dates sees them; moving them is the office's and the coordinator's.
DATE_READERS = frozenset({Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE, Role.OWNER})
POST_MANAGERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
SHEET = b"Number,Document,Owner\n1,,The vacant post\n"


def prepare(world: World) -> None:
    world.things["vacant post"] = make_post(world.council, "The vacant post")
    world.things["held post"] = make_post(world.council, "The held post", make_person(world.council, Role.OWNER))
    add_closure(council=world.council, date=date(2026, 12, 24), reason="Christmas closure", by=None, now=NOW)
    world.things["closure"] = world.council.closure_days.get()
    world.things["owners file"] = keep_owners_file(
        inspection=world.inspection, file_name="owners.csv", content=SHEET, by=None, now=NOW
    )


def _post(world: World) -> dict[str, Any]:
    return {"council": world.council.slug, "pk": world.things["vacant post"].pk}


def _held_post(world: World) -> dict[str, Any]:
    return {"council": world.council.slug, "pk": world.things["held post"].pk}


def _closure(world: World) -> dict[str, Any]:
    return {"council": world.council.slug, "pk": world.things["closure"].pk}


def _item(world: World) -> dict[str, Any]:
    document = world.inspection.framework.documents[0]
    return {"slug": world.inspection.slug, "item": f"document:{document.key}"}


def _owners_file(world: World) -> dict[str, Any]:
    return {"slug": world.inspection.slug, "pk": world.things["owners file"].pk}


def _the_day(world: World) -> dict[str, Any]:
    day = {"notified_on_day": "18", "notified_on_month": "4", "notified_on_year": "2011"}
    return {**day, "confirmed": "2011-04-18", "reason": "As the letter says"}


def _date(world: World) -> dict[str, Any]:
    return {"slug": world.inspection.slug, "kind": "step", "key": world.inspection.framework.steps[1].key}


def _moved(world: World) -> dict[str, Any]:
    day = {"first_day": "20", "first_month": "4", "first_year": "2011"}
    return {**day, "reason": "The lead inspector asked for it", "confirmed": "2011-04-20/2011-04-20"}


def _a_closure(world: World) -> dict[str, Any]:
    day = {"date_day": "29", "date_month": "12", "date_year": "2026"}
    return {**day, "kind": "closure", "reason": "Christmas closure"}


def _holder(world: World) -> dict[str, Any]:
    return {"user": str(world.people[Role.OWNER].pk)}


ROWS = [
    Row("inspections:list", "GET", CALLERS | GROUP, of_council),
    Row("inspections:notification", "GET", CALLERS, of_inspection),
    Row("inspections:notification", "POST", CALLERS, of_inspection, _the_day),
    Row("inspections:withdraw", "GET", CALLERS, of_inspection),
    Row("inspections:withdraw", "POST", CALLERS, of_inspection, lambda w: {"reason": "Deferred"}),
    Row("inspections:reinstate", "POST", CALLERS, of_inspection),
    Row("inspections:dates", "GET", DATE_READERS, of_inspection),
    Row("inspections:date", "GET", DATE_READERS, _date),
    Row("inspections:date", "POST", CALLERS, _date, _moved),
    Row("inspections:undo-date", "POST", CALLERS, _date),
    Row("inspections:activity", "GET", GROUP, of_inspection),
    Row("inspections:owners", "GET", GROUP, of_inspection),
    Row("inspections:own-item", "GET", COORDINATOR, _item),
    Row("inspections:own-item", "POST", COORDINATOR, _item, lambda w: {"owner_1": ""}),
    Row("inspections:import-owners", "GET", COORDINATOR, of_inspection),
    Row(
        "inspections:import-owners",
        "POST",
        COORDINATOR,
        of_inspection,
        lambda w: {"file": SimpleUploadedFile("owners.csv", SHEET)},
    ),
    Row("inspections:check-owners", "GET", COORDINATOR, _owners_file),
    Row("inspections:check-owners", "POST", COORDINATOR, _owners_file, lambda w: {"seen": "0"}),
    Row("inspections:posts", "GET", POST_MANAGERS | GROUP, of_council),
    Row("inspections:add-post", "GET", POST_MANAGERS, of_council),
    Row(
        "inspections:add-post",
        "POST",
        POST_MANAGERS,
        of_council,
        lambda w: {"name": "A new post", "organisation": "Council", "aliases": ""},
    ),
    Row("inspections:post", "GET", POST_MANAGERS | GROUP, _post),
    Row("inspections:post", "POST", POST_MANAGERS, _post, _holder),
    Row("inspections:vacate-post", "GET", POST_MANAGERS, _held_post),
    Row("inspections:vacate-post", "POST", POST_MANAGERS, _held_post),
    Row("inspections:closures", "GET", CALLERS | POST_MANAGERS, of_council),
    Row("inspections:closures", "POST", CALLERS | POST_MANAGERS, of_council, _a_closure),
    Row("inspections:remove-closure", "GET", CALLERS | POST_MANAGERS, _closure),
    Row("inspections:remove-closure", "POST", CALLERS | POST_MANAGERS, _closure),
]
