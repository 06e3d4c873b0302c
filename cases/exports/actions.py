"""Request an export, record an encrypted copy of it, and record that it was sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from cases.exports.queue import UNFINISHED
from cases.exports.tables import applied_lists
from cases.models import CaseExport, CaseExportFile, CaseExportSending, ListRow
from govuk.dates import long_datetime
from govuk.text import one_line
from inspections import audit
from inspections.locks import locked
from inspections.models import Inspection
from inspections.once import made_before
from refusals import Refused

State = CaseExport.State


@transaction.atomic
def request_export(*, inspection: Inspection, by: User | None, now: datetime) -> tuple[CaseExport, bool]:
    """Ask for an export of the lists as they are now. Returns the export, and whether it is new.

    Two people who ask at the same time get the same export, and so does anyone who asks again before a list has
    changed. Raises Refused if no list has been imported.
    """
    inspection = locked(inspection)
    exports = CaseExport.objects.filter(inspection=inspection).select_related("as_of")
    unfinished = exports.filter(state__in=UNFINISHED).first()
    if unfinished is not None:
        return unfinished, False
    imports = applied_lists(inspection)
    if not imports:
        raise Refused("No list has been imported yet, so there is nothing to export. Import the lists first.")
    as_of = max(imports.values(), key=lambda row: (row.applied_at, row.number))
    same = exports.filter(state=State.READY, erased_at=None, as_of=as_of).first()
    if same is not None:
        return same, False
    known = [each.key for each in inspection.framework.case_lists]
    export = CaseExport.objects.create(
        inspection=inspection,
        number=(exports.aggregate(last=Max("number"))["last"] or 0) + 1,
        requested_at=now,
        requested_by=by,
        free_at=now,
        as_of=as_of,
        lists={key: 0 for key in known if key in imports},
        total=ListRow.objects.filter(inspection=inspection, until=None).count(),
    )
    audit.record(inspection, by=by, verb="case export asked for", subject=f"Export {export.number}", now=now)
    return export, True


@transaction.atomic
def record_encrypted(
    *, export: CaseExport, name: str, size: int, sha256: str, by: User | None, now: datetime
) -> CaseExportFile:
    """Record the size and hash of an encrypted copy that is handed out. The copy itself is not kept."""
    inspection = locked(export.inspection)
    _check_ready(CaseExport.objects.get(pk=export.pk))
    row = CaseExportFile.objects.create(
        export=export, kind=CaseExportFile.Kind.ENCRYPTED, name=name, made_at=now, size=size, sha256=sha256
    )
    detail = {"sha256": sha256}
    subject = f"Export {export.number}"
    audit.record(inspection, by=by, verb="case export encrypted", subject=subject, now=now, detail=detail)
    return row


@transaction.atomic
def record_sent(
    *,
    export: CaseExport,
    files: Iterable[CaseExportFile],
    sent_at: datetime,
    recipient: str,
    how: str,
    once: UUID,
    by: User | None,
    now: datetime,
) -> CaseExportSending:
    """Record that files of an export were sent at `sent_at` (aware). A form submitted twice with the same `once` is
    recorded once.

    If the export holds all lists, their deadline is met. Raises Refused if the export is not ready, if the time is in
    the future or before the export was made, and without a recipient, a method or a file of this export.
    """
    inspection = locked(export.inspection)
    export = CaseExport.objects.get(pk=export.pk)
    recorded = made_before(CaseExportSending, once, export=export)
    if recorded is not None:
        return recorded
    chosen = list(files)
    _check_sending(export, chosen, sent_at, recipient, how, now)
    sending = CaseExportSending.objects.create(
        export=export,
        sent_at=sent_at,
        recipient=one_line(recipient),
        how=one_line(how),
        recorded_at=now,
        recorded_by=by,
        once=once,
    )
    sending.files.set(chosen)
    detail = {
        "to": sending.recipient,
        "how": sending.how,
        "sent at": sent_at.isoformat(),
        "files": [file.get_kind_display() for file in chosen],
        "sha256": [file.sha256 for file in chosen],
    }
    subject = f"Export {export.number}"
    audit.record(inspection, by=by, verb="case lists sent", subject=subject, now=now, detail=detail)
    return sending


def _check_sending(
    export: CaseExport, files: list[CaseExportFile], sent_at: datetime, recipient: str, how: str, now: datetime
) -> None:
    _check_ready(export)
    assert export.made_at is not None
    if sent_at > now:
        raise Refused("The time of sending is yet to come.", field="sent_at")
    # People enter times to the minute, so the sending may seem to come before the export.
    if sent_at < export.made_at.replace(second=0, microsecond=0):
        made = long_datetime(export.made_at)
        raise Refused(f"The export did not exist at that time. It was made on {made}.", field="sent_at")
    if not one_line(recipient):
        raise Refused("Say to whom the lists were sent.", field="recipient")
    if not one_line(how):
        raise Refused("Say how the lists were sent.", field="how")
    if not files or any(file.export_id != export.pk for file in files):
        raise Refused("Choose what was sent.", field="files")


def _check_ready(export: CaseExport) -> None:
    if export.state != State.READY:
        raise Refused("This export is not ready.")
