"""Every module here keeps its uploads and packs in folders of its own, and has a small framework to make packs of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from tests.disks import small_disk

__all__ = ["small_disk"]

FRAMEWORKS = Path(__file__).resolve().parents[1] / "data" / "frameworks"


@pytest.fixture(scope="module", autouse=True)
def folders(tmp_path_factory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("installation")
    own = {"UPLOADS_DIR": folder / "uploads", "PACKS_DIR": folder / "packs", "FRAMEWORK_DIRS": [FRAMEWORKS]}
    with override_settings(**own):
        yield folder
