"""Celery beat's schedule in the database, written down undisturbed."""

from __future__ import annotations

import signal

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
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
        try:
            super().setup_schedule()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
