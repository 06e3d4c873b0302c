"""The background work of reminders."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

import outbox.tasks
from jobs import telling
from outbox.post_box import MailboxUnreachable
from reminders import returned
from reminders import tick as ticking

log = logging.getLogger(__name__)
NUDGE_EXPIRES = 60


@shared_task
def tick() -> dict[str, int]:
    """One tick, which beat starts every minute; the emails it queues are sent at once."""
    done = ticking.tick(timezone.now())
    if done.queued:
        outbox.tasks.publish()
    return {"queued": len(done.queued), "looked_at": done.looked_at, "troubled": len(done.troubled)}


@shared_task
def receive_bounces() -> dict[str, int]:
    """Reads returned mail, every five minutes if BOUNCES_URL is set."""
    try:
        return returned.receive(now=timezone.now()).as_dict()
    except MailboxUnreachable as error:
        log.warning("%s", error)
        return {}


def nudge_tick() -> None:
    """Has a worker do a tick as soon as the present transaction has been committed.

    For news that people need at once, such as a notification.
    """
    telling.tell_worker(tick, expires=NUDGE_EXPIRES)
