"""The table of every address and every role, and data with which each of its rows can be requested."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver

import tests.access
from accounts.models import Role, User
from tests.access.rows import Row, World
from tests.factories.people import make_council, make_inspection, make_person

TABLES = [
    table
    for module in pkgutil.iter_modules(tests.access.__path__)
    if hasattr(table := import_module(f"tests.access.{module.name}"), "ROWS")
]
ROWS: list[Row] = [row for table in TABLES for row in table.ROWS]


@contextmanager
def filled_world() -> Iterator[World]:
    """One council with everything in it, and another; taken back at the end."""
    with transaction.atomic():
        council, elsewhere = make_council("Fictionshire"), make_council("Elsewhereshire")
        people = {role: make_person(council, role, name=f"The {role.label}") for role in Role}
        outsider = make_person(elsewhere, *Role, name="Coordinator of another council")
        made = World(council=council, inspection=make_inspection(council), people=people, outsider=outsider)
        for table in TABLES:
            table.prepare(made)
        yield made
        transaction.set_rollback(True)


def names_of(patterns: list, prefix: str = "") -> set[str]:
    """The name of every address below these patterns."""
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found |= names_of(pattern.url_patterns, space)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"the address {pattern.pattern} has no name"
            found.add(f"{prefix}{pattern.name}")
    return found


def somebody(world: World, row: Row) -> User:
    """A person whom the row answers."""
    return next(world.people[role] for role in Role if role in row.allowed)


def signed_in(user: User, **options: object) -> Client:
    client = Client(**options)  # type: ignore[arg-type]
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
