"""Celery beat's schedule in the database, stored without interruption."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django_celery_beat.schedulers import DatabaseScheduler

ENDINGS = (signal.SIGTERM, signal.SIGINT)


class Scheduler(DatabaseScheduler):
    """Celery's own scheduler, except that a signal to stop waits until the schedule is stored.

    Celery handles such a signal in the middle of other work, with queries of its own. Between the queries that store
    the schedule, these fail. Celery then blames the schedule's entry, and beat keeps running without that entry and
    without reacting to the signal.
    """

    def setup_schedule(self) -> None:
        """Reads the schedule from the database, adding entries from the settings."""
        with _held(ENDINGS):
            super().setup_schedule()


@contextmanager
def _held(signals: tuple[signal.Signals, ...]) -> Iterator[None]:
    """Signals are delivered when the block has ended; threads other than the first get none anyway."""
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
