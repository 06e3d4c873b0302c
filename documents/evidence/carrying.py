"""Bringing evidence forward: copying the current files of a former inspection, with their history, into another one.

Rows are copied and bytes are shared: a version that was brought forward refers to the same stored file. The former
inspection does not change. Reviews, sendings and nil returns are not copied: they are about that inspection, and an
owner has to state again that there is nothing to supply.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.models import User
from documents.checks import locked_for_change
from documents.meetings.expected import has_calendar
from documents.models import ExpectedMeeting, File, Version
from documents.records import CurrentFile, Records, read
from frameworks import Framework, Part
from inspections import audit
from inspections.models import Inspection
from refusals import Refused

BATCH = 500

NO_PLACE = "This inspection’s framework has no such part"
NIL_RETURN = "A nil return stands for this part here"
NO_DATE = "They have no date, which this part asks for"


@dataclass(frozen=True, slots=True)
class SourcePart:
    """A part of a document as the former inspection's framework words it, with the number of files."""

    number: int
    document: str
    part: str
    files: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """What would be brought forward: `files` and where they go.

    `here` are files that are there already; the rest has no place.
    """

    files: tuple[CurrentFile, ...]
    places: tuple[SourcePart, ...]
    left_out: tuple[SourcePart, ...]
    here: int
    meetings: int


@dataclass(frozen=True, slots=True)
class BroughtForward:
    """The numbers of what was brought forward."""

    files: int
    versions: int
    meetings: int
    load: Load


@dataclass
class _Sorted:
    files: list[CurrentFile] = field(default_factory=list)
    left_out: list[tuple[CurrentFile, str]] = field(default_factory=list)
    here: int = 0


def sources(inspection: Inspection) -> list[Inspection]:
    """The other inspections of the council, latest first.

    Withdrawn ones are included, since their evidence can still be used.
    """
    return list(Inspection.objects.filter(council_id=inspection.council_id).exclude(pk=inspection.pk))


def load(*, inspection: Inspection, source: Inspection) -> Load:
    """What bringing forward from `source` would bring. Changes nothing."""
    found = _sorted(inspection, read(source), read(inspection))
    return Load(
        files=tuple(found.files),
        places=_places(source.framework, ((row, "") for row in found.files)),
        left_out=_places(source.framework, found.left_out),
        here=found.here,
        meetings=len(_meetings(inspection, source)),
    )


def _sorted(inspection: Inspection, there: Records, here: Records) -> _Sorted:
    brought = set(
        File.objects.filter(inspection=inspection, carried_from__isnull=False).values_list("carried_from", flat=True)
    )
    contents = {(row.document, row.part, row.sha256) for rows in here.files.values() for row in rows}
    nils = {(nil.document, nil.part) for nil in here.nils if nil.withdrawn_at is None}
    found = _Sorted()
    for row in (row for rows in there.files.values() for row in rows):
        part = _part(inspection.framework, row.document, row.part)
        if row.file in brought or (row.document, row.part, row.sha256) in contents:
            found.here += 1
        elif part is None:
            found.left_out.append((row, NO_PLACE))
        elif (row.document, row.part) in nils:
            found.left_out.append((row, NIL_RETURN))
        elif part.dated and row.as_at is None:
            found.left_out.append((row, NO_DATE))
        else:
            # The same bytes twice in one part would be one file too many.
            contents.add((row.document, row.part, row.sha256))
            found.files.append(row)
    return found


def _part(framework: Framework, document: str, part: str) -> Part | None:
    try:
        return framework.document(document).part(part)
    except KeyError:
        return None


def _places(framework: Framework, rows: Iterable[tuple[CurrentFile, str]]) -> tuple[SourcePart, ...]:
    counts = Counter((row.document, row.part, why) for row, why in rows)
    return tuple(
        SourcePart(document.number, document.title, part.label, counts[document.key, part.key, why], why)
        for document in framework.documents
        for part in document.parts
        for why in ("", NO_PLACE, NIL_RETURN, NO_DATE)
        if counts[document.key, part.key, why]
    )


def _meetings(inspection: Inspection, source: Inspection) -> list[ExpectedMeeting]:
    """The meetings of the former calendar that this one has never had; those taken out here are not brought again."""
    here = ExpectedMeeting.objects.filter(inspection=inspection)
    known = set(here.values_list("document", "part", "held_on"))
    return [
        row
        for row in ExpectedMeeting.objects.filter(inspection=source, removed_at=None)
        if (row.document, row.part, row.held_on) not in known
        and (part := _part(inspection.framework, row.document, row.part)) is not None
        and has_calendar(part)
    ]


@transaction.atomic
def bring_forward(*, inspection: Inspection, source: Inspection, by: User | None, now: datetime) -> BroughtForward:
    """Bring the current files of `source` with their versions, and its expected meetings, into `inspection`.

    Files brought before, and the same bytes in the same part, are recognised, so doing it twice changes nothing. Raises
    Refused for an inspection of another council and for the inspection itself.
    """
    if source.council_id != inspection.council_id or source.pk == inspection.pk:
        raise Refused("Choose another inspection of this council.", field="source")
    inspection = locked_for_change(inspection, and_source=source)
    found = load(inspection=inspection, source=source)
    meetings = _bring_meetings(inspection, source, by=by, now=now)
    versions = _bring_files(inspection, source, found.files)
    brought = BroughtForward(len(found.files), versions, meetings, found)
    if brought.files or brought.meetings:
        detail = {"from": source.slug, "files": brought.files, "versions": versions, "meetings": meetings}
        audit.record(
            inspection, by=by, verb="evidence brought forward", subject=f"From {source.title}", now=now, detail=detail
        )
    return brought


def _bring_files(inspection: Inspection, source: Inspection, rows: Iterable[CurrentFile]) -> int:
    """Copy the files and all their versions. Returns the number of versions."""
    made = {
        row.file: File(
            inspection=inspection,
            document=row.document,
            part=row.part,
            label=row.label,
            names_children=row.names_children,
            carried_from_id=row.file,
        )
        for row in rows
    }
    File.objects.bulk_create(made.values(), batch_size=BATCH)
    versions: dict[int, Version] = {}
    restored: dict[int, int] = {}
    for version in Version.objects.filter(file__inspection=source, file__archived_at=None).order_by("file", "number"):
        if version.file_id not in made:
            continue
        before = version.pk
        versions[before] = version
        if version.restores_id is not None:
            restored[before] = version.restores_id
        # A copy of the row for another file, so that fields added to versions later are copied too.
        version.pk, version.file, version.restores_id = None, made[version.file_id], None
        version._state.adding = True
    Version.objects.bulk_create(versions.values(), batch_size=BATCH)
    for old, restores in restored.items():
        versions[old].restores = versions[restores]
    Version.objects.bulk_update([versions[old] for old in restored], ["restores"], batch_size=BATCH)
    return len(versions)


def _bring_meetings(inspection: Inspection, source: Inspection, *, by: User | None, now: datetime) -> int:
    rows = [
        ExpectedMeeting(
            inspection=inspection,
            document=row.document,
            part=row.part,
            held_on=row.held_on,
            entered_at=now,
            entered_by=by,
            cancelled_at=row.cancelled_at,
            cancelled_by_id=row.cancelled_by_id,
            cancelled_reason=row.cancelled_reason,
        )
        for row in _meetings(inspection, source)
    ]
    ExpectedMeeting.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def in_words(brought: BroughtForward, title: str) -> str:
    """The words of a banner: how much was brought forward, and how much had no place."""
    left = sum(place.files for place in brought.load.left_out)
    if not brought.files and not brought.meetings:
        words = f"Nothing new was found in “{title}”, so nothing was changed."
    else:
        files = f"{brought.files} file{'' if brought.files == 1 else 's'}"
        versions = f"{brought.versions} version{'' if brought.versions == 1 else 's'}"
        words = f"{files} with {versions} brought forward from “{title}”."
        if brought.meetings:
            words += f" {brought.meetings} expected meeting{' was' if brought.meetings == 1 else 's were'} too."
    if left:
        words += f" {left} file{' has' if left == 1 else 's have'} no place here and stayed there."
    return f"{words} Nil returns have to be stated anew."
