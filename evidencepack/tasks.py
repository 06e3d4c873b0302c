"""The background work on packs."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from evidencepack import building, sweeping
from evidencepack.progress import QUEUE
from jobs import telling


@shared_task
def build_pack(pack_id: int) -> bool:
    """Builds one pack. Returns whether it is ready."""
    return building.build(pack_id) is not None


@shared_task
def build_waiting() -> list[int]:
    """Builds packs that were never begun, or begun by a worker that died. Returns their ids.

    Beat starts it every minute. It also deletes what dead workers left behind.
    """
    ids = QUEUE.waiting(timezone.now())
    for pack_id in ids:
        building.build(pack_id)
    sweeping.sweep(timezone.now())
    return ids


def ask(pack_id: int) -> None:
    """Has a worker build the pack once the transaction is committed."""
    telling.tell_worker(build_pack, pack_id)
