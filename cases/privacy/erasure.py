"""Erase child-level data: all of an inspection, superseded imports, or one child.

Counts, hashes, sizes and times stay, so it is still known what was imported, sent and erased. The log of readings stays
too, but once a child's row is gone nobody can tell whose key it holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.timezone import localdate

from accounts.models import User
from cases.exports.queue import UNFINISHED
from cases.models import (
    UNDER_WAY,
    CaseExport,
    CaseExportFile,
    CaseImport,
    Child,
    Contradiction,
    Erasure,
    Heading,
    ImportFault,
    ImportFile,
    ListRow,
    StagedRow,
    SurveyLetter,
)
from cases.privacy import superseded
from cases.privacy.holders import holders
from cases.privacy.retention import retention_of
from cases.stored_files import FOLDER
from govuk.text import one_line
from inspections import audit
from inspections.locks import locked
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from refusals import Refused

Scope = Erasure.Scope
#: The parts of an import's column summary that quote nothing from the file.
_COLUMN = ("field", "good", "empty", "bad")


@transaction.atomic
def erase_due(*, inspection: Inspection, on: date, by: User | None, now: datetime) -> list[Erasure]:
    """Erase what is due on a day: everything, if the inspection ended long enough ago, otherwise superseded imports.

    Returns the records of the erasure, none if nothing was due. Anything a worker is busy with is left for the next
    time.
    """
    inspection = locked(inspection)
    keeps = retention_of(snapshot_of(inspection, now=now))
    imports = list(CaseImport.objects.filter(inspection=inspection))
    done: Counter[str] = Counter()
    scope = Scope.INSPECTION if keeps.is_over(on) else Scope.SUPERSEDED
    if keeps.is_over(on):
        why = f"{keeps.why} That was {keeps.days.case_days} days ago or more."
        for holder in holders():
            done += holder.erase_all(inspection, now)
        done += _erase_rows(inspection)
        done += _erase_exports(CaseExport.objects.filter(inspection=inspection), now)
        done += _erase_imports([row for row in imports if row.state not in UNDER_WAY], now)
        if done:
            # A heading that nobody wanted may be anything that stood in a file; one that is a field names a column.
            done += _delete("headings", Heading.objects.filter(council=inspection.council_id, field=""))
    else:
        days = keeps.days.superseded_days
        why = f"Later imports took their place {days} days ago or more."
        done += _erase_imports(superseded.to_erase(imports, on=on, days=days), now)
        done += _erase_history(inspection, on - timedelta(days=days))
    if not done:
        return []
    return [_record(inspection, scope, done, why=why, on=on, by=by, now=now)]


@transaction.atomic
def erase_child(*, child: Child, why: str, by: User | None, now: datetime) -> Erasure:
    """Erase a child from the lists and their history, with the files of every import and export that may hold the
    child.

    Raises Refused without a reason, and while an import or an export is in progress.
    """
    inspection = locked(child.inspection)
    if not one_line(why):
        raise Refused("Say why the child is erased.", field="why")
    if CaseImport.objects.filter(inspection=inspection, state__in=UNDER_WAY).exists():
        raise Refused("An import is at work at the moment. Wait until it has ended, then try again.")
    if CaseExport.objects.filter(inspection=inspection, state__in=UNFINISHED).exists():
        raise Refused("An export is being made at the moment. Wait until it is ready, then try again.")
    for holder in holders():
        if why_busy := holder.busy(inspection):
            raise Refused(why_busy)
    row = Child.objects.filter(pk=child.pk, inspection=inspection).first()
    if row is None:
        raise Refused("The child has been erased already.")
    return _erase_child(row, inspection, why=one_line(why), on=localdate(now), by=by, now=now)


@transaction.atomic
def erase_again(*, inspection: Inspection, scope: str, on: date, child: str, now: datetime) -> list[Erasure]:
    """Repeat an erasure after a backup from before it was restored. Returns its records, none if nothing was left.

    `scope`, `on` and `child` are those of the original `Erasure`.
    """
    if scope != Scope.CHILD:
        return erase_due(inspection=inspection, on=on, by=None, now=now)
    inspection = locked(inspection)
    row = Child.objects.filter(inspection=inspection, key=child).first()
    if row is None:
        return []
    return [_erase_child(row, inspection, why="Erased again after a restore.", on=on, by=None, now=now)]


def held(inspection: Inspection) -> dict[str, int]:
    """How much child-level data the inspection still holds: children, files and exports."""
    of_others = [holder.held(inspection) for holder in holders()]
    return {
        "children": Child.objects.filter(inspection=inspection).count(),
        "files": _kept_files(CaseImport.objects.filter(inspection=inspection)).count(),
        "exports": CaseExport.objects.filter(inspection=inspection, erased_at=None).count(),
        **{what: number for each in of_others for what, number in each.items()},
    }


def imports_with(child: Child) -> list[CaseImport]:
    """The imports whose files hold or may hold the child, and which still have data.

    An applied import counts if the child was on one of its lists when it was applied. An import that was not applied
    always counts, because nobody can tell.
    """
    rows = list(CaseImport.objects.filter(inspection=child.inspection_id, erased_at=None).order_by("number"))
    spans = list(_spans(child))
    return [
        row
        for row in rows
        if row.state not in UNDER_WAY
        and (row.state != CaseImport.State.APPLIED or any(_covers(span, row.applied_at) for span in spans))
    ]


def exports_with(child: Child) -> list[CaseExport]:
    """The exports that hold the child and still have their files."""
    rows = CaseExport.objects.filter(inspection=child.inspection_id, erased_at=None).select_related("as_of")
    rows = rows.order_by("number")
    spans = list(_spans(child))
    return [row for row in rows if row.as_of and any(_covers(span, row.as_of.applied_at) for span in spans)]


def may_be_brought_back(case_import: CaseImport) -> bool:
    """Whether an applied import's rows still exist. They are erased some time after later imports replace them."""
    if case_import.erased_at is not None or case_import.applied_at is None:
        return False
    moment = case_import.applied_at
    blanked = ListRow.objects.filter(
        inspection=case_import.inspection_id,
        list__in=list(case_import.lists),
        since__applied_at__lte=moment,
        until__applied_at__gt=moment,
        values={},
    )
    return not blanked.exists()


def counts_of_columns(case_import: CaseImport) -> list[dict[str, Any]]:
    """What the columns of an import say without anything that stood in its files: no name, no heading, no sample."""
    return [{key: column[key] for key in _COLUMN if key in column} for column in case_import.columns]


# --- What is taken away -----------------------------------------------------------------------------------------------


def _erase_child(
    child: Child, inspection: Inspection, *, why: str, on: date, by: User | None, now: datetime
) -> Erasure:
    done: Counter[str] = Counter()
    for holder in holders():
        done += holder.erase_child(child, now)
    done += _erase_imports(imports_with(child), now)
    done += _erase_exports(CaseExport.objects.filter(pk__in=[row.pk for row in exports_with(child)]), now)
    done += _delete("letters", SurveyLetter.objects.filter(child=child))
    done += _delete("contradictions", Contradiction.objects.filter(child=child))
    done += _delete("rows", ListRow.objects.filter(child=child))
    done += _delete("children", Child.objects.filter(pk=child.pk))
    return _record(inspection, Scope.CHILD, done, why=why, on=on, by=by, now=now, child=child.key)


def _erase_rows(inspection: Inspection) -> Counter[str]:
    return (
        _delete("letters", SurveyLetter.objects.filter(survey__inspection=inspection))
        + _delete("contradictions", Contradiction.objects.filter(inspection=inspection))
        + _delete("rows", ListRow.objects.filter(inspection=inspection))
        + _delete("children", Child.objects.filter(inspection=inspection))
    )


def _erase_history(inspection: Inspection, last: date) -> Counter[str]:
    """Blank the rows that ended by that day, and delete the children who are no longer on any list.

    For a child who is still on a list, it stays known when they were on which list, because anyone who read the list
    read about the child.
    """
    ended = ListRow.objects.filter(inspection=inspection, until__isnull=False)
    ended = ended.filter(until__applied_at__date__lte=last)
    still = ListRow.objects.filter(child=OuterRef("pk")).exclude(pk__in=ended.values("pk"))
    gone = Child.objects.filter(
        Exists(ListRow.objects.filter(child=OuterRef("pk"))), ~Exists(still), inspection=inspection
    )
    for holder in holders():
        gone = gone.exclude(pk__in=holder.needed(inspection))
    pks = list(gone.values_list("pk", flat=True))
    done: Counter[str] = Counter()
    for some in _in_pieces(pks):
        done += _delete("letters", SurveyLetter.objects.filter(child__in=some))
        done += _delete("contradictions", Contradiction.objects.filter(child__in=some))
        done += _delete("rows", ListRow.objects.filter(child__in=some))
        done += _delete("children", Child.objects.filter(pk__in=some))
    blanked = ended.exclude(values={}).update(values={}, born=None, referred=None)
    return done + Counter(rows=blanked)


def _erase_imports(imports: Iterable[CaseImport], now: datetime) -> Counter[str]:
    """Delete the files of imports, their names, their faults and rows not applied. The counts stay."""
    rows = [row for row in imports if row.erased_at is None]
    pks = [row.pk for row in rows]
    done = _delete("rows", StagedRow.objects.filter(case_import__in=pks))
    done += _delete("faults", ImportFault.objects.filter(case_import__in=pks))
    done += _forget(_kept_files(CaseImport.objects.filter(pk__in=pks)), name="")
    for row in rows:
        if row.state in (CaseImport.State.MAPPING, CaseImport.State.CHECKED):
            row.state = CaseImport.State.DISCARDED
        row.columns = counts_of_columns(row)
        row.unmapped, row.error, row.erased_at = [], "", now
        row.save(update_fields=["state", "columns", "unmapped", "error", "erased_at"])
    return done + Counter(imports=len(rows))


def _erase_exports(exports: QuerySet[CaseExport], now: datetime) -> Counter[str]:
    pks = list(exports.filter(erased_at=None).exclude(state__in=UNFINISHED).values_list("pk", flat=True))
    done = _forget(CaseExportFile.objects.filter(export__in=pks).exclude(stored_name=None))
    CaseExport.objects.filter(pk__in=pks).update(erased_at=now)
    return done + Counter(exports=len(pks))


def _kept_files(imports: QuerySet[CaseImport]) -> QuerySet[ImportFile]:
    return ImportFile.objects.filter(case_import__in=imports).exclude(stored_name=None)


def _forget(files: QuerySet[Any], **blank: str) -> Counter[str]:
    """Forget stored files. They are deleted after the commit, and the sweep removes any that a crash leaves."""
    names = list(files.values_list("stored_name", flat=True))
    files.update(stored_name=None, **blank)
    transaction.on_commit(partial(FOLDER.discard_all, names), robust=True)
    return Counter(files=len(names))


def _delete(what: str, rows: QuerySet[Any]) -> Counter[str]:
    """Delete rows without loading them first. Whatever refers to them must be deleted too."""
    return Counter({what: rows.order_by()._raw_delete(rows.db) or 0})


def _in_pieces(keys: list[int], size: int = 500) -> Iterable[list[int]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _record(
    inspection: Inspection,
    scope: str,
    done: Counter[str],
    *,
    why: str,
    on: date,
    by: User | None,
    now: datetime,
    child: str = "",
) -> Erasure:
    counts = {what: number for what, number in sorted(done.items()) if number}
    row = Erasure.objects.create(
        inspection=inspection, at=now, by=by, scope=scope, on=on, child=child, why=why, counts=counts
    )
    subject = row.get_scope_display()
    audit.record(inspection, by=by, verb="child-level data erased", subject=subject, now=now, detail=counts)
    transaction.on_commit(_empty_journal, robust=True)
    return row


def _empty_journal() -> None:
    """Empty SQLite’s write-ahead log: while others have the database open, it still holds the pages as they were."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


Span = tuple[datetime | None, datetime | None]


def _spans(child: Child) -> Iterable[Span]:
    """When the child came on each list and left it, by the imports that were applied."""
    rows = ListRow.objects.filter(child=child).annotate(begun=F("since__applied_at"), ended=F("until__applied_at"))
    return rows.values_list("begun", "ended")


def _covers(span: Span, moment: datetime | None) -> bool:
    begun, ended = span
    return moment is not None and begun is not None and begun <= moment and (ended is None or ended > moment)
