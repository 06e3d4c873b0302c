"""Every test here keeps its files in a folder of its own, and is ended where it hangs."""

from __future__ import annotations

import signal
from collections.abc import Iterator
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


class Hangs(BaseException):
    """A file took far more of the processor's time than any honest one."""


def _hangs(*_: object) -> None:
    raise Hangs


@pytest.fixture
def bounded() -> Iterator[None]:
    """Begins anew with `signal.setitimer(signal.ITIMER_PROF, ...)`; time of the processor, whatever else it does."""
    before = signal.signal(signal.SIGPROF, _hangs)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)
