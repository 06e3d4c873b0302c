"""Background work on the timetable."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from timetable import daily


@shared_task
def keep_readiness() -> int:
    """Stores how ready each inspection is today; once a day, at six in the evening."""
    return daily.keep_all(now=timezone.now())
