"""What erasing child-level data means for audits. The numbers of cases, their dates and hashes of exports stay."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from audits.models import (
    Answer,
    Assignment,
    Audit,
    AuditExport,
    AuditExportFile,
    AuditFile,
    Contribution,
    FollowUp,
    Moderation,
    OwnCase,
    SelectedCase,
)
from audits.stored_files import FOLDER
from cases.models import Child
from cases.privacy.holders import Holder
from inspections.models import Inspection

State = AuditExport.State
UNFINISHED = (State.WAITING, State.MAKING)


def _needed(inspection: Inspection) -> QuerySet:
    """A selected case keeps its child although a later import has it on no list any more."""
    return _selected(inspection).values("child")


def _busy(inspection: Inspection) -> str:
    if AuditExport.objects.filter(inspection=inspection, state__in=UNFINISHED).exists():
        return "Audits are being exported at the moment. Wait until that is done, then try again."
    return ""


def _held(inspection: Inspection) -> dict[str, int]:
    audits = Audit.objects.filter(case__inspection=inspection, erased_at=None)
    exports = AuditExport.objects.filter(inspection=inspection, erased_at=None)
    return {"selected cases": _selected(inspection).count(), "audits": audits.count(), "audit exports": exports.count()}


def _of_child(child: Child) -> list[str]:
    cases = SelectedCase.objects.filter(child=child)
    said = [f"{case.title}: the selected case and its audit, with its files." for case in cases]
    given = "its files. Anyone who was given them still has them and should be told."
    return said + [f"{export}: {given}" for export in _exports_with(cases)]


def _erase_all(inspection: Inspection, now: datetime) -> Counter[str]:
    exports = AuditExport.objects.filter(inspection=inspection)
    return _erase(SelectedCase.objects.filter(inspection=inspection), exports, now)


def _erase_child(child: Child, now: datetime) -> Counter[str]:
    cases = SelectedCase.objects.filter(child=child)
    return _erase(cases, AuditExport.objects.filter(pk__in=[each.pk for each in _exports_with(cases)]), now)


HOLDER = Holder(
    needed=_needed,
    busy=_busy,
    held=_held,
    of_child=_of_child,
    erase_all=_erase_all,
    erase_child=_erase_child,
)


def _selected(inspection: Inspection) -> QuerySet[SelectedCase]:
    return SelectedCase.objects.filter(inspection=inspection, child__isnull=False)


def _exports_with(cases: QuerySet[SelectedCase]) -> list[AuditExport]:
    """The exports that hold the audit of one of the cases and still have their files."""
    by_inspection: dict[int, set[int]] = {}
    for inspection, number in cases.values_list("inspection", "number"):
        by_inspection.setdefault(inspection, set()).add(number)
    kept = AuditExport.objects.filter(inspection__in=by_inspection, erased_at=None).order_by("number")
    return [each for each in kept if by_inspection[each.inspection_id] & set(each.cases)]


def _erase(cases: QuerySet[SelectedCase], exports: QuerySet[AuditExport], now: datetime) -> Counter[str]:
    pks = list(cases.values_list("pk", flat=True))
    audits = list(Audit.objects.filter(case__in=pks, erased_at=None).values_list("pk", flat=True))
    done = Counter({"selected cases": SelectedCase.objects.filter(pk__in=pks, child__isnull=False).count()})
    done += Counter(audits=len(audits))
    FollowUp.objects.filter(audit__in=audits).update(what="", who="", evidence="")
    Answer.objects.filter(audit__in=audits).delete()
    OwnCase.objects.filter(audit__in=audits).delete()
    Assignment.objects.filter(audit__in=audits).exclude(why_ended="").update(why_ended="(erased)")
    Contribution.objects.filter(assignment__audit__in=audits).update(text="")
    Moderation.objects.filter(audit__in=audits).update(comments="", why_agreed="")
    blank = {"why_extended": "(erased)"}
    Audit.objects.filter(pk__in=audits).exclude(why_extended="").update(**blank)
    Audit.objects.filter(pk__in=audits).update(concern="", acknowledgement="", erased_at=now)
    SelectedCase.objects.filter(pk__in=pks).update(child=None, why_removed="")
    done += _forget(AuditFile.objects.filter(audit__in=audits), name="")
    ready = list(exports.filter(erased_at=None).exclude(state__in=UNFINISHED).values_list("pk", flat=True))
    done += _forget(AuditExportFile.objects.filter(export__in=ready))
    AuditExport.objects.filter(pk__in=ready).update(erased_at=now, error="")
    return done + Counter({"audit exports": len(ready)})


def _forget(files: QuerySet[Any], **blank: str) -> Counter[str]:
    """Forget stored files. They are deleted after the commit, and the sweep removes any that a crash leaves."""
    names = list(files.exclude(stored_name=None).values_list("stored_name", flat=True))
    files.update(stored_name=None, **blank)
    transaction.on_commit(partial(FOLDER.discard_all, names), robust=True)
    return Counter(files=len(names))
