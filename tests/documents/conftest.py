"""Every test here keeps its uploads in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.models import Event
from documents.models import File, Version
from inspections.models import Inspection


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path: Path) -> Path:
    settings.UPLOADS_DIR = tmp_path / "uploads"
    return tmp_path / "uploads"


@pytest.fixture
def on_disk(uploads: Path) -> Callable[[], list[str]]:
    """The folders and how many files each holds, as `incoming/` and `files/` then hold them."""

    def listed() -> list[str]:
        return sorted(path.relative_to(uploads).parts[0] for path in uploads.rglob("*") if path.is_file())

    return listed


@pytest.fixture
def nothing_left(on_disk: Callable[[], list[str]]) -> Callable[[Inspection], bool]:
    """Whether a refusal left nothing: no bytes, no rows, no event, and the inspection's version where it was."""

    def looked(inspection: Inspection) -> bool:
        here = Inspection.objects.get(pk=inspection.pk)
        rows = (
            File.objects.filter(inspection=inspection).count(),
            Version.objects.filter(file__inspection=inspection).count(),
            Event.objects.filter(inspection=inspection.slug).count(),
            here.version - inspection.version,
        )
        return (on_disk(), rows) == ([], (0, 0, 0, 0))

    return looked
