"""What can be done with waiting files: received, decided on, added to their documents, left out.

Each action is atomic, writes the record, and has one effect when it is sent twice. The record never holds a name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

import documents.evidence.actions
from accounts.models import User
from documents.checks import covers_of, document_and_part, locked_for_change
from documents.evidence.actions import Added
from files.checks import looked_through
from files.receiving import Received, receive
from files.storage import StorageFailed, discard
from inspections import audit
from inspections.models import Inspection
from intake import waiting_files
from intake.models import Archive, WaitingFile
from refusals import Refused

#: More would not fit on a page that one person goes through.
MOST_WAITING = 500
LONGEST_PATH = 500
#: How long a file waits for somebody to say where it belongs.
KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person said about a waiting file; an empty document and part is "not decided yet"."""

    document: str
    part: str
    as_at: date | None
    names_children: bool
    covers: tuple[str, ...] = ()


def clean_path(path: str, name: str) -> str:
    """The folders of a path and the file's name, without parts that lead out of them; a long path loses its
    beginning.
    """
    folders = [
        " ".join("".join(sign if sign.isprintable() else " " for sign in piece).split())
        for piece in path.replace("\\", "/").split("/")[:-1]
    ]
    kept = "/".join([*(piece for piece in folders if piece.strip(". ") and not piece.endswith(":")), name])
    return kept[-LONGEST_PATH:]


def take_in(
    *,
    inspection: Inspection,
    received: Received,
    path: str,
    by: User,
    now: datetime,
    archive: Archive | None = None,
) -> WaitingFile:
    """Store a received file until somebody says where it belongs.

    The same bytes under the same path are stored once. Raises Refused for a file that a document would not accept
    either, and if too many are waiting already.
    """
    try:
        recognised = looked_through(received)
        return _take_in(inspection, received, path, by, now, archive, recognised.remark)
    except (StorageFailed, OSError) as error:
        raise Refused(
            f"{received.name} was not taken: there is no room for it, or the disk cannot be written at the moment.",
            field="file",
        ) from error
    finally:
        discard(received.path)


def _take_in(
    inspection: Inspection,
    received: Received,
    path: str,
    by: User,
    now: datetime,
    archive: Archive | None,
    remark: str,
) -> WaitingFile:
    with transaction.atomic():
        inspection = locked_for_change(inspection)
        rows = WaitingFile.objects.filter(inspection=inspection, arrived_by=by)
        path = clean_path(path, received.name or "file")
        if (same := rows.filter(path=path, sha256=received.sha256).first()) is not None:
            return same
        if archive is not None and not Archive.objects.filter(pk=archive.pk).exists():
            raise Refused(f"{received.name} was not taken: its ZIP was dismissed.", field="file")
        if rows.count() >= MOST_WAITING:
            raise Refused(
                f"{received.name} was not taken: {MOST_WAITING} files of yours wait to be sorted already. "
                "Add or leave out those first.",
                field="file",
            )
        waiting = WaitingFile.objects.create(
            inspection=inspection,
            arrived_by=by,
            arrived_at=now,
            archive=archive,
            path=path,
            stored_name=waiting_files.keep(received.path),
            size=received.size or 0,
            sha256=received.sha256,
            declared_type=(received.content_type or "")[:150],
            remark=remark,
        )
        _record(inspection, by, "file received for sorting", now, waiting=waiting.pk, sha256=waiting.sha256)
    return waiting


def take_archive(*, inspection: Inspection, received: Received, by: User, now: datetime) -> Archive:
    """Store a received ZIP to be unpacked; if it is already waiting, it is the same one.

    Raises Refused for one that is empty, too large or could not be written.
    """
    if received.fault == "too large" or not received.size or received.fault:
        raise Refused(_archive_fault(received), field="file")
    with transaction.atomic():
        inspection = locked_for_change(inspection)
        rows = Archive.objects.filter(inspection=inspection, arrived_by=by, sha256=received.sha256)
        if (same := rows.filter(finished_at=None).first()) is not None:
            return same
        try:
            stored_name = waiting_files.keep(received.path)
        except OSError as error:
            raise Refused(f"{received.name} was not taken: the disk cannot be written.", field="file") from error
        archive = Archive.objects.create(
            inspection=inspection,
            arrived_by=by,
            arrived_at=now,
            name=received.name or "archive.zip",
            stored_name=stored_name,
            sha256=received.sha256,
            free_at=now,
        )
        _record(inspection, by, "ZIP received for sorting", now, archive=archive.pk, sha256=archive.sha256)
    return archive


def _archive_fault(received: Received) -> str:
    if received.fault == "too large":
        return (
            f"{received.name} was not taken: it is larger than {settings.MAX_UPLOAD_MB} MB, the most one file may have."
        )
    if not received.size:
        return f"{received.name} was not taken: it is empty."
    return f"{received.name} was not taken: there is no room for it, or the disk cannot be written at the moment."


@transaction.atomic
def decide(*, inspection: Inspection, choices: dict[int, Choice], by: User, now: datetime) -> int:
    """Store what a person decided about waiting files, by their ids. Returns how many of them it changed."""
    inspection = locked_for_change(inspection)
    changed = 0
    for waiting in WaitingFile.objects.filter(inspection=inspection, pk__in=choices):
        said = choices[waiting.pk]
        covers = ""
        if said.document:
            _, asked = document_and_part(inspection, said.document, said.part)
            covers = covers_of(inspection, asked, said.covers)
        now_is = (waiting.document, waiting.part, waiting.as_at, waiting.names_children, waiting.covers)
        if waiting.is_decided and now_is == (said.document, said.part, said.as_at, said.names_children, covers):
            continue
        waiting.is_decided, waiting.refusal = True, ""
        waiting.document, waiting.part, waiting.as_at = said.document, said.part, said.as_at
        waiting.names_children, waiting.covers = said.names_children, covers
        waiting.save()
        changed += 1
    if changed:
        _record(inspection, by, "files sorted", now, files=changed)
    return changed


@transaction.atomic
def leave_out(*, inspection: Inspection, files: Iterable[int], by: User, now: datetime) -> int:
    """Delete waiting files without adding them, by their ids. Returns how many there were."""
    inspection = locked_for_change(inspection)
    rows = list(WaitingFile.objects.filter(inspection=inspection, pk__in=files))
    for waiting in rows:
        _forget(waiting)
    if rows:
        _record(inspection, by, "files left out", now, files=len(rows))
    return len(rows)


def add(*, waiting: WaitingFile, choice: Choice, by: User, now: datetime) -> Added | None:
    """Make a waiting file evidence in the part that was chosen. None if it is no longer waiting.

    Raises Refused as `documents.evidence.actions.add_file` does; the file then keeps waiting, with the reason.
    """
    try:
        return _add(waiting, choice, by, now)
    except Refused as refused:
        WaitingFile.objects.filter(pk=waiting.pk).update(refusal=refused.message[:500])
        raise


@transaction.atomic
def _add(waiting: WaitingFile, choice: Choice, by: User, now: datetime) -> Added | None:
    inspection = locked_for_change(waiting.inspection, sha256=waiting.sha256)
    row = WaitingFile.objects.filter(pk=waiting.pk).first()
    if row is None:
        return None
    try:
        with waiting_files.path_of(row.stored_name).open("rb") as stream:
            received = receive(stream, name=row.name, content_type=row.declared_type)
    except OSError as error:
        raise Refused(f"{row.name} is not in the intake any more. Leave it out and drop it again.") from error
    added = documents.evidence.actions.add_file(
        inspection=inspection,
        document=choice.document,
        part=choice.part,
        received=received,
        as_at=choice.as_at,
        by=by,
        now=now,
        names_children=choice.names_children,
        covers=choice.covers,
    )
    _forget(row)
    return added


def _forget(waiting: WaitingFile) -> None:
    """Delete the row now, and the bytes once the transaction is committed."""
    stored_name = waiting.stored_name
    waiting.delete()
    transaction.on_commit(lambda: waiting_files.discard(stored_name))


@transaction.atomic
def dismiss_archive(*, archive: Archive, by: User, now: datetime) -> bool:
    """Delete a ZIP, unpacked or not, and the messages about it. Returns whether it was there.

    Files already taken from it keep waiting. A worker that is unpacking it stops before the next file.
    """
    inspection = locked_for_change(archive.inspection)
    row = Archive.objects.filter(pk=archive.pk).first()
    if row is None:
        return False
    stored_name = row.stored_name
    row.delete()
    transaction.on_commit(lambda: waiting_files.discard(stored_name))
    verb = "report on a ZIP dismissed" if row.is_finished else "ZIP dismissed before it was unpacked"
    _record(inspection, by, verb, now, archive=archive.pk)
    return True


def _record(inspection: Inspection, by: User, verb: str, now: datetime, **detail: object) -> None:
    audit.record(inspection, by=by, verb=verb, subject="Files to be sorted", now=now, detail=detail)
