"""Every address and method against every role: what is not somebody's looks as if it did not exist."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Role
from tests.access.rows import Row, World
from tests.factories.people import make_council, make_inspection, make_person

APPS = (
    "accounts",
    "inspections",
    "documents",
    "focusgroups",
    "timetable",
    "reminders",
    "evidencepack",
    "readiness",
)
TABLES = [import_module(f"tests.access.{app}") for app in APPS]
ROWS: list[Row] = [row for table in TABLES for row in table.ROWS]
NOT_THERE = 404


@pytest.fixture
def world(db) -> World:
    council, elsewhere = make_council("Fictionshire"), make_council("Elsewhereshire")
    people = {role: make_person(council, role, name=f"The {role.label}") for role in Role}
    outsider = make_person(elsewhere, *Role, name="Coordinator of another council")
    made = World(council=council, inspection=make_inspection(council), people=people, outsider=outsider)
    for table in TABLES:
        table.prepare(made)
    return made


def _names(patterns: list, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found |= _names(pattern.url_patterns, space)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"the address {pattern.pattern} has no name"
            found.add(f"{prefix}{pattern.name}")
    return found


def test_every_address_is_in_the_table() -> None:
    assert _names(get_resolver().url_patterns) == {row.name for row in ROWS}


def test_no_row_stands_twice() -> None:
    keys = [(row.name, row.method) for row in ROWS]
    assert sorted(keys) == sorted(set(keys))


def _ask(client: Client, row: Row, world: World) -> int:
    address = reverse(row.name, kwargs=row.kwargs(world))
    if row.method == "GET":
        return client.get(address).status_code
    return client.post(address, row.data(world)).status_code


def _signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.name}")
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_role_is_answered_or_finds_nothing(world: World, row: Row, role: Role) -> None:
    status = _ask(_signed_in(world.people[role]), row, world)
    if role in row.allowed or row.public:
        assert status in {200, 302, 304, 422}, f"{role} should be answered"
    else:
        assert status == NOT_THERE


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.name}")
def test_another_councils_coordinator_finds_nothing(world: World, row: Row) -> None:
    kwargs = row.kwargs(world)
    status = _ask(_signed_in(world.outsider), row, world)
    if kwargs and not row.public:
        assert status == NOT_THERE
    else:
        # An address that names nothing of a council is everybody's own page.
        assert status in {200, 302, 422}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.name}")
def test_signed_out_visitor_is_sent_to_sign_in(world: World, row: Row) -> None:
    client = Client()
    address = reverse(row.name, kwargs=row.kwargs(world))
    response = client.get(address) if row.method == "GET" else client.post(address, row.data(world))
    if row.public:
        assert response.status_code in {200, 302, 422, 503}
        assert not response.headers.get("Location", "").startswith(f"{reverse('accounts:sign-in')}?next=")
    else:
        assert response.status_code == 302
        assert response.headers["Location"] == f"{reverse('accounts:sign-in')}?next={address}"


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.method == "POST"], ids=lambda row: f"{row.method} {row.name}"
)
def test_post_without_the_token_of_its_form_is_refused(world: World, row: Row) -> None:
    client = Client(enforce_csrf_checks=True)
    allowed = next((role for role in Role if role in row.allowed), None)
    if allowed is not None:
        client.force_login(world.people[allowed], backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse(row.name, kwargs=row.kwargs(world)), row.data(world)).status_code == 403
