"""Background work on documents."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from documents import actions


@shared_task
def sweep() -> int:
    """Take away what broken-off uploads of killed servers left behind; beat asks for it once a night."""
    return actions.sweep(now=timezone.now())
