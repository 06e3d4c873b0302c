"""What can be done to files: added, replaced, restored, described, removed and put back.

Each action is atomic, writes the record, leaves earlier versions unchanged, and has one effect when it is sent twice.
The record never holds a file's name, since a name may name a child.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from documents.checks import covers_in, covers_of, date_of, document_and_part, locked_for_change
from documents.evidence import concurrent_replacements
from documents.evidence.versions import a_later_one, as_new_version, next_number
from documents.models import File, NilReturn, Version
from files import storage
from files.checks import received_as
from files.receiving import Received, clean_name
from frameworks import Part
from govuk.dates import long_date
from govuk.text import one_line
from inspections import audit
from inspections.models import Inspection
from printing import office
from refusals import Refused

#: The reason for a version of a file that was said to name children and no longer is.
NO_CHILDREN = "No longer marked as naming children"


@dataclass(frozen=True, slots=True)
class Added:
    """The version that holds the bytes now. `is_new` is False if it was there already and nothing changed.

    `made_meanwhile` are versions that other people made while this one was being prepared, oldest first.
    """

    version: Version
    is_new: bool
    made_meanwhile: tuple[Version, ...] = ()


def current_versions() -> QuerySet[Version]:
    """The current version of each file that is not archived."""
    later = a_later_one(file="file", number="number")
    return Version.objects.filter(~later, file__archived_at=None).select_related("file")


def twin_of(inspection: Inspection, document: str, part: str, sha256: str) -> Version | None:
    """The current version in this part with the same bytes, if there is one."""
    rows = current_versions().filter(file__inspection=inspection, file__document=document, file__part=part)
    return rows.filter(sha256=sha256).order_by("pk").first()


def _already_here(twin: Version, as_at: date | None, covers: str) -> Added:
    """The same bytes are one file.

    If the date or coverage differs, it is refused, so that somebody decides which is right.
    """
    if twin.as_at == as_at and covers not in ("", twin.covers):
        raise Refused(
            "This file is here already. If it covers something else, change that there; nothing was added.",
            field="covers",
        )
    if twin.as_at == as_at:
        return Added(twin, is_new=False)
    raise Refused(
        f"This file is here already, dated {long_date(twin.as_at)}. If that date is wrong, change it there; "
        "nothing was added.",
        field="as_at",
    )


def _mend(version: Version, stored_name: str, *, by: User | None, now: datetime) -> None:
    """Repair damaged or lost bytes from a received file with the same bytes, in every version that has them."""
    broken = Version.objects.filter(stored_name=version.stored_name, sha256=version.sha256)
    others = {(row.file.inspection_id, row.file.document): row for row in broken.select_related("file__inspection")}
    for row in others.values():
        _record(row.file, by=by, verb="damaged file mended", now=now, version=row)
    broken.update(stored_name=stored_name, fault="", examined_at=None)


def _record(
    file: File, *, by: User | None, verb: str, now: datetime, version: Version | None = None, **detail: Any
) -> None:
    document, part = document_and_part(file.inspection, file.document, file.part)
    said: dict[str, Any] = {"document": document.key, "part": part.label, "file": file.pk}
    if version is not None:
        said |= {"version": version.number, "sha256": version.sha256}
        if version.covers:
            said["covers"] = version.covers.split()
        if version.as_at:
            said["as at"] = version.as_at.isoformat()
    audit.record(file.inspection, by=by, verb=verb, subject=document.title, now=now, detail=said | detail)


def add_file(
    *,
    inspection: Inspection,
    document: str,
    part: str,
    received: Received,
    as_at: date | None,
    by: User | None,
    now: datetime,
    names_children: bool = False,
    covers: Iterable[str] = (),
) -> Added:
    """Store a received file as new evidence in a part of a document.

    `as_at` is the date of the content, required if the part is dated; `covers` are keys of what the part asks for, none
    if that is not known yet. The same bytes in the same part are recognised and change nothing. Raises Refused, and
    stores nothing, for a file that is not accepted (empty, too large, encrypted, of a type that is not allowed or not
    what its name says), for a missing or future date, if there is a nil return, and when the disk fails.
    """
    _, asked = document_and_part(inspection, document, part)
    with received_as(received) as (storing, recognised):
        as_at, covered = date_of(asked, as_at, now), covers_of(inspection, asked, covers)
        with transaction.atomic():
            inspection = locked_for_change(inspection, sha256=received.sha256)
            if (twin := twin_of(inspection, document, part, received.sha256)) is not None:
                if twin.fault and twin.as_at == as_at:
                    _mend(twin, storing.take(), by=by, now=now)
                return _already_here(twin, as_at, covered)
            refuse_beside_nil_return(inspection, document, asked)
            file = File.objects.create(
                inspection=inspection,
                document=document,
                part=part,
                label=received.name or "file",
                names_children=names_children,
            )
            version = Version.objects.create(
                file=file,
                number=1,
                stored_name=storing.take(),
                original_name=received.name or "file",
                size=received.size or 0,
                sha256=received.sha256,
                declared_type=(received.content_type or "")[:150],
                detected_type=recognised.mime,
                remark=recognised.remark,
                as_at=as_at,
                covers=covered,
                uploaded_at=now,
                uploaded_by=by,
            )
            _record(file, by=by, verb="file added", now=now, version=version)
    return Added(version, is_new=True)


def refuse_beside_nil_return(inspection: Inspection, document: str, part: Part) -> None:
    if NilReturn.objects.filter(inspection=inspection, document=document, part=part.key, withdrawn_at=None).exists():
        raise Refused(
            f"There is a nil return for “{part.label}”. Withdraw it first: a part cannot have files and a statement "
            "that there are none."
        )


def replace_file(
    *,
    file: File,
    received: Received,
    as_at: date | None,
    by: User | None,
    now: datetime,
    note: str = "",
    seen: int | None = None,
    covers: Iterable[str] | None = None,
) -> Added:
    """Make a received file the new version of a file that is here. Earlier versions are kept.

    `note` says why, if the person gave a reason. `seen` is the number of the version that the person was looking at:
    people who made another version since then are told. `covers` are keys of what the part asks for; None repeats what
    the version before covers. The bytes that are already current, with the same date and coverage, change nothing.
    Raises Refused as `add_file` does, also if another file of the part has the same bytes, or the file was removed.
    """
    with received_as(received) as (storing, recognised), transaction.atomic():
        file = live_file(file, sha256=received.sha256)
        _, asked = document_and_part(file.inspection, file.document, file.part)
        as_at = date_of(asked, as_at, now)
        earlier = file.versions.order_by("-number")[0]
        covered = earlier.covers if covers is None else covers_of(file.inspection, asked, covers)
        twin = twin_of(file.inspection, file.document, file.part, received.sha256)
        if twin is not None and (twin.file_id != file.pk or (twin.as_at, twin.covers) == (as_at, covered)):
            if twin.fault and twin.file_id == file.pk:
                _mend(twin, storing.take(), by=by, now=now)
            return _same_bytes(twin, file)
        version = Version.objects.create(
            file=file,
            number=next_number(file),
            stored_name=storing.take() if twin is None or twin.fault else twin.stored_name,
            original_name=received.name or "file",
            size=received.size or 0,
            sha256=received.sha256,
            declared_type=(received.content_type or "")[:150],
            detected_type=recognised.mime,
            remark=recognised.remark,
            as_at=as_at,
            note=one_line(note)[:500],
            covers=covered,
            seen=seen,
            uploaded_at=now,
            uploaded_by=by,
        )
        # A label that somebody chose is kept; one that was only the old file's name follows the new file's name.
        if file.label == earlier.original_name:
            File.objects.filter(pk=file.pk).update(label=version.original_name)
        _record(file, by=by, verb="file replaced", now=now, version=version)
        made_meanwhile = tuple(concurrent_replacements.between(version))
        if made_meanwhile:
            concurrent_replacements.tell_others(version, file.inspection, now=now)
    return Added(version, is_new=True, made_meanwhile=made_meanwhile)


def _same_bytes(twin: Version, file: File) -> Added:
    if twin.file_id == file.pk:
        return Added(twin, is_new=False)
    raise Refused(
        "This is the same as another file of this part, so it cannot replace this one. Choose a different file, or "
        "remove this one.",
        field="file",
    )


def live_file(file: File, *, sha256: str = "") -> File:
    """The file, read under the inspection's lock (`locked_for_change`); raises Refused if it was removed."""
    inspection = locked_for_change(file.inspection, sha256=sha256)
    row = File.objects.filter(pk=file.pk).first()
    if row is None or row.is_archived:
        raise Refused("This file was removed in the meantime. Put it back first.")
    row.inspection = inspection
    return row


@transaction.atomic
def restore_version(*, version: Version, by: User | None, now: datetime) -> Added:
    """Make an old version current again, as a new version with the same bytes, date and coverage. Nothing is lost.

    Restoring the current version changes nothing. If the file was moved since, the new version covers only what its
    part asks for. Raises Refused if the file was removed, if another file of the part has the same bytes, and for a
    version without a date if the part asks for one.
    """
    file = live_file(version.file)
    _, asked = document_and_part(file.inspection, file.document, file.part)
    version = Version.objects.get(pk=version.pk)  # Its bytes may have been repaired in the meantime.
    current = current_versions().get(file=file)
    covers = covers_in(file.inspection, asked, version.covers)
    if (current.sha256, current.as_at, current.covers) == (version.sha256, version.as_at, covers):
        return Added(current, is_new=False)
    if asked.dated and version.as_at is None:
        raise Refused(
            f"Version {version.number} has no date, and “{asked.label}” asks for one. Add the file again as a new "
            "version, with its date."
        )
    twin = twin_of(file.inspection, file.document, file.part, version.sha256)
    if twin is not None and twin.file_id != file.pk:
        raise Refused("The same file is in this part already, so this version was not restored.")
    note = f"Version {version.number} restored"
    restored = as_new_version(version, file, as_at=version.as_at, covers=covers, note=note, by=by, now=now)
    _record(file, by=by, verb="version restored", now=now, version=restored, restored=version.number)
    return Added(restored, is_new=True)


@transaction.atomic
def describe_file(
    *,
    file: File,
    label: str,
    names_children: bool,
    as_at: date | None,
    covers: Iterable[str] | None = None,
    by: User | None,
    now: datetime,
) -> bool:
    """Change a file's name on the page, whether it names children, its date or what it covers.

    Returns whether anything changed. A corrected date or coverage makes a new version with the same bytes (`covers`
    None leaves the coverage unchanged). So does saying that a file no longer names children: more people can then open
    it and it goes into the pack itself, which nobody has approved. Raises Refused without a name and for a missing or
    future date.
    """
    if not label.strip():
        raise Refused("Enter what the file is called.", field="label")
    file = live_file(file)
    _, asked = document_and_part(file.inspection, file.document, file.part)
    as_at = date_of(asked, as_at, now)
    label = clean_name(label)
    current = current_versions().get(file=file)
    covered = current.covers if covers is None else covers_of(file.inspection, asked, covers)
    changed = [
        name
        for name, before, after in (
            ("name", file.label, label),
            ("names children", file.names_children, names_children),
            ("date", current.as_at, as_at),
            ("what it covers", current.covers, covered),
        )
        if before != after
    ]
    if not changed:
        return False
    notes = [NO_CHILDREN] if file.names_children and not names_children else []
    if current.as_at != as_at:
        notes.append("Date corrected")
    if current.covers != covered:
        notes.append("What it covers corrected" if current.covers else "What it covers said")
    File.objects.filter(pk=file.pk).update(label=label, names_children=names_children)
    if notes:
        current = as_new_version(current, file, as_at=as_at, covers=covered, note="; ".join(notes), by=by, now=now)
    _record(file, by=by, verb="file described", now=now, version=current, changed=changed)
    return True


@transaction.atomic
def remove_file(*, file: File, by: User | None, now: datetime) -> bool:
    """Take a file out of its document. Returns whether it was in. Its versions are kept and it can be put back."""
    locked_for_change(file.inspection)
    if not File.objects.filter(pk=file.pk, archived_at=None).update(archived_at=now, archived_by=by):
        return False
    file.refresh_from_db(fields=["document", "part"])  # It may have been moved in the meantime.
    _record(file, by=by, verb="file removed", now=now)
    return True


@transaction.atomic
def put_back_file(*, file: File, by: User | None, now: datetime) -> bool:
    """Put a removed file back into its document. Returns whether it was out.

    Raises Refused if the same bytes were added again in the meantime, or if there is a nil return for the part.
    """
    inspection = locked_for_change(file.inspection)
    file.refresh_from_db(fields=["archived_at", "document", "part"])
    if not file.is_archived:
        return False
    _, asked = document_and_part(inspection, file.document, file.part)
    refuse_beside_nil_return(inspection, file.document, asked)
    last = file.versions.order_by("-number")[0]
    if twin_of(inspection, file.document, file.part, last.sha256) is not None:
        raise Refused("The same file was added again in the meantime, so this one was not put back.")
    File.objects.filter(pk=file.pk).update(archived_at=None, archived_by=None)
    _record(file, by=by, verb="file put back", now=now, version=last)
    return True


def sweep(*, now: datetime) -> int:
    """Delete stored files that no version refers to and that nobody has touched for a day. Returns how many."""
    before = now - timedelta(days=1)
    converted = office.sweep(before=before, known=set(Version.objects.values_list("sha256", flat=True)))
    return converted + storage.sweep(before=before, known=set(Version.objects.values_list("stored_name", flat=True)))
