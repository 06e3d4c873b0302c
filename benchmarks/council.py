"""A council to measure on: the demonstration on day 10, with as many past inspections and file versions as asked for.

`python -m benchmarks.council 10000 30 0.03` fills an empty database with 10,000 versions and 30 past inspections; 3 %
of the versions are in the present inspection. Its pages say the same whatever the numbers: its files get earlier
versions, and where that is not enough, files that later ones have replaced.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from itertools import count, cycle
from typing import Any

import django

django.setup()  # This module runs as a process of its own, and the imports below need Django set up.

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Event, User  # noqa: E402
from documents.models import File, Review, Version  # noqa: E402
from focusgroups.models import Attendee, Briefing  # noqa: E402
from inspections.models import Inspection, Ownership  # noqa: E402
from readiness.demonstration import fill as fill_demonstration  # noqa: E402
from readiness.static_files import collect_if_stale  # noqa: E402
from timetable.models import StepRecord  # noqa: E402

#: More versions of one file than this are unlikely, so there are more files instead: 10,000 versions are of 2,000.
MOST_VERSIONS = 5
FAR = 1_000_000
COPIED = 200  # events of each past inspection


def fill(versions: int, past: int, here: float) -> dict[str, str]:
    """Fill the database; returns the inspection, a document and its undated part, and a session for each role."""
    collect_if_stale()
    shown = fill_demonstration(day=10, now=timezone.now())
    inspection = shown.inspection
    with transaction.atomic():
        wanted = round(versions * here) if past else versions
        _deepen(inspection, wanted)
        rest = versions - Version.objects.count()
        for number in range(past):
            _past(inspection, number, rest // past + (number < rest % past))
    sessions = {role.value: _session(user) for user, roles in shown.people for role in roles}
    document, part = next(
        (document, part) for document in inspection.framework.documents for part in document.parts if not part.dated
    )
    return {**sessions, "slug": inspection.slug, "document": document.key, "part": part.key}


def _session(user: User) -> str:
    """The key of a session in which this person has signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


_numbers = count(1)


def _version(file: File, number: int, as_at: date | None) -> Version:
    each = next(_numbers)
    return Version(
        file=file,
        number=number,
        stored_name=f"{each:032x}",
        original_name=file.label,
        size=each,
        sha256=f"{each:064x}",
        detected_type="application/pdf",
        as_at=as_at,
        uploaded_at=timezone.now() - timedelta(days=60),
    )


def _deepen(inspection: Inspection, wanted: int) -> None:
    """Give the inspection so many versions: earlier versions of its present files, then files out of use."""
    known = Version.objects.filter(file__inspection=inspection)
    more = wanted - known.count()
    there = list({row.file_id: row for row in known.select_related("file").order_by("number")}.values())
    deep = min(MOST_VERSIONS - 1, max(0, more // len(there)))
    # Numbers move far away and back, so that no two versions of a file share a number in between.
    known.update(number=F("number") + FAR)
    known.update(number=F("number") - FAR + deep)
    rows = [_version(row.file, number + 1, row.as_at) for row in there for number in range(deep)]
    files = []
    parts = cycle([(row.file.document, row.file.part) for row in there if row.as_at])
    old = date(1999, 1, 1)
    while len(rows) < more:
        document, part = next(parts)
        old += timedelta(days=1)
        file = File(inspection=inspection, document=document, part=part, label=f"Minutes of {old}.pdf")
        files.append(file)
        rows += [_version(file, number + 1, old) for number in range(min(MOST_VERSIONS, more - len(rows)))]
    File.objects.bulk_create(files)
    Version.objects.bulk_create(rows, batch_size=1000)


def _past(present: Inspection, number: int, versions: int) -> None:
    """An inspection of an earlier year like the present one, finished long ago, with so many versions."""
    then = Inspection.objects.get(pk=present.pk)
    then.pk, then.slug, then.title = None, f"past-{number}", f"Inspection {number + 1} of earlier years"
    then.notified_on = date(1996 + number % 20, 3, 4 + number // 20)
    then.save(force_insert=True)
    for model in (Ownership, Attendee, Briefing, StepRecord, Review):
        rows: list[Any] = list(model._default_manager.filter(inspection=present))
        for row in rows:
            row.pk, row.inspection = None, then
        model._default_manager.bulk_create(rows)
    events = list(Event.objects.filter(inspection=present.slug)[:COPIED])
    for event in events:
        event.pk, event.inspection, event.at = None, then.slug, event.at - timedelta(days=3650)
    Event.objects.bulk_create(events)
    files = [
        File(inspection=then, document=file.document, part=file.part, label=file.label)
        for file in File.objects.filter(inspection=present).order_by("pk")[: max(1, versions // 5)]
    ]
    File.objects.bulk_create(files)
    made = [_version(files[n % len(files)], n // len(files) + 1, then.notified_on) for n in range(versions)]
    Version.objects.bulk_create(made, batch_size=1000)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(fill(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))))
