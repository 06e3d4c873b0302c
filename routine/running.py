"""Routine work is due by when it was last done, so that nothing depends on how long beat has been running.

Beat checks each minute. A worker takes due work by a conditional update: if two workers try, only one does it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.timezone import get_default_timezone, localdate

from routine.models import LastRun

log = logging.getLogger(__name__)

# A worker that has been doing it for longer than any task may take (CELERY_TASK_TIME_LIMIT) is treated as dead.
LEASE = timedelta(hours=1)
# Failed work is tried again after this long.
REST = timedelta(minutes=10)
# Beat runs a little early or late each time; work due by then does not wait another minute.
SLACK = timedelta(seconds=30)


@dataclass(frozen=True)
class Routine:
    """One piece of routine work.

    name           its name on the health page
    task           the function that does it, as a dotted path; it has no arguments
    at             the time of day at which it is due, in Europe/London, or
    every          the time between two runs
    same_day_only  whether it is skipped, rather than done late, once its day is over
    """

    name: str
    task: str
    at: time | None = None
    every: timedelta | None = None
    same_day_only: bool = False

    def due_since(self, now: datetime) -> datetime:
        """It is due at `now` unless it was done at this time or later."""
        if self.at is None:
            assert self.every is not None
            return now - self.every + SLACK
        today, zone = localdate(now), get_default_timezone()
        due = datetime.combine(today, self.at, zone)
        return due if due <= now else datetime.combine(today - timedelta(days=1), self.at, zone)

    def is_over(self, now: datetime) -> bool:
        """Whether it is too late to do what was due."""
        return self.same_day_only and localdate(self.due_since(now)) != localdate(now)


def routines() -> list[Routine]:
    """All routine work in the settings."""
    return [Routine(name, **how) for name, how in settings.ROUTINE.items()]


def run_due(*, clock: Callable[[], datetime]) -> list[str]:
    """Do what is due and nobody else is doing. Returns the names of what succeeded.

    Failures are logged and stop nothing else.
    """
    wanted, done = routines(), []
    LastRun.objects.bulk_create([LastRun(name=routine.name) for routine in wanted], ignore_conflicts=True)
    for routine in wanted:
        now = clock()
        if not _take(routine, now):
            continue
        row = LastRun.objects.filter(name=routine.name, started_at=now)
        try:
            import_string(routine.task)()
        except Exception:
            log.exception("routine work failed: %s", routine.name)
            row.update(started_at=None, failed_at=clock())
        else:
            row.update(started_at=None, failed_at=None, ran_at=now)
            done.append(routine.name)
    return done


def last_runs() -> dict[str, datetime | None]:
    """When each piece of routine work was last done; None if never."""
    known = dict(LastRun.objects.values_list("name", "ran_at"))
    return {routine.name: known.get(routine.name) for routine in routines()}


def _take(routine: Routine, now: datetime) -> bool:
    """Whether it is due and this worker may do it."""
    if routine.is_over(now):
        return False
    due = Q(ran_at=None) | Q(ran_at__lt=routine.due_since(now))
    free = Q(started_at=None) | Q(started_at__lte=now - LEASE)
    rested = Q(failed_at=None) | Q(failed_at__lte=now - REST)
    return bool(LastRun.objects.filter(due, free, rested, name=routine.name).update(started_at=now))
