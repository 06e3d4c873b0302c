"""Asking for a pack, and recording that one was sent."""

from __future__ import annotations

import shutil
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

import documents.evidence.actions
import documents.reviews.actions
import timetable.actions
from accounts.models import User
from evidencepack.changes import changes_between, held, is_current, last_sent, supplement_of
from evidencepack.fingerprint import fingerprint
from evidencepack.material import Material, material
from evidencepack.models import UNFINISHED, Pack, PackSending, PackState
from govuk.dates import long_datetime
from govuk.text import one_line
from inspections import audit
from inspections.locks import locked
from inspections.models import Inspection
from inspections.once import made_before
from inspections.snapshot import snapshot_of
from refusals import Refused


@transaction.atomic
def request_pack(
    *, inspection: Inspection, by: User | None, now: datetime, supplement: bool = False
) -> tuple[Pack, bool]:
    """Ask for a pack of the inspection's present state. Returns the pack, and whether it is a new one.

    Two people who ask at once get one pack, and so does somebody who asks again while nothing has changed: a ready pack
    made from the same inputs is that pack. A `supplement` holds only what is new or replaced since the last pack sent.
    Raises Refused for a supplement if no pack was sent or nothing has changed since, and while another pack is being
    built.
    """
    inspection = locked(inspection)
    packs = Pack.objects.filter(inspection=inspection).select_related("supplements")
    unfinished = packs.filter(state__in=UNFINISHED).first()
    if unfinished is not None and (unfinished.is_supplement == supplement):
        return unfinished, False
    if unfinished is not None:
        raise Refused(f"Pack {unfinished.number} is being built. Ask again when it is ready.")
    sent = last_sent(inspection)
    base = _to_supplement(sent) if supplement else None
    latest = packs.filter(state=PackState.READY, supplements__isnull=not supplement).first()
    if supplement or latest is not None:
        made_from = material(snapshot_of(inspection, now=now))
        mark = _mark(made_from, sent) if supplement else fingerprint(made_from)
        if latest is not None and is_current(latest, mark, sent):
            return latest, False
    number = (packs.aggregate(last=Max("number"))["last"] or 0) + 1
    pack = Pack.objects.create(
        inspection=inspection, number=number, requested_at=now, requested_by=by, free_at=now, supplements=base
    )
    detail = {"supplement to pack": base.number} if base else {}
    audit.record(inspection, by=by, verb="pack asked for", subject=f"Evidence pack {number}", now=now, detail=detail)
    return pack, True


def _to_supplement(sent: PackSending | None) -> Pack:
    """The whole pack that a supplement made now would add to."""
    if sent is None:
        raise Refused("No pack has been recorded as sent, so there is nothing to supplement. Build a pack.")
    return sent.pack.supplements or sent.pack


def _mark(made_from: Material, sent: PackSending | None) -> str:
    """The fingerprint of a supplement that would be made now."""
    assert sent is not None
    changes = changes_between(held(sent), made_from)
    if not changes:
        words = "so there is nothing to put into a supplement"
        raise Refused(f"No file is new, replaced or gone since pack {sent.pack.number} was sent, {words}.")
    return fingerprint(supplement_of(made_from, changes))


@transaction.atomic
def record_sent(
    *,
    pack: Pack,
    sent_at: datetime,
    recipient: str,
    how: str,
    once: UUID,
    by: User | None,
    now: datetime,
    with_children_part: bool = False,
) -> PackSending:
    """Record that a pack was sent at `sent_at` (aware) to `recipient`.

    A form sent twice (the same `once`) is one record. The documents in the pack become sent. So does the step of the
    timetable that sends the set, except for a supplement, which is not the whole set. Files that name children are sent
    only if the part that holds them was (`with_children_part`). Raises Refused for a pack that is not ready, a time in
    the future or before the pack was made, without a recipient or a way of sending, and for a part that the pack does
    not have.
    """
    inspection = locked(pack.inspection)
    pack = Pack.objects.get(pk=pack.pk)
    pack.inspection = inspection
    recorded = made_before(PackSending, once, pack=pack)
    if recorded is not None:
        return recorded
    _check_sending(pack, sent_at, recipient, how, now, with_children_part=with_children_part)
    sending = PackSending.objects.create(
        pack=pack,
        sent_at=sent_at,
        recipient=one_line(recipient),
        how=one_line(how),
        with_children_part=with_children_part,
        recorded_at=now,
        recorded_by=by,
        once=once,
    )
    documents.reviews.actions.record_sent(
        inspection=pack.inspection,
        version_ids=pack_versions(pack, with_children_part=with_children_part),
        nil_return_ids=pack_nil_returns(pack),
        by=by,
        now=now,
        sent_at=sent_at,
    )
    if not pack.is_supplement:
        _record_step(sending, by, now)
    detail = {
        "to": sending.recipient,
        "how": sending.how,
        "sent at": sent_at.isoformat(),
        "part that names children": with_children_part,
        "sha256": pack.pdf_sha256,
    }
    audit.record(
        pack.inspection, by=by, verb="pack sent", subject=f"Evidence pack {pack.number}", now=now, detail=detail
    )
    return sending


def _check_sending(
    pack: Pack, sent_at: datetime, recipient: str, how: str, now: datetime, *, with_children_part: bool
) -> None:
    if pack.state != PackState.READY or pack.finished_at is None:
        raise Refused("This pack is not ready, so it cannot have been sent.")
    if sent_at > now:
        raise Refused("The time of sending is yet to come.", field="sent_at")
    # People enter minutes, so a pack may be sent within the minute in which it was finished.
    if sent_at < pack.finished_at.replace(second=0, microsecond=0):
        finished = long_datetime(pack.finished_at)
        raise Refused(f"The pack did not exist at that time. It was finished on {finished}.", field="sent_at")
    if not one_line(recipient):
        raise Refused("Say to whom the pack was sent.", field="recipient")
    if not one_line(how):
        raise Refused("Say how the pack was sent.", field="how")
    if with_children_part and not pack.has_children_part:
        raise Refused("This pack has no part that names children.", field="with_children_part")


def _record_step(sending: PackSending, by: User | None, now: datetime) -> None:
    inspection = sending.pack.inspection
    step = next((step for step in inspection.framework.steps if step.duty == "send-documents"), None)
    if step is None or not inspection.is_notified or inspection.is_withdrawn:
        return
    sent = long_datetime(sending.sent_at)
    note = f"Evidence pack {sending.pack.number} sent to {sending.recipient} on {sent}."
    timetable.actions.record_step(inspection=inspection, step_key=step.key, by=by, now=now, note=note)


def pack_versions(pack: Pack, *, with_children_part: bool) -> list[int]:
    """Ids of the file versions in the pack, including those that name children if `with_children_part`."""
    rows = (row for row in pack.supplied if with_children_part or not row["names_children"])
    return [row["version_id"] for row in rows]


def pack_nil_returns(pack: Pack) -> list[int]:
    """Ids of the nil returns that the pack states."""
    return [row["nil_return_id"] for row in pack.manifest if row["nil_return_id"]]


@transaction.atomic
def record_opened(*, pack: Pack, by: User, now: datetime) -> None:
    """Record that somebody opened the part that names children."""
    subject = f"Evidence pack {pack.number}"
    audit.record(pack.inspection, by=by, verb="files that name children opened", subject=subject, now=now)


def discard_packs(inspection: Inspection) -> None:
    """Delete every pack of an inspection with its files; only for a demonstration that is filled again."""
    for pack in Pack.objects.filter(inspection=inspection):
        shutil.rmtree(pack.folder, ignore_errors=True)
    PackSending.objects.filter(pack__inspection=inspection).delete()
    Pack.objects.filter(inspection=inspection).update(since=None, supplements=None)
    Pack.objects.filter(inspection=inspection).delete()
