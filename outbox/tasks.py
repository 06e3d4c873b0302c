"""The worker's side of the outbox."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from outbox import sending

log = logging.getLogger(__name__)

# A nudge that no worker has taken by then is not needed any more: beat's own has long come by.
NUDGE_EXPIRES = 60


@shared_task
def send_waiting() -> dict[str, int]:
    """Sends what is due. Beat has it done every half minute, so that nothing hangs on a nudge."""
    return sending.send_waiting(now=timezone.now()).as_dict()


def nudge() -> None:
    """Has a worker look into the outbox as soon as the transaction that this is called in has been committed.

    Never raises and never waits: where the broker is down, beat finds the mail when it is back.
    """
    transaction.on_commit(publish, robust=True)


def publish() -> None:
    """Hands the task to the broker now, in one attempt."""
    try:
        # `retry` with no retries: it is this path of kombu's that gives up on a refused connection at once; the other
        # one leaves it to redis-py, which tries for six seconds.
        send_waiting.apply_async(retry=True, retry_policy={"max_retries": 0}, expires=NUDGE_EXPIRES)
    except Exception as error:  # whatever a broker's library raises, the mail is safe in the database
        log.warning("the broker could not be told of new mail (%s); beat will find it", type(error).__name__)
