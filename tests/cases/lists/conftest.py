from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from inspections.models import Inspection
from tests.factories.people import at, make_council, make_inspection, make_person
from tests.reading import sign_in

MORNING = at("2011-04-20 09:00")


@pytest.fixture(autouse=True)
def morning(time_machine: Any) -> None:
    time_machine.move_to(MORNING, tick=False)


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection(make_council(), notified=date(2011, 4, 18))


@pytest.fixture
def officer(inspection: Inspection) -> User:
    return make_person(inspection.council, Role.CASE_OFFICER, name="Casey Officer")


@pytest.fixture
def at_officer(officer: User) -> Client:
    return sign_in(officer)


@pytest.fixture
def at_coordinator(inspection: Inspection) -> Client:
    return sign_in(make_person(inspection.council, Role.COORDINATOR))
