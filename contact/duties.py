"""Duties to the inspectors: an answer to each of their requests."""

from __future__ import annotations

from datetime import datetime

from django.db.models import FilteredRelation, Q
from django.utils.timezone import localdate

from accounts.models import Role
from contact.models import Request
from database.prepared import Prepared
from govuk.addresses import address_of
from inspections.duty import Duty, DutyKind
from inspections.snapshot import Snapshot

REQUEST = DutyKind(
    prefix="request",
    noun="request",
    verb="Record the answer",
    heading="Other deadlines met",
    before_call=False,
    title_is_safe=True,
)

_REQUESTS = Prepared(
    lambda inspection: (
        Request.objects.filter(inspection=inspection, withdrawn_at=None)
        .annotate(answer=FilteredRelation("answers", condition=Q(answers__taken_back_at=None)))
        .order_by("due", "number")
        .values_list("number", "about", "due", "answer__answered_at", "answer__recorded_by__full_name")
    )
)


def duties(snapshot: Snapshot) -> list[Duty]:
    """One duty for each open request, the first due first.

    It is owed by the posts named for it, or otherwise by the DCS office. A duty says what kind of thing was asked for
    but not what, because the words may name a child, and duties appear in emails and calendars.
    """
    return [_duty(snapshot, *facts) for facts in _REQUESTS(snapshot.inspection.pk)]


def _duty(
    snapshot: Snapshot, number: int, about: str, due: datetime, answered_at: datetime | None, answered_by: str | None
) -> Duty:
    asked = Request(number=number, about=about)
    owners = snapshot.owners_of(asked.item)
    return Duty(
        key=asked.item,
        kind=REQUEST,
        title=asked.title,
        owners=owners,
        role=None if owners else Role.DCS_OFFICE,
        state="done" if answered_at else "to do",
        missing=() if answered_at else ("Not answered yet.",),
        url=address_of("contact:request", snapshot.inspection.slug, number),
        done=answered_at is not None,
        done_at=answered_at,
        done_by=answered_by,
        due_day=snapshot.schedule.number_on(localdate(due)) if snapshot.schedule else None,
        due=due,
    )
