"""What tests of the demonstration share: small papers, and the Wednesday on which it is made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import override_settings

from evidencepack import front
from readiness import demonstration
from tests.factories.documents import pdf_bytes
from tests.factories.people import at

WEDNESDAY = at("2011-05-18 11:00")


@pytest.fixture(scope="module", autouse=True)
def light(tmp_path_factory) -> Iterator[None]:
    """Papers without WeasyPrint: what they look like is not what is tested here."""
    folder = tmp_path_factory.mktemp("demonstration")
    own = override_settings(UPLOADS_DIR=folder / "uploads", PACKS_DIR=folder / "packs")
    with own, pytest.MonkeyPatch.context() as patch:
        for drawn_by in (demonstration, front):
            patch.setattr(drawn_by, "render", lambda html, **given: pdf_bytes(words=html))
        yield


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(WEDNESDAY, tick=False) as traveller:
        yield traveller
