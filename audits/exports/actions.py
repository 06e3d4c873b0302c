"""Request an export of a selection's audits, and record that it was handed over to the inspectors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from audits.exports.queue import UNFINISHED
from audits.models import AuditExport, AuditHandover
from audits.state import SelectionState, audits_state
from govuk.dates import long_datetime
from govuk.text import one_line
from inspections.audit import record
from inspections.locks import locked_unless_withdrawn
from inspections.models import Inspection
from inspections.once import made_before
from inspections.snapshot import snapshot_of
from refusals import Refused

State = AuditExport.State


@transaction.atomic
def request_export(
    *, inspection: Inspection, selection: str, by: User | None, now: datetime
) -> tuple[AuditExport, bool]:
    """Ask for an export of the submitted audits of a selection. Returns the export, and whether it is new.

    Two people who ask at the same time get the same export. Raises Refused if the framework has no such selection, if
    no audit of it is submitted, or while another selection is exported.
    """
    inspection = locked_unless_withdrawn(inspection)
    chosen = _selection(inspection, selection, now)
    exports = AuditExport.objects.filter(inspection=inspection)
    unfinished = exports.filter(state__in=UNFINISHED).first()
    if unfinished is not None and unfinished.selection == selection:
        return unfinished, False
    if unfinished is not None:
        raise Refused("Other audits are being exported at the moment. Wait until that is done, then try again.")
    total = sum(case.is_submitted and not case.is_erased for case in chosen.cases)
    if not total:
        raise Refused("No audit of these cases is submitted, so there is nothing to export.")
    export = AuditExport.objects.create(
        inspection=inspection,
        selection=selection,
        number=(exports.aggregate(last=Max("number"))["last"] or 0) + 1,
        requested_at=now,
        requested_by=by,
        free_at=now,
        total=total,
    )
    detail = {"selection": selection}
    record(inspection, by=by, verb="audit export asked for", subject=str(export), now=now, detail=detail)
    return export, True


@transaction.atomic
def record_handed_over(
    *,
    export: AuditExport,
    recipient: str,
    how: str,
    handed_over_at: datetime,
    is_partial: bool,
    once: UUID,
    by: User | None,
    now: datetime,
) -> AuditHandover:
    """Record that an export was handed over at `handed_over_at` (aware). A form submitted twice with the same `once` is
    recorded once.

    Cases that are not in the export have to be accepted as missing with `is_partial`; the deadline is met only once
    every audit of the selection was handed over. Raises Refused if the export is not ready, if the time is in the
    future or before the export was made, without a recipient or a method, and if cases are missing unannounced.
    """
    inspection = locked_unless_withdrawn(export.inspection)
    export = AuditExport.objects.get(pk=export.pk)
    recorded = made_before(AuditHandover, once, export=export)
    if recorded is not None:
        return recorded
    _check(export, handed_over_at, recipient, how, now)
    missing = missing_from(export, _selection(inspection, export.selection, now))
    if missing and not is_partial:
        raise Refused(
            f"Missing from this export: {in_words(missing)}. Confirm that the others were handed over without.",
            field="is_partial",
        )
    handover = AuditHandover.objects.create(
        export=export,
        handed_over_at=handed_over_at,
        recipient=one_line(recipient),
        how=one_line(how),
        recorded_at=now,
        recorded_by=by,
        once=once,
    )
    detail = {
        "to": handover.recipient,
        "how": handover.how,
        "handed over at": handed_over_at.isoformat(),
        "cases": export.cases,
        "missing": missing,
        "sha256": list(export.files.values_list("sha256", flat=True)),
    }
    record(inspection, by=by, verb="audits handed over", subject=str(export), now=now, detail=detail)
    return handover


def missing_from(export: AuditExport, selection: SelectionState) -> list[int]:
    """The numbers of the cases whose audits have to be handed over and are not in the export, nor were before."""
    return [case.number for case in selection.not_handed_over if case.number not in export.cases]


def in_words(numbers: Sequence[int]) -> str:
    """Cases by their numbers: "case 4", "cases 2, 4 and 7"."""
    if len(numbers) == 1:
        return f"case {numbers[0]}"
    return f"cases {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _selection(inspection: Inspection, selection: str, now: datetime) -> SelectionState:
    try:
        return audits_state(snapshot_of(inspection, now=now)).of(selection)
    except KeyError:
        raise Refused("This inspection has no such selection of cases.") from None


def _check(export: AuditExport, at: datetime, recipient: str, how: str, now: datetime) -> None:
    if export.state != State.READY or export.made_at is None:
        raise Refused("This export is not ready.")
    if at > now:
        raise Refused("The time of handing over is yet to come.", field="handed_over_at")
    # People enter times to the minute, so the handing over may seem to come before the export.
    if at < export.made_at.replace(second=0, microsecond=0):
        made = long_datetime(export.made_at)
        raise Refused(f"The export did not exist at that time. It was made on {made}.", field="handed_over_at")
    if not one_line(recipient):
        raise Refused("Say to whom the audits were handed over.", field="recipient")
    if not one_line(how):
        raise Refused("Say how the audits were handed over.", field="how")
