"""A council with an inspection and a case officer in front of a browser; files in a folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Role, User
from inspections.models import Inspection
from tests.factories.people import make_council, make_inspection, make_person
from tests.reading import sign_in


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path: Path) -> Path:
    settings.UPLOADS_DIR = tmp_path / "uploads"
    return tmp_path / "uploads"


@pytest.fixture
def inspection(db) -> Inspection:
    return make_inspection(make_council("Fictionshire"))


@pytest.fixture
def officer(inspection: Inspection) -> User:
    return make_person(inspection.council, Role.CASE_OFFICER, name="Casey Officer")


@pytest.fixture
def client(officer: User) -> Client:
    return sign_in(officer)
