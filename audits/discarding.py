"""Delete the audits of a demonstration that is filled again."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from audits.models import AuditExport, AuditExportFile, AuditFile, AuditHandover, FollowUp, SelectedCase
from audits.stored_files import FOLDER
from govuk.addresses import address_of
from inspections.models import Inspection
from outbox.models import Message


@transaction.atomic
def discard_audits(inspection: Inspection) -> None:
    """Delete everything of an inspection's audits with the mail about them; only for a demonstration."""
    kept = (
        AuditFile.objects.filter(audit__case__inspection=inspection),
        AuditExportFile.objects.filter(export__inspection=inspection),
    )
    names = [name for rows in kept for name in rows.values_list("stored_name", flat=True) if name]
    AuditHandover.objects.filter(export__inspection=inspection).delete()
    AuditExport.objects.filter(inspection=inspection).delete()
    FollowUp.objects.filter(audit__case__inspection=inspection).delete()
    SelectedCase.objects.filter(inspection=inspection).delete()
    # Mails about immediate concerns lead to the list.
    link = f"{settings.PUBLIC_URL}{address_of('audits:list', inspection.slug)}"
    Message.objects.filter(text__contains=link).delete()
    transaction.on_commit(lambda: FOLDER.discard_all(names), robust=True)
