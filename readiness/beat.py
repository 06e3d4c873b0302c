"""Celery beat's schedule in the database, written down undisturbed."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django_celery_beat.schedulers import DatabaseScheduler

ENDINGS = (signal.SIGTERM, signal.SIGINT)


class Scheduler(DatabaseScheduler):
    """As it comes, but that a signal to end waits until the schedule is written down.

    Celery answers such a signal in the middle of whatever is going on, with queries of its own. Between the queries
    that write the schedule they fail, the failure is taken for a fault of the entry in hand, and beat runs on without
    that entry and deaf to the signal.
    """

    def setup_schedule(self) -> None:
        """Reads the schedule from the database, where entries of the settings are added."""
        with _held(ENDINGS):
            super().setup_schedule()


@contextmanager
def _held(signals: tuple[signal.Signals, ...]) -> Iterator[None]:
    """These signals come when the block has ended; a thread other than the first gets none in any case."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {each: signal.signal(each, lambda number, frame: came.append(number)) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, signal.SIG_DFL if handler is None else handler)
        for number in came:
            signal.raise_signal(number)
