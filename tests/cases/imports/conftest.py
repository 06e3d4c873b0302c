"""Imports keep their files in a folder of each test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspections.models import Inspection
from tests.factories.people import make_council, make_inspection


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path) -> Path:
    settings.UPLOADS_DIR = tmp_path / "uploads"
    return settings.UPLOADS_DIR


@pytest.fixture
def inspection(db) -> Inspection:
    return make_inspection(make_council())


def files_in(folder: Path) -> list[Path]:
    """Every file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]
