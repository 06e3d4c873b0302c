"""The worker's side of the packs."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from evidencepack import building, sweeping

log = logging.getLogger(__name__)


@shared_task
def build_pack(pack_id: int) -> bool:
    """Builds one pack; whether it is ready."""
    return building.build(pack_id) is not None


@shared_task
def build_waiting() -> list[int]:
    """Builds what was asked for and never begun, or begun by a worker that died; the packs' ids.

    Beat has it done every minute. It also takes away what the dead ones left behind.
    """
    ids = building.waiting(timezone.now())
    for pack_id in ids:
        building.build(pack_id)
    sweeping.sweep(timezone.now())
    return ids


def ask(pack_id: int) -> None:
    """Has a worker build the pack once the transaction is committed; never raises, since beat finds it anyway."""
    transaction.on_commit(lambda: _publish(pack_id), robust=True)


def _publish(pack_id: int) -> None:
    try:
        build_pack.apply_async(args=[pack_id], retry=True, retry_policy={"max_retries": 0})
    except Exception as error:  # whatever a broker's library raises, the pack is safe in the database
        log.warning("the broker could not be told of a pack (%s); beat will find it", type(error).__name__)
