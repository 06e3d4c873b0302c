"""Background work on documents."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from documents import actions, verifying


@shared_task
def sweep() -> int:
    """Take away what broken-off uploads of killed servers left behind; beat asks for it once a night."""
    return actions.sweep(now=timezone.now())


@shared_task
def verify() -> int:
    """Read some kept files again, those first that were not for the longest time; beat asks every ten minutes."""
    return verifying.verify(clock=timezone.now).examined
