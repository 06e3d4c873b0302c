"""Telling a worker at once that there is work. Nothing depends on it: beat finds waiting work anyway."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction

log = logging.getLogger(__name__)


def tell_worker(task: Any, *args: Any, expires: int | None = None) -> None:
    """Hand the Celery task to the broker once the present transaction has been committed.

    Never raises and never waits. `expires` is the number of seconds after which the message is no longer needed.
    """
    transaction.on_commit(lambda: publish(task, *args, expires=expires), robust=True)


def publish(task: Any, *args: Any, expires: int | None = None) -> None:
    """Hand it over now, in one attempt."""
    try:
        # `retry` with no retries: this path of kombu's gives up on a refused connection at once; the other one leaves
        # it to redis-py, which tries for six seconds.
        task.apply_async(args=args or None, retry=True, retry_policy={"max_retries": 0}, expires=expires)
    except Exception as error:  # whatever a broker's library raises, the work is safe in the database
        log.warning("the broker could not be told of %s (%s); beat will find it", task.name, type(error).__name__)
