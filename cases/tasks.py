"""Celery tasks of the case lists. Arguments and results are ids; nothing about a child is in them."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from cases import stored_files
from cases.exports import building
from cases.exports.queue import QUEUE as EXPORTS
from cases.imports import worker
from cases.imports.queue import QUEUE
from cases.privacy import erasure, warning
from inspections.models import Inspection
from jobs import telling
from outbox.tasks import nudge

log = logging.getLogger(__name__)


@shared_task
def work_on_import(import_id: int) -> bool:
    """Reads or applies the import. Returns whether this worker did it."""
    return worker.work(import_id) is not None


@shared_task
def work_on_waiting() -> list[int]:
    """Continues imports that were not started, or whose worker died. Returns their ids.

    Beat runs it every minute.
    """
    ids = QUEUE.waiting(timezone.now())
    for import_id in ids:
        worker.work(import_id)
    return ids


@shared_task
def make_export(export_id: int) -> bool:
    """Builds one export. Returns whether it is ready."""
    return building.make(export_id) is not None


@shared_task
def make_waiting_exports() -> list[int]:
    """Builds exports that were not started, or whose worker died. Returns their ids.

    Beat runs it every minute. It also deletes what dead workers left behind.
    """
    ids = EXPORTS.waiting(timezone.now())
    for export_id in ids:
        building.make(export_id)
    building.sweep()
    return ids


@shared_task
def sweep() -> int:
    """Deletes stored files that no import or export refers to. Runs every night."""
    return stored_files.sweep(now=timezone.now())


@shared_task
def erase_due() -> int:
    """Warns of erasures that are near and erases what is due. Returns for how many inspections anything was erased."""
    erased = 0
    for inspection in Inspection.objects.select_related("council").order_by("pk"):
        try:
            now = timezone.now()
            if warning.warn(inspection=inspection, now=now):
                nudge()
            erased += bool(erasure.erase_due(inspection=inspection, on=timezone.localdate(now), by=None, now=now))
        except Exception as error:
            # Carry on with the other inspections. The message is not logged, because it may quote a row.
            log.error("erasure failed for %s (%s)", inspection.slug, type(error).__name__)
    return erased


def ask(import_id: int) -> None:
    """Tells a worker about the import after the transaction is committed."""
    telling.tell_worker(work_on_import, import_id)


def ask_for_export(export_id: int) -> None:
    """Tells a worker about the export after the transaction is committed."""
    telling.tell_worker(make_export, export_id)
