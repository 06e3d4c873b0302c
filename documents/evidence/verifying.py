"""Reading what is kept again, and comparing it with its size and SHA-256: damage is found before the day it matters.

A run is bounded and takes what was not read for the longest time; where it ends, the next one goes on, since every
examination is written down by itself. What several versions share is read once. A storage that does not answer at all
ends the run and says nothing of the files; one file that cannot be read holds up no other.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min, Q
from django.template.loader import render_to_string

from accounts.models import Council, User
from accounts.permissions import Permission, roles_with
from documents.models import Version
from files import storage
from inspections import audit
from inspections.locks import locked_together
from inspections.models import Inspection
from outbox.actions import queue
from outbox.tasks import nudge

#: Everything is read once in this time; what was found faulty is looked at again sooner, since somebody may mend it.
EVERY, AGAIN = timedelta(days=7), timedelta(hours=1)
#: How long a scheduled run goes on, and how many bytes it reads at most.
RUN_FOR, MOST_BYTES = timedelta(minutes=5), 20 * 1024**3
STEP = 1024 * 1024
WHOLE = ""
Clock = Callable[[], datetime]


@dataclass(slots=True)
class VerificationRun:
    """What a run did: how many stored files it read, which are newly faulty or whole again, and what could not be read
    and why: the storage as a whole, or one file of it.
    """

    examined: int = 0
    read: int = 0
    found: list[Version] = field(default_factory=list)
    mended: list[Version] = field(default_factory=list)
    failed: str = ""


def verify(
    *, clock: Clock, run_for: timedelta = RUN_FOR, most_bytes: int = MOST_BYTES, everything: bool = False
) -> VerificationRun:
    """Read what is due (or everything) until time or bytes run out, and tell administrators what was newly found."""
    begun, run = clock(), VerificationRun()
    for version in _due(begun, everything=everything):
        if clock() - begun > run_for or run.read > most_bytes:
            break
        try:
            fault = fault_of(version)
        except OSError as error:
            run.failed = getattr(error, "strerror", "") or type(error).__name__
            if _is_answering():
                continue
            break
        run.examined += 1
        run.read += version.size
        _write_down(version, fault, run, now=clock())
    _tell(run.found, now=clock())
    return run


def _is_answering() -> bool:
    """Whether the storage is there, so that what could not be read is one file of it."""
    try:
        storage.probe_kept()
    except OSError:
        return False
    return True


def fault_of(version: Version) -> str:
    """What is wrong with the kept bytes of a version; empty where nothing is. Raises OSError without a storage."""
    size, sha256 = 0, hashlib.sha256()
    try:
        with storage.open_stored(version.stored_name) as stream:
            while chunk := stream.read(STEP):
                size += len(chunk)
                sha256.update(chunk)
    except FileNotFoundError:
        # A disk that is not there has no file either: that is no loss, and must not be taken for one.
        storage.probe_kept()
        return Version.Fault.LOST
    return WHOLE if (size, sha256.hexdigest()) == (version.size, version.sha256) else Version.Fault.DAMAGED


def faulty() -> list[Version]:
    """The versions whose bytes were found damaged or lost, and not mended since."""
    rows = Version.objects.exclude(fault="").select_related("file__inspection__council")
    return list(rows.order_by("file__inspection_id", "file__document", "file_id", "number"))


def _due(now: datetime, *, everything: bool) -> Iterator[Version]:
    """One version of each stored file that is due, what was never read first, then what was not for longest."""
    due = Q(examined_at=None) | Q(examined_at__lt=now - EVERY) | (~Q(fault="") & Q(examined_at__lt=now - AGAIN))
    rows = Version.objects.all() if everything else Version.objects.filter(due)
    first = rows.values("stored_name").annotate(first=Min("pk"), last=Min("examined_at"))
    for row in list(first.order_by(F("last").asc(nulls_first=True), "first")):
        version = Version.objects.filter(pk=row["first"], stored_name=row["stored_name"]).first()
        if version is not None:  # it may have been mended, or be gone, since the list was made
            yield version


def _write_down(version: Version, fault: str, run: VerificationRun, *, now: datetime) -> None:
    """The examination on every version of these bytes; on the record of each inspection only where it found news."""
    with transaction.atomic():
        same = Version.objects.filter(stored_name=version.stored_name)
        news = Inspection.objects.filter(pk__in=same.exclude(fault=fault).values("file__inspection"))
        locked_together(*news)
        changed = list(same.exclude(fault=fault).select_related("file__inspection__council").order_by("pk"))
        same.update(examined_at=now, fault=fault)
        for row in changed:
            found = {"document": row.file.document, "file": row.file_id, "version": row.number, "fault": fault}
            audit.record(
                row.file.inspection,
                by=None,
                verb="kept file found whole again" if fault == WHOLE else "kept file found damaged or lost",
                subject=_title(row),
                now=now,
                detail=found,
            )
    (run.mended if fault == WHOLE else run.found).extend(changed)


def _title(version: Version) -> str:
    return version.file.inspection.framework.document(version.file.document).title


def _tell(found: list[Version], *, now: datetime) -> None:
    """One email to each administrator of a council of which something was found; it names documents and no files."""
    councils = {row.file.inspection.council_id: row.file.inspection.council for row in found}
    for council in councils.values():
        lines = Counter(
            (row.file.inspection.title, _title(row)) for row in found if row.file.inspection.council_id == council.pk
        )
        with transaction.atomic():
            for person in _administrators(council):
                _queue(person, council, [(*names, count) for names, count in sorted(lines.items())], now=now)
            nudge()


def _administrators(council: Council) -> list[User]:
    rows = User.objects.filter(
        is_active=True, memberships__council=council, memberships__role__in=roles_with(Permission.MANAGE_PEOPLE)
    ).distinct()
    return list(rows.order_by("pk"))


def _queue(person: User, council: Council, lines: list[tuple[str, str, int]], *, now: datetime) -> None:
    count = sum(number for _, _, number in lines)
    context = {"user": person, "council": council, "lines": lines, "count": count, "site": settings.PUBLIC_URL}
    queue(
        to=person.email,
        to_name=person.full_name,
        subject=render_to_string("documents/faulty-subject.txt", context).strip(),
        text=render_to_string("documents/faulty-body-text.txt", context),
        html=render_to_string("documents/faulty-body-html.html", context),
        now=now,
    )
