"""Every test here has a folder of its own for files, and is ended if it hangs."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.coordinating import client, coordinator, inspection
from tests.files.places import uploads

__all__ = ["client", "coordinator", "inspection", "uploads"]


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
