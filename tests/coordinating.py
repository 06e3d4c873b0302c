"""Fixtures of tests that receive files: an inspection, its coordinator, and a client in which they are signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Role, User
from inspections.models import Inspection
from tests.factories.people import make_council, make_inspection, make_person
from tests.table import signed_in


@pytest.fixture
def inspection(db) -> Inspection:
    return make_inspection(make_council("Fictionshire"))


@pytest.fixture
def coordinator(inspection: Inspection) -> User:
    return make_person(inspection.council, Role.COORDINATOR, name="Casey Coordinator")


@pytest.fixture
def client(coordinator: User) -> Client:
    return signed_in(coordinator)
