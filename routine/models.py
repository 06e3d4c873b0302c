"""When each piece of routine work was last done."""

from __future__ import annotations

from django.db import models


class LastRun(models.Model):
    """One row for each piece of routine work, by its name in the settings.

    ran_at      when it was last begun and came to its end
    started_at  since when a worker has been doing it; empty while none does
    failed_at   when it last failed; empty once it has gone well again
    """

    name = models.CharField(max_length=100, unique=True)
    ran_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}, last run at {self.ran_at}"
