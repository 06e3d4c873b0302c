"""Warn people by email some days before child-level data is erased."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import Event, User
from accounts.permissions import Permission, roles_with
from cases.privacy.erasure import held
from cases.privacy.retention import retention_of
from govuk.addresses import address_of
from govuk.dates import long_date
from inspections import audit
from inspections.locks import locked
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from outbox.actions import queue

ANNOUNCED = "erasure of child-level data announced"
#: Who is warned, and the page that tells them more.
_TOLD = {Permission.IMPORT_CASES: "cases:lists", Permission.ERASE_CASES: "cases:erasure"}


@transaction.atomic
def warn(*, inspection: Inspection, now: datetime) -> int:
    """Email case officers and data protection officers when the day of erasure is near. Returns how many emails.

    They are warned once for each day of erasure, so again if the day changes. The emails say nothing about any child.
    """
    inspection = locked(inspection)
    snapshot = snapshot_of(inspection, now=now)
    keeps = retention_of(snapshot)
    if keeps.until is None or not keeps.is_near(snapshot.today) or keeps.is_over(snapshot.today):
        return 0
    if not any(held(inspection).values()):
        return 0
    detail = {"on": keeps.until.isoformat()}
    events = Event.objects.filter(inspection=inspection.slug, verb=ANNOUNCED)
    if any(event.detail == detail for event in events):
        return 0
    told: set[int] = set()
    for permission, page in _TOLD.items():
        for user in _with(inspection, permission):
            if user.pk not in told:
                _write(user, inspection, long_date(keeps.until), keeps.why, page, now)
                told.add(user.pk)
    audit.record(inspection, by=None, verb=ANNOUNCED, subject="Case lists", now=now, detail=detail)
    return len(told)


def _with(inspection: Inspection, permission: Permission) -> Iterable[User]:
    roles = roles_with(permission)
    users = User.objects.filter(memberships__council=inspection.council_id, memberships__role__in=roles, is_active=True)
    return users.distinct().order_by("pk")


def _write(user: User, inspection: Inspection, day: str, why: str, page: str, now: datetime) -> None:
    link = f"{settings.PUBLIC_URL}{address_of(page, inspection.slug)}"
    context = {"user": user, "inspection": inspection, "day": day, "why": why, "link": link}
    queue(
        to=user.email,
        to_name=user.full_name,
        subject=f"Case lists will be erased on {day}: {inspection.title}",
        text=render_to_string("cases/mail/erasure.txt", context),
        html=render_to_string("cases/mail/erasure.html", context),
        now=now,
    )
