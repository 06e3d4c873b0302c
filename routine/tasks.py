"""The background side of routine work."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from routine import running


@shared_task
def run_due() -> list[str]:
    """Does what is due by the clock. Returns its names. Beat starts it every minute."""
    return running.run_due(clock=timezone.now)
