"""The background work on waiting files."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from intake import sweeping, unpacking
from jobs import telling


@shared_task
def unpack(archive_id: int) -> bool:
    """Unpacks one ZIP. Returns whether this worker did."""
    return unpacking.unpack(archive_id, now=timezone.now) is not None


@shared_task
def unpack_waiting() -> list[int]:
    """Unpacks ZIPs that were never begun, or begun by a worker that died. Returns their ids.

    Beat starts it every minute.
    """
    ids = unpacking.QUEUE.waiting(timezone.now())
    for archive_id in ids:
        unpacking.unpack(archive_id, now=timezone.now)
    return ids


@shared_task
def sweep() -> int:
    """Deletes files that nobody sorted in time; once a night."""
    return sweeping.sweep(now=timezone.now())


def ask(archive_id: int) -> None:
    """Has a worker unpack the ZIP once the transaction is committed."""
    telling.tell_worker(unpack, archive_id)
