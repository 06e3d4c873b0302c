"""The worker's side of reminders."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone

import outbox.tasks
from outbox.post_box import Unreachable
from reminders import returned
from reminders import tick as ticking

log = logging.getLogger(__name__)
NUDGE_EXPIRES = 60


@shared_task
def tick() -> dict[str, int]:
    """One tick, as beat has it done every minute; what it queues is sent at once."""
    done = ticking.tick(timezone.now())
    if done.queued:
        outbox.tasks.publish()
    return {"queued": len(done.queued), "looked_at": done.looked_at, "troubled": len(done.troubled)}


@shared_task
def receive_bounces() -> dict[str, int]:
    """Reads what came back, every five minutes where BOUNCES_URL is set."""
    try:
        return returned.receive(now=timezone.now()).as_dict()
    except Unreachable as error:
        log.warning("%s", error)
        return {}


def nudge_tick() -> None:
    """Has a worker do a tick as soon as the transaction that this is called in has been committed.

    For what people wait to hear of at once, such as a notification. Never raises and never waits: where the broker is
    down, beat's next tick finds the same.
    """
    transaction.on_commit(_publish, robust=True)


def _publish() -> None:
    try:
        # Not `retry=False`: see outbox.tasks.publish.
        tick.apply_async(retry=True, retry_policy={"max_retries": 0}, expires=NUDGE_EXPIRES)
    except Exception as error:  # whatever a broker's library raises, the tick comes anyway
        log.warning("the broker could not be asked for a tick (%s); beat's own will come", type(error).__name__)
