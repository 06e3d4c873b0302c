"""The worker's side of the case lists. Only ids travel; nothing of a child is in an argument or an answer."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from cases.imports import keeping, working
from cases.imports.queue import QUEUE
from jobs import telling


@shared_task
def work_on_import(import_id: int) -> bool:
    """Reads the import's files, or applies it; whether this worker did."""
    return working.work(import_id) is not None


@shared_task
def work_on_waiting() -> list[int]:
    """Takes up imports that were asked for and never begun, or begun by a worker that died; the ids.

    Beat has it done every minute.
    """
    ids = QUEUE.waiting(timezone.now())
    for import_id in ids:
        working.work(import_id)
    return ids


@shared_task
def sweep() -> int:
    """Takes away bytes that no import or export speaks of; once a night."""
    return keeping.sweep(now=timezone.now())


def ask(import_id: int) -> None:
    """Has a worker take up the import once the transaction is committed."""
    telling.tell_worker(work_on_import, import_id)
