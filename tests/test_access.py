"""Every address and method with every role: what a person may not see looks as if it did not exist."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from accounts import permissions
from accounts.models import Role
from tests.access.rows import Row, World
from tests.factories.people import make_person
from tests.table import ROWS, filled_world, names_of, signed_in, somebody

OF_COUNCILS = [row for row in ROWS if not row.public]
BY_NAME = {row.name: row for row in ROWS}
METHODS = ("GET", "POST")
NOT_THERE, WRONG_METHOD = 404, 405
ANSWERED = {"GET": {200, 302, 304}, "POST": {200, 302, 422}}


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), filled_world() as made:
        yield made


@pytest.fixture
def world(filled, db) -> World:
    """The same for every test: what one of them does is taken back with its transaction."""
    return filled


def _ask(client: Client, row: Row, world: World, method: str | None = None):
    address = reverse(row.name, kwargs=row.kwargs(world))
    response = client.get(address) if (method or row.method) == "GET" else client.post(address, row.data(world))
    if response.streaming:
        # Read to its end, a download closes its file.
        b"".join(response)
    return response


def _status(client: Client, row: Row, world: World, method: str | None = None) -> int:
    """The status of the answer; whatever was done is taken back, so that the next one finds things as they were."""
    cache.clear()
    with transaction.atomic():
        status: int = _ask(client, row, world, method).status_code
        transaction.set_rollback(True)
    return status


def test_every_address_is_in_the_table() -> None:
    assert names_of(get_resolver().url_patterns) == {row.name for row in ROWS}


def test_no_row_stands_twice() -> None:
    rows = [str(row) for row in ROWS]
    assert sorted(rows) == sorted(set(rows))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_address_answers_whom_the_table_names_and_nobody_else(world: World, row: Row) -> None:
    """Every role of the council, the coordinator of another one, and somebody who is not signed in."""
    answered = ANSWERED[row.method]
    for role in Role:
        expected = answered if role in row.allowed or row.public else {NOT_THERE}
        assert (role, _status(signed_in(world.people[role]), row, world) in expected) == (role, True)
    # An address that names nothing of a council is everybody's own page.
    hidden = row.kwargs(world) and not row.public
    assert _status(signed_in(world.outsider), row, world) in ({NOT_THERE} if hidden else answered)
    response = _ask(Client(), row, world)
    if row.public:
        assert response.status_code in answered | {503}
        assert not asks_to_sign_in(response)
    else:
        assert asks_to_sign_in(response, reverse(row.name, kwargs=row.kwargs(world)))


def asks_to_sign_in(response: HttpResponse, then: str = "") -> bool:
    """Whether it sends somebody to the sign-in page, and from there to `then`."""
    to = unquote(response.headers.get("Location", ""))
    return response.status_code == 302 and to.startswith(f"{reverse('accounts:sign-in')}?next={then}")


def test_methods_that_are_not_in_the_table_are_refused(world: World) -> None:
    known = {(row.name, row.method) for row in ROWS}
    missing = [(name, method) for name in sorted(BY_NAME) for method in METHODS if (name, method) not in known]
    assert missing
    for name, method in missing:
        row = BY_NAME[name]
        status = _status(signed_in(somebody(world, row)), row, world, method)
        assert (name, method, status) == (name, method, WRONG_METHOD)


@pytest.mark.parametrize("name", ["documents:list", "documents:remove"])
def test_somebody_made_inactive_is_signed_out(world: World, name: str) -> None:
    row = BY_NAME[name]
    user = somebody(world, row)
    client = signed_in(user)
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert asks_to_sign_in(_ask(client, row, world))


def test_post_without_the_token_of_its_form_is_refused(world: World) -> None:
    for row in ROWS:
        if row.method == "POST":
            client = signed_in(somebody(world, row), enforce_csrf_checks=True)
            assert (str(row), _status(client, row, world)) == (str(row), 403)


def test_what_is_not_yours_answers_as_what_does_not_exist(world: World) -> None:
    client = signed_in(world.outsider)
    address = reverse("dashboard", args=[world.inspection.slug])
    hidden, absent = client.get(address), client.get(reverse("dashboard", args=["there-is-none"]))
    assert (hidden.status_code, absent.status_code) == (NOT_THERE, NOT_THERE)
    assert hidden.content == absent.content


@pytest.mark.parametrize("like", [Role.MEMBER, Role.CASE_OFFICER, Role.BOARD], ids=lambda role: role.value)
def test_a_new_role_is_its_place_in_the_table_of_permissions(world: World, monkeypatch, like: Role) -> None:
    """A role that has the permissions of another finds what that one finds, and nothing more."""
    observer = _new_role(monkeypatch, "observer", "Observer")
    allowed = {
        permission: roles | {observer} if like in roles else roles for permission, roles in permissions.ROLES.items()
    }
    monkeypatch.setattr(permissions, "ROLES", allowed)
    person = make_person(world.council, observer, name="The observer")
    found = {str(row): _status(signed_in(person), row, world) != NOT_THERE for row in OF_COUNCILS}
    assert found == {str(row): like in row.allowed for row in OF_COUNCILS}


def _new_role(monkeypatch, value: str, label: str) -> Role:
    """A member of the list of roles that is there for one test."""
    role = str.__new__(Role, value)
    role._name_, role._value_, role._label_ = value.upper(), value, label
    monkeypatch.setitem(Role._value2member_map_, value, role)
    return role
