"""Background work on documents."""

from __future__ import annotations

import logging
import time

from celery import shared_task
from django.utils import timezone

from documents.evidence import actions, previews, verifying
from documents.models import Version
from jobs import telling

log = logging.getLogger(__name__)
#: No further preview is started after this long, so that mail and reminders get their turn.
MOST_SECONDS = 20


@shared_task
def sweep() -> int:
    """Delete what interrupted uploads left behind; once a night."""
    return actions.sweep(now=timezone.now())


@shared_task
def verify() -> int:
    """Read some stored files again, first those not read for the longest time; every ten minutes."""
    return verifying.verify(clock=timezone.now).examined


@shared_task
def make_preview(version_id: int) -> bool:
    """Draws the preview of one version that somebody wants to see. Returns whether it is ready."""
    return _make(list(Version.objects.filter(pk=version_id))) == 1


@shared_task
def make_previews() -> int:
    """Draws previews of recently added versions that have none. Returns how many. Beat starts it every few seconds."""
    return _make(previews.waiting(now=timezone.now()))


def _make(versions: list[Version]) -> int:
    until = time.monotonic() + MOST_SECONDS
    return previews.make_all(
        versions,
        lambda version, error: log.warning("no preview of version %s: %s", version.pk, type(error).__name__),
        lambda: time.monotonic() > until,
    )


@shared_task
def sweep_previews() -> int:
    """Deletes previews of bytes that are gone and half-drawn previews of dead workers; once a night."""
    known = set(Version.objects.values_list("sha256", flat=True))
    return previews.sweep(before=timezone.now() - previews.LEFT_FOR, known=known)


def ask_for_preview(version_id: int) -> None:
    """Has a worker draw a preview. If the broker is down, the page asks again."""
    telling.tell_worker(make_preview, version_id, expires=600)
