"""Two people who replace one file at once: both versions are kept, the later is current, and both people are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from accounts.models import Membership
from documents.models import Version
from govuk.addresses import address_of
from govuk.dates import clock_time, long_date, long_datetime
from inspections.models import Inspection
from outbox.actions import queue


def between(version: Version) -> list[Version]:
    """The versions that others made after the one that the maker of this version was looking at, oldest first."""
    if not version.was_concurrent:
        return []
    rows = version.file.versions.filter(number__gt=version.seen, number__lt=version.number)
    return list(rows.exclude(uploaded_by=version.uploaded_by_id).select_related("uploaded_by").order_by("number"))


def in_words(version: Version, others: Sequence[Version]) -> str:
    """What the page tells the person who came second; empty if nobody came in between."""
    if not others:
        return ""
    last = others[-1]
    who = last.uploaded_by.full_name if last.uploaded_by else "The software"
    same_day = long_date(last.uploaded_at) == long_date(version.uploaded_at)
    when = f"at {clock_time(last.uploaded_at)}" if same_day else f"on {long_datetime(last.uploaded_at)}"
    kept = "Both versions are kept" if len(others) == 1 else "All versions are kept"
    return f"{who} replaced this file {when} while you were working. {kept}, and yours is current."


def tell_others(version: Version, inspection: Inspection, *, now: datetime) -> int:
    """Email the people whose versions were replaced meanwhile, in the caller's transaction. Returns how many people.

    The email names the document and part, but never the file, since its name may name a child.
    """
    latest = {row.uploaded_by: row for row in between(version) if row.uploaded_by is not None}
    members = Membership.objects.filter(council=inspection.council_id, user__in=latest, user__is_active=True)
    here = set(members.values_list("user", flat=True))
    told = [(user, row) for user, row in latest.items() if user.pk in here]
    for user, row in told:
        context = _context(version, row, inspection) | {"user": user}
        queue(
            to=user.email,
            to_name=user.full_name,
            subject=render_to_string("documents/concurrent-replacement-subject.txt", context).strip(),
            text=render_to_string("documents/concurrent-replacement-body-text.txt", context).strip() + "\n",
            html=render_to_string("documents/concurrent-replacement-body-html.html", context),
            now=now,
        )
    return len(told)


def _context(version: Version, row: Version, inspection: Inspection) -> dict[str, object]:
    document = inspection.framework.document(version.file.document)
    return {
        "inspection": inspection,
        "document": document,
        "part": document.part(version.file.part),
        "by": version.uploaded_by.full_name if version.uploaded_by else "somebody else",
        "yours": long_datetime(row.uploaded_at),
        "theirs": long_datetime(version.uploaded_at),
        "link": f"{settings.PUBLIC_URL}{address_of('documents:file', inspection.slug, version.file_id)}",
    }
