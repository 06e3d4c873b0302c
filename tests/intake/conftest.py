"""Every test here keeps its files in a folder of its own; a council, its inspection and somebody who drops files."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Role, User
from inspections.models import Inspection
from tests.factories.people import make_council, make_inspection, make_person


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path: Path) -> Path:
    settings.UPLOADS_DIR = tmp_path / "uploads"
    return tmp_path / "uploads"


@pytest.fixture
def inspection(db) -> Inspection:
    return make_inspection(make_council("Fictionshire"))


@pytest.fixture
def coordinator(inspection: Inspection) -> User:
    return make_person(inspection.council, Role.COORDINATOR, name="Casey Coordinator")


@pytest.fixture
def client(coordinator: User) -> Client:
    client = Client()
    client.force_login(coordinator, backend="django.contrib.auth.backends.ModelBackend")
    return client
