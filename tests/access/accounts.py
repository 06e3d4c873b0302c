from __future__ import annotations

from typing import Any

from accounts import address_changes, invitations
from accounts.models import AddressChange, Role
from tests.access.rows import EVERYBODY, Row, World, of_council
from tests.factories.people import NOW, make_person

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


def prepare(world: World) -> None:
    world.things["person"] = make_person(world.council, Role.OWNER, name="Somebody Else")
    world.things["invitation"] = invitations.invite_person(
        council=world.council,
        email="invited@example.org",
        full_name="Ines Invited",
        roles=[Role.OWNER],
        by=None,
        now=NOW,
    )
    changing = {"council": world.council, "user": world.things["person"], "by": make_person(world.council, Role.BOARD)}
    address_changes.ask_for_address(email="new.address@example.org", now=NOW, **changing)
    world.things["address change"] = AddressChange.objects.get(council=world.council)


def _person(world: World) -> dict[str, Any]:
    return {"council": world.council.slug, "pk": world.things["person"].pk}


def _invited(world: World) -> dict[str, Any]:
    return {"council": world.council.slug, "pk": world.things["invitation"].pk}


def _link(world: World) -> dict[str, Any]:
    return {"token": invitations.path_of(world.things["invitation"]).strip("/").rpartition("/")[2]}


def _address_link(world: World) -> dict[str, Any]:
    return {"token": address_changes.path_of(world.things["address change"]).strip("/").rpartition("/")[2]}


def _dead_link(world: World) -> dict[str, Any]:
    return {"uidb64": "MQ", "token": "not-a-token"}


_DETAILS = {"full_name": "Somebody Else", "telephone": ""}

ROWS = [
    Row("accounts:sign-in", "GET", EVERYBODY, public=True),
    Row("accounts:sign-in", "POST", EVERYBODY, public=True),
    Row("accounts:sign-out", "POST", EVERYBODY),
    Row("accounts:password-reset", "GET", EVERYBODY, public=True),
    Row("accounts:password-reset", "POST", EVERYBODY, data=lambda w: {"email": "nobody@example.org"}, public=True),
    Row("accounts:password-reset-sent", "GET", EVERYBODY, public=True),
    Row("accounts:password-reset-set", "GET", EVERYBODY, _dead_link, public=True),
    Row("accounts:password-reset-set", "POST", EVERYBODY, _dead_link, public=True),
    Row("accounts:password-reset-complete", "GET", EVERYBODY, public=True),
    Row("accounts:invitation", "GET", EVERYBODY, _link, public=True),
    Row("accounts:invitation", "POST", EVERYBODY, _link, public=True),
    Row("accounts:confirm-address", "GET", EVERYBODY, _address_link, public=True),
    Row("accounts:confirm-address", "POST", EVERYBODY, _address_link, public=True),
    Row("accounts:account", "GET", EVERYBODY),
    Row("accounts:account", "POST", EVERYBODY, data=lambda w: _DETAILS),
    Row("accounts:choose-reminders", "POST", EVERYBODY, data=lambda w: {"way": "daily", "hour": "16"}),
    Row("accounts:change-password", "POST", EVERYBODY),
    Row("accounts:people", "GET", ADMINISTRATOR, of_council),
    Row("accounts:add-person", "GET", ADMINISTRATOR, of_council),
    Row(
        "accounts:add-person",
        "POST",
        ADMINISTRATOR,
        of_council,
        lambda w: {"full_name": "New Person", "email": "new@example.org", "roles": ["owner"]},
    ),
    Row("accounts:invited", "GET", ADMINISTRATOR, _invited),
    Row("accounts:send-invitation", "POST", ADMINISTRATOR, _invited),
    Row("accounts:withdraw-invitation", "POST", ADMINISTRATOR, _invited),
    Row("accounts:person", "GET", ADMINISTRATOR, _person),
    Row("accounts:person", "POST", ADMINISTRATOR, _person, lambda w: {**_DETAILS, "roles": ["owner"]}),
    Row("accounts:change-address", "GET", ADMINISTRATOR, _person),
    Row("accounts:change-address", "POST", ADMINISTRATOR, _person, lambda w: {"email": "else@example.org"}),
    Row("accounts:remove-person", "GET", ADMINISTRATOR, _person),
    Row("accounts:remove-person", "POST", ADMINISTRATOR, _person),
    Row("accounts:invite-again", "POST", ADMINISTRATOR, _person),
]
