"""The worker's side of the case lists. Only ids travel; nothing of a child is in an argument or an answer."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from cases.exports import making
from cases.exports.queue import QUEUE as EXPORTS
from cases.imports import keeping, working
from cases.imports.queue import QUEUE
from cases.privacy import erasure, warning
from inspections.models import Inspection
from jobs import telling
from outbox.tasks import nudge

log = logging.getLogger(__name__)


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
def make_export(export_id: int) -> bool:
    """Makes one export; whether it is ready."""
    return making.make(export_id) is not None


@shared_task
def make_waiting_exports() -> list[int]:
    """Makes exports that were asked for and never begun, or begun by a worker that died; the ids.

    Beat has it done every minute. It also takes away what the dead ones left behind.
    """
    ids = EXPORTS.waiting(timezone.now())
    for export_id in ids:
        making.make(export_id)
    making.sweep()
    return ids


@shared_task
def sweep() -> int:
    """Takes away bytes that no import or export speaks of; once a night."""
    return keeping.sweep(now=timezone.now())


@shared_task
def erase_due() -> int:
    """Tells people of erasures that come near, and erases what is due; from how many inspections something went."""
    erased = 0
    for inspection in Inspection.objects.select_related("council").order_by("pk"):
        try:
            now = timezone.now()
            if warning.warn(inspection=inspection, now=now):
                nudge()
            erased += bool(erasure.erase_due(inspection=inspection, on=timezone.localdate(now), by=None, now=now))
        except Exception as error:
            # One inspection's trouble is no reason to keep another's data. What an exception says may quote a row.
            log.error("erasure failed for %s (%s)", inspection.slug, type(error).__name__)
    return erased


def ask(import_id: int) -> None:
    """Has a worker take up the import once the transaction is committed."""
    telling.tell_worker(work_on_import, import_id)


def ask_for_export(export_id: int) -> None:
    """Has a worker make the export once the transaction is committed."""
    telling.tell_worker(make_export, export_id)
