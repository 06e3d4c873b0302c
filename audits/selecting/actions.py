"""Select cases, by identifier or as a sample, and take them out again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from audits.models import Assignment, Audit, SelectedCase
from audits.selecting.drawing import Sample, draw_sample
from audits.selecting.examining import examine
from cases.models import Child
from frameworks import CaseSelection
from govuk.text import one_line
from inspections import audit
from inspections.locks import locked_unless_withdrawn
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from refusals import Refused
from spreadsheets.confirmation import token_of, was_shown


@transaction.atomic
def select_cases(
    *, inspection: Inspection, selection: str, identifiers: Sequence[str], by: User | None, now: datetime
) -> list[SelectedCase]:
    """Add the cases with these identifiers to a selection, each with the next number and its audit, if it has one.

    Raises Refused, and selects nothing, for whatever `examine` finds wrong, all of it in one message.
    """
    inspection = locked_unless_withdrawn(inspection)
    chosen = selection_called(inspection, selection)
    found = examine(inspection, chosen, identifiers)
    if found.faults:
        raise Refused(" ".join(found.faults), field="identifiers")
    return _select(inspection, chosen, found.children, by, now, how="by identifier")


@transaction.atomic
def select_sample(
    *, inspection: Inspection, selection: str, seed: int, size: int, seen: str, by: User | None, now: datetime
) -> list[SelectedCase]:
    """Draw a sample of the cases that are not selected yet, and make it a selection of a rehearsal.

    `seen` is the token of the sample that was shown (`token_of_sample`). Raises Refused if it is no rehearsal, if the
    selection has cases already, if the size is not one that the selection allows, and if the lists have changed since.
    """
    inspection = locked_unless_withdrawn(inspection)
    chosen = selection_called(inspection, selection)
    sample = sample_for(inspection, chosen, seed=seed, size=size, now=now)
    if not was_shown(seen, *_parts(sample)):
        raise Refused("The lists have changed since the sample was shown. Look at the sample again.")
    children = {
        child.identifier: child for child in Child.objects.filter(inspection=inspection, identifier__in=sample.cases)
    }
    ordered = [children[case] for case in sample.cases]
    return _select(inspection, chosen, ordered, by, now, how=f"as a sample with the seed {seed}")


def sample_for(inspection: Inspection, chosen: CaseSelection, *, seed: int, size: int, now: datetime) -> Sample:
    """The sample that `select_sample` would select. Raises Refused as it does."""
    if not inspection.is_rehearsal:
        raise Refused("Samples are drawn in rehearsals. In an inspection the inspectors choose the cases.")
    there = SelectedCase.objects.filter(inspection=inspection, selection=chosen.key, removed_at=None).count()
    if there:
        has = "1 case" if there == 1 else f"{there} cases"
        raise Refused(f"“{chosen.title}” has {has} already. Take them out first.", field="selection")
    if chosen.maximum is not None and size > chosen.maximum:
        raise Refused(f"“{chosen.title}” has at most {chosen.maximum} cases.", field="size")
    return draw_sample(snapshot_of(inspection, now=now), seed=seed, size=size, without_selected=True)


def token_of_sample(sample: Sample) -> str:
    """A token that a form carries, so that what is selected is what was shown."""
    return token_of(*_parts(sample))


def _parts(sample: Sample) -> tuple[Iterable[Any], ...]:
    return sample.cases, sample.strata


@transaction.atomic
def take_out(*, case: SelectedCase, why: str, by: User | None, now: datetime) -> bool:
    """Take a case out of its selection. Returns False if it is out already.

    Its number is not used again, and nobody has a part in its audit any more. What was written stays until child-level
    data is erased. Raises Refused without a reason, and once its audit was submitted.
    """
    inspection = locked_unless_withdrawn(case.inspection)
    row = SelectedCase.objects.get(pk=case.pk)
    if row.removed_at is not None:
        return False
    why = one_line(why)[:500]
    if not why:
        raise Refused("Say why the case is taken out", field="why")
    if Audit.objects.filter(case=row, submitted_at__isnull=False).exists():
        raise Refused(f"The audit of {row.title.lower()} was submitted, so the case stays.", field="why")
    SelectedCase.objects.filter(pk=row.pk).update(removed_at=now, removed_by=by, why_removed=why)
    parts = Assignment.objects.filter(audit__case=row, ended_at=None)
    parts.update(ended_at=now, ended_by=by, why_ended="The case was taken out of the selection.")
    audit.record(inspection, by=by, verb="case taken out", subject=row.title, now=now)
    return True


def selection_called(inspection: Inspection, key: str) -> CaseSelection:
    """The framework's selection with this key. Raises Refused if there is none."""
    found = next((each for each in inspection.framework.case_selections if each.key == key), None)
    if found is None:
        raise Refused("There is no such selection of cases.", field="selection")
    return found


def _select(
    inspection: Inspection,
    chosen: CaseSelection,
    children: Sequence[Child],
    by: User | None,
    now: datetime,
    *,
    how: str,
) -> list[SelectedCase]:
    """Call it under the inspection's lock, which keeps numbers from being given twice."""
    numbers = SelectedCase.objects.filter(inspection=inspection).aggregate(last=Max("number"))
    first = (numbers["last"] or 0) + 1
    cases = SelectedCase.objects.bulk_create(
        SelectedCase(
            inspection=inspection, selection=chosen.key, number=number, child=child, selected_at=now, selected_by=by
        )
        for number, child in enumerate(children, start=first)
    )
    if chosen.audit_step:
        Audit.objects.bulk_create(Audit(case=case) for case in cases)
    detail = {"cases": len(cases), "first": first, "last": first + len(cases) - 1, "how": how}
    audit.record(inspection, by=by, verb="cases selected", subject=chosen.title, now=now, detail=detail)
    return cases
