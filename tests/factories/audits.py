"""Selected cases and their audits, put into the database without a page; every child is plainly fictional."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import count

from accounts.models import User
from audits.models import Audit, SelectedCase
from cases.models import CaseImport, Child, ListRow
from inspections.models import Inspection
from tests.factories.case_lists import IN_NEED, ON, record
from tests.factories.people import NOW

_numbers = count(1)


def make_child(
    inspection: Inspection,
    identifier: str | None = None,
    *,
    lists: Iterable[str] = (IN_NEED,),
    worker: str = "",
    now: datetime = NOW,
    **changed: str,
) -> Child:
    """A child on these lists at present, beside whoever is there already; `changed` as `case_lists.record` has it."""
    name = identifier or f"Child-{next(_numbers)}"
    values = record(**changed)
    child = Child.objects.create(inspection=inspection, identifier=name, folded=name.casefold(), worker=worker)
    ListRow.objects.bulk_create(
        ListRow(
            inspection=inspection,
            child=child,
            list=key,
            since=_import(inspection, now),
            values=values,
            born=values.get("date-of-birth"),
            referred=values.get("referral-date"),
        )
        for key in lists
    )
    return child


def make_selected_case(
    inspection: Inspection,
    *,
    identifier: str | None = None,
    selection: str = "initial",
    child: Child | None = None,
    lists: Iterable[str] = (IN_NEED,),
    worker: str = "",
    by: User | None = None,
    now: datetime = NOW,
    **changed: str,
) -> SelectedCase:
    """A child on the lists who is selected with the next number, and the audit of the case (`case.audit`)."""
    found = child or make_child(inspection, identifier, lists=lists, worker=worker, now=now, **changed)
    latest = SelectedCase.objects.filter(inspection=inspection).order_by("number").last()
    case = SelectedCase.objects.create(
        inspection=inspection,
        selection=selection,
        number=latest.number + 1 if latest else 1,
        child=found,
        selected_at=now,
        selected_by=by,
    )
    if inspection.framework.case_selection(selection).audit_step:
        Audit.objects.create(case=case)
    return case


def _import(inspection: Inspection, now: datetime) -> CaseImport:
    """The latest applied import, or a first one, of every list of the framework."""
    latest = CaseImport.objects.filter(inspection=inspection, state=CaseImport.State.APPLIED).first()
    return latest or CaseImport.objects.create(
        inspection=inspection,
        number=CaseImport.objects.filter(inspection=inspection).count() + 1,
        state=CaseImport.State.APPLIED,
        requested_at=now,
        free_at=now,
        applied_at=now,
        on=ON,
        lists={each.key: 0 for each in inspection.framework.case_lists},
    )
