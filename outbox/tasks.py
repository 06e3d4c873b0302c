"""The background work of the outbox."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from jobs import telling
from outbox import sending

# A nudge that no worker has taken by then is no longer needed: beat has started a run by then.
NUDGE_EXPIRES = 60


@shared_task
def send_waiting() -> dict[str, int]:
    """Sends mail that is due. Beat starts it every half minute, so that nothing depends on a nudge."""
    return sending.send_waiting(now=timezone.now()).as_dict()


def nudge() -> None:
    """Has a worker look into the outbox as soon as the present transaction has been committed."""
    telling.tell_worker(send_waiting, expires=NUDGE_EXPIRES)


def publish() -> None:
    """Has a worker look into the outbox now."""
    telling.publish(send_waiting, expires=NUDGE_EXPIRES)
