"""Celery tasks of the audits. Arguments and results are ids; nothing about a child is in them."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from audits import stored_files
from audits.exports import building
from audits.exports.queue import QUEUE
from jobs import telling


@shared_task
def make_export(export_id: int) -> bool:
    """Builds one export. Returns whether it is ready."""
    return building.make(export_id) is not None


@shared_task
def make_waiting_exports() -> list[int]:
    """Builds exports that were not started, or whose worker died. Returns their ids.

    Beat runs it every minute. It also deletes what dead workers left behind.
    """
    ids = QUEUE.waiting(timezone.now())
    for export_id in ids:
        building.make(export_id)
    building.sweep()
    return ids


@shared_task
def sweep() -> int:
    """Deletes stored files that no audit or export refers to. Runs every night."""
    return stored_files.sweep(now=timezone.now())


def ask_for_export(export_id: int) -> None:
    """Tells a worker about the export after the transaction is committed."""
    telling.tell_worker(make_export, export_id)
