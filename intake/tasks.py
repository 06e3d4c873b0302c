"""The worker's side of the intake."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from intake import sweeping, unpacking

log = logging.getLogger(__name__)


@shared_task
def unpack(archive_id: int) -> bool:
    """Unpacks one ZIP; whether this worker did."""
    return unpacking.unpack(archive_id, now=timezone.now) is not None


@shared_task
def unpack_waiting() -> list[int]:
    """Unpacks what was received and never begun, or begun by a worker that died; the ids. Beat asks each minute."""
    ids = unpacking.waiting(timezone.now())
    for archive_id in ids:
        unpacking.unpack(archive_id, now=timezone.now)
    return ids


@shared_task
def sweep() -> int:
    """Takes away what nobody sorted in time; once a night."""
    return sweeping.sweep(now=timezone.now())


def ask(archive_id: int) -> None:
    """Has a worker unpack the ZIP once the transaction is committed; never raises, since beat finds it anyway."""
    transaction.on_commit(lambda: _publish(archive_id), robust=True)


def _publish(archive_id: int) -> None:
    try:
        unpack.apply_async(args=[archive_id], retry=True, retry_policy={"max_retries": 0})
    except Exception as error:  # whatever a broker's library raises, the ZIP is safe in the database
        log.warning("the broker could not be told of a ZIP (%s); beat will find it", type(error).__name__)
