"""Jobs are rows. A worker claims one by a conditional update, so that two workers never have the same job.

A claim is a lease. Its worker reports from time to time that the work goes on; if it reports nothing for the length of
the lease, it is treated as dead and any worker may take the job. So a killed worker needs no tidying up, and a broker
that loses its messages loses no work: waiting jobs are found in the database.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import connection, models, transaction
from django.db.models import F, QuerySet


class Job(models.Model):
    """A row that is work for a worker. The row itself stores its progress and its result.

    claim    the worker that has it; empty while nobody has
    free_at  when a worker may take it: at once, after a pause, or once the present lease is over
    tries    how often a worker has taken it
    """

    claim = models.CharField(max_length=32, blank=True, default="")
    free_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)

    # For a job that a worker has taken: whether another had it before and never reported a result.
    was_taken_over = False

    class Meta:
        abstract = True


J = TypeVar("J", bound=Job)


class JobTakenOver(Exception):
    """Another worker has taken the job over; this one stops and writes nothing more."""


@dataclass(frozen=True)
class Queue(Generic[J]):
    """The jobs of one kind.

    unfinished  the rows that are not finished, whoever has them
    lease       how long a claim holds without a sign of life; longer than any single step of the work
    most_tries  how often a job is taken before it is given up; None for never
    """

    unfinished: Callable[[], QuerySet[J]]
    lease: Callable[[], timedelta]
    most_tries: int | None = None

    def free(self, now: datetime) -> QuerySet[J]:
        """The jobs that a worker may take at `now`, the oldest first."""
        return self.unfinished().filter(free_at__lte=now).order_by("free_at", "pk")

    def waiting(self, now: datetime) -> list[int]:
        """Their ids."""
        return list(self.free(now).values_list("pk", flat=True))

    def take(self, pk: int, now: datetime, **changes: Any) -> J | None:
        """The job, claimed by this worker and with these changes; None if another worker has it or it is finished.

        The caller checks `is_given_up` before it begins, so that a job that kills its worker is not taken for ever.
        """
        claim = uuid.uuid4().hex
        claimed = {"claim": claim, "free_at": now + self.lease(), "tries": F("tries") + 1, **changes}
        if not self.free(now).order_by().filter(pk=pk).update(**claimed):
            return None
        return self.unfinished().filter(claim=claim).get(pk=pk)

    def take_some(self, size: int, now: datetime, **changes: Any) -> list[J]:
        """Up to `size` jobs, claimed by this worker under one claim, without counting a try."""
        free = self.free(now)
        if not free.exists():  # The usual case, which needs no lock.
            return []
        claim = uuid.uuid4().hex
        with transaction.atomic(durable=True):
            if connection.features.has_select_for_update_skip_locked:
                free = free.select_for_update(skip_locked=True)  # else a second worker would find all of these taken
            chosen = dict(free.values_list("pk", "claim")[:size])
            rows = self.free(now).order_by().filter(pk__in=chosen)
            rows.update(claim=claim, free_at=now + self.lease(), **changes)
        taken = list(self.unfinished().filter(claim=claim))
        for job in taken:
            job.was_taken_over = bool(chosen.get(job.pk))
        return taken

    def keep_some(self, claim: str, now: datetime) -> set[int]:
        """Report that the work under this claim goes on.

        Returns the ids of jobs that no other worker has taken meanwhile.
        """
        mine = self.unfinished().filter(claim=claim)
        mine.update(free_at=now + self.lease())
        return set(mine.values_list("pk", flat=True))

    def is_given_up(self, job: J) -> bool:
        """Whether it has been taken so often that it must not be begun again."""
        return self.most_tries is not None and job.tries > self.most_tries

    def keep(self, job: J, now: datetime, **changes: Any) -> None:
        """Report that the work on it goes on, with these changes. Raises JobTakenOver."""
        self._update(job, free_at=now + self.lease(), **changes)

    def end(self, job: J, **changes: Any) -> None:
        """Release it with these changes, which store the result. Raises JobTakenOver, and then nothing is changed."""
        self._update(job, claim="", **changes)

    def _update(self, job: J, **changes: Any) -> None:
        if not self.unfinished().filter(pk=job.pk, claim=job.claim).update(**changes):
            raise JobTakenOver
