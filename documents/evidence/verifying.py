"""Reading stored files again and comparing them with their size and SHA-256, so that damage is found early.

A run is limited and starts with what has not been read for the longest time. The next run continues where it ended,
since each result is stored by itself. Bytes that several versions share are read once. If the storage does not answer
at all, the run ends and says nothing about the files; one file that cannot be read does not stop the others.
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

#: Everything is read once in this time. Faulty files are read again sooner, since somebody may repair them.
EVERY, AGAIN = timedelta(days=7), timedelta(hours=1)
#: How long a scheduled run may take, and how many bytes it may read.
RUN_FOR, MOST_BYTES = timedelta(minutes=5), 20 * 1024**3
STEP = 1024 * 1024
WHOLE = ""
Clock = Callable[[], datetime]


@dataclass(slots=True)
class VerificationRun:
    """The result of a run: how many stored files it read, which are newly faulty or whole again, and what could not be
    read and why (the storage as a whole, or one file).
    """

    examined: int = 0
    read: int = 0
    found: list[Version] = field(default_factory=list)
    mended: list[Version] = field(default_factory=list)
    failed: str = ""


def verify(
    *, clock: Clock, run_for: timedelta = RUN_FOR, most_bytes: int = MOST_BYTES, everything: bool = False
) -> VerificationRun:
    """Read the files that are due (or all) until time or bytes run out, and tell administrators about new faults."""
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
    """Whether the storage answers, so that a failed read concerns only one file."""
    try:
        storage.probe_kept()
    except OSError:
        return False
    return True


def fault_of(version: Version) -> str:
    """What is wrong with the stored bytes of a version; empty if nothing is. Raises OSError without a storage."""
    size, sha256 = 0, hashlib.sha256()
    try:
        with storage.open_stored(version.stored_name) as stream:
            while chunk := stream.read(STEP):
                size += len(chunk)
                sha256.update(chunk)
    except FileNotFoundError:
        # On a disk that is not there no file can be found: that is not a lost file.
        storage.probe_kept()
        return Version.Fault.LOST
    return WHOLE if (size, sha256.hexdigest()) == (version.size, version.sha256) else Version.Fault.DAMAGED


def faulty() -> list[Version]:
    """The versions whose bytes were found damaged or lost, and have not been repaired since."""
    rows = Version.objects.exclude(fault="").select_related("file__inspection__council")
    return list(rows.order_by("file__inspection_id", "file__document", "file_id", "number"))


def _due(now: datetime, *, everything: bool) -> Iterator[Version]:
    """One version of each stored file that is due: first those never read, then those not read for the longest time."""
    due = Q(examined_at=None) | Q(examined_at__lt=now - EVERY) | (~Q(fault="") & Q(examined_at__lt=now - AGAIN))
    rows = Version.objects.all() if everything else Version.objects.filter(due)
    first = rows.values("stored_name").annotate(first=Min("pk"), last=Min("examined_at"))
    for row in list(first.order_by(F("last").asc(nulls_first=True), "first")):
        version = Version.objects.filter(pk=row["first"], stored_name=row["stored_name"]).first()
        if version is not None:  # It may have been repaired or deleted since the list was made.
            yield version


def _write_down(version: Version, fault: str, run: VerificationRun, *, now: datetime) -> None:
    """Store the result on every version with these bytes; each inspection's record gets an event only if something
    changed.
    """
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
    """Send one email to each administrator of a council with newly found faults. It names documents and no files."""
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
