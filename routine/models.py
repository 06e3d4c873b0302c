"""When each piece of routine work was last done."""

from __future__ import annotations

from django.db import models


class LastRun(models.Model):
    """One row for each piece of routine work, by its name in the settings.

    ran_at      when it was last begun and finished
    started_at  when the worker that is doing it began; empty if none is
    failed_at   when it last failed; empty once it has succeeded again
    """

    name = models.CharField(max_length=100, unique=True)
    ran_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}, last run at {self.ran_at}"
