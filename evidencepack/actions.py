"""Asking for a pack, and recording that one was sent."""

from __future__ import annotations

import shutil
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

import documents.actions
import timetable.actions
from accounts.models import User
from accounts.refusal import Refused
from evidencepack.material import fingerprint, material
from evidencepack.models import UNFINISHED, Pack, Sending, State
from inspections import audit
from inspections.models import Inspection
from inspections.standing import standing_of


@transaction.atomic
def request_pack(*, inspection: Inspection, by: User | None, now: datetime) -> tuple[Pack, bool]:
    """Ask for a pack of how the inspection stands; the pack, and whether it is a new one.

    Two people who ask at once get one pack, and so does somebody who asks again while nothing has changed: a ready
    pack made from the same inputs is that pack.
    """
    inspection = Inspection.objects.select_for_update().get(pk=inspection.pk)
    unfinished = Pack.objects.filter(inspection=inspection, state__in=UNFINISHED).first()
    if unfinished is not None:
        return unfinished, False
    mark = fingerprint(material(standing_of(inspection, now=now)))
    latest = Pack.objects.filter(inspection=inspection, state=State.READY).first()
    if latest is not None and latest.fingerprint == mark:
        return latest, False
    number = (Pack.objects.filter(inspection=inspection).aggregate(last=Max("number"))["last"] or 0) + 1
    pack = Pack.objects.create(inspection=inspection, number=number, requested_at=now, requested_by=by)
    audit.record(inspection, by=by, verb="pack asked for", subject=f"Evidence pack {number}", now=now)
    return pack, True


@transaction.atomic
def record_sent(
    *, pack: Pack, sent_at: datetime, recipient: str, how: str, once: UUID, by: User | None, now: datetime
) -> Sending:
    """Record that a pack was sent at `sent_at` (aware) to `recipient`; `once` makes a form sent twice one record.

    The documents in it are sent, and so is the step of the timetable that sends the set. Raises Refused for a pack
    that is not ready, a moment yet to come or before the pack was made, and without a recipient.
    """
    pack = Pack.objects.select_for_update().select_related("inspection").get(pk=pack.pk)
    recorded = Sending.objects.filter(once=once).first()
    if recorded is not None:
        return recorded
    if pack.state != State.READY or pack.finished_at is None:
        raise Refused("This pack is not ready, so it cannot have been sent.")
    if sent_at > now:
        raise Refused("The time of sending is yet to come.", field="sent_at")
    if sent_at < pack.finished_at.replace(second=0, microsecond=0):
        raise Refused("The pack did not exist at that time. It was finished later.", field="sent_at")
    if not recipient.strip():
        raise Refused("Say to whom the pack was sent.", field="recipient")
    sending = Sending.objects.create(
        pack=pack,
        sent_at=sent_at,
        recipient=recipient.strip(),
        how=how.strip(),
        recorded_at=now,
        recorded_by=by,
        once=once,
    )
    inspection = pack.inspection
    documents.actions.record_sent(
        inspection=inspection,
        version_ids=pack_versions(pack),
        nil_return_ids=pack_nil_returns(pack),
        by=by,
        now=now,
    )
    step = next((step for step in inspection.framework.steps if step.duty == "send-documents"), None)
    if step is not None and inspection.is_notified and not inspection.is_withdrawn:
        note = f"Evidence pack {pack.number} sent to {sending.recipient}."
        timetable.actions.record_step(inspection=inspection, step_key=step.key, by=by, now=now, note=note)
    detail = {"to": sending.recipient, "how": sending.how, "sha256": pack.pdf_sha256}
    subject = f"Evidence pack {pack.number}"
    audit.record(inspection, by=by, verb="pack sent", subject=subject, now=now, detail=detail)
    return sending


def pack_versions(pack: Pack) -> list[int]:
    """Ids of the file versions that are in the pack."""
    return [int(str(row["version_id"])) for row in pack.manifest if row.get("version_id")]


def pack_nil_returns(pack: Pack) -> list[int]:
    """Ids of the nil returns that the pack states."""
    return [int(str(row["nil_return_id"])) for row in pack.manifest if row.get("nil_return_id")]


def discard_packs(inspection: Inspection) -> None:
    """Take away every pack of an inspection with its files: for a demonstration that is filled in anew, alone."""
    for pack in Pack.objects.filter(inspection=inspection):
        shutil.rmtree(pack.folder, ignore_errors=True)
    Sending.objects.filter(pack__inspection=inspection).delete()
    Pack.objects.filter(inspection=inspection).delete()
