"""Every address and method against every role: what is not somebody's looks as if it did not exist."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
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


def test_every_address_is_in_the_table() -> None:
    assert names_of(get_resolver().url_patterns) == {row.name for row in ROWS}


def test_no_row_stands_twice() -> None:
    rows = [str(row) for row in ROWS]
    assert sorted(rows) == sorted(set(rows))


@pytest.mark.parametrize("row", ROWS, ids=str)
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_role_is_answered_or_finds_nothing(world: World, row: Row, role: Role) -> None:
    status = _ask(signed_in(world.people[role]), row, world).status_code
    if role in row.allowed or row.public:
        assert status in ({200, 302, 304} if row.method == "GET" else {200, 302, 422})
    else:
        assert status == NOT_THERE


@pytest.mark.parametrize(
    "name, method",
    [
        (name, method)
        for name in sorted(BY_NAME)
        for method in METHODS
        if not any(row.name == name and row.method == method for row in ROWS)
    ],
)
def test_a_method_that_is_not_in_the_table_is_refused(world: World, name: str, method: str) -> None:
    row = BY_NAME[name]
    assert _ask(signed_in(somebody(world, row)), row, world, method).status_code == WRONG_METHOD


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_another_councils_coordinator_finds_nothing(world: World, row: Row) -> None:
    status = _ask(signed_in(world.outsider), row, world).status_code
    if row.kwargs(world) and not row.public:
        assert status == NOT_THERE
    else:
        # An address that names nothing of a council is everybody's own page.
        assert status in {200, 302, 422}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_signed_out_visitor_is_sent_to_sign_in(world: World, row: Row) -> None:
    response = _ask(Client(), row, world)
    asks_to_sign_in = f"{reverse('accounts:sign-in')}?next="
    if row.public:
        assert response.status_code in {200, 302, 422, 503}
        assert not response.headers.get("Location", "").startswith(asks_to_sign_in)
    else:
        assert response.status_code == 302
        assert (
            unquote(response.headers["Location"]) == f"{asks_to_sign_in}{reverse(row.name, kwargs=row.kwargs(world))}"
        )


@pytest.mark.parametrize("row", OF_COUNCILS, ids=str)
def test_somebody_made_inactive_is_signed_out(world: World, row: Row) -> None:
    user = somebody(world, row)
    client = signed_in(user)
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    response = _ask(client, row, world)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(f"{reverse('accounts:sign-in')}?next=")


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "POST"], ids=str)
def test_post_without_the_token_of_its_form_is_refused(world: World, row: Row) -> None:
    client = signed_in(somebody(world, row), enforce_csrf_checks=True)
    assert _ask(client, row, world).status_code == 403


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
    found = {str(row): _ask(signed_in(person), row, world).status_code != NOT_THERE for row in OF_COUNCILS}
    assert found == {str(row): like in row.allowed for row in OF_COUNCILS}


def _new_role(monkeypatch, value: str, label: str) -> Role:
    """A member of the list of roles that is there for one test."""
    role = str.__new__(Role, value)
    role._name_, role._value_, role._label_ = value.upper(), value, label
    monkeypatch.setitem(Role._value2member_map_, value, role)
    return role
