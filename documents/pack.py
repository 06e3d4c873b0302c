"""What the evidence pack takes from the documents: every document and part in order, with the files that count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from documents.models import File
from documents.records import CurrentFile
from documents.state import DocumentState, PartState, missing_in, state_of, states
from files import storage
from files.types import ending_of, shown_as
from frameworks import CoreDocument, Part
from inspections.duty import Owner
from inspections.models import Inspection
from inspections.snapshot import Snapshot
from printing import office

FileKind = Literal["pdf", "image", "office", "listed"]


@dataclass(frozen=True, slots=True)
class PackFile:
    """The current version of a file: where its bytes are, and what the manifest says about it.

    kind  `pdf` (its pages are bound in), `image` (fitted to a page), `office` (converted to pages, if LibreOffice is
          installed) or `listed` (named, and in the ZIP)
    ending  the file name ending of its type
    path  where the bytes can be read, once `at_hand` has put them there
    covers  which of the things that its part asks for it covers, in words
    remark  what readers should know about the bytes, such as that they have macros; empty for most
    name  the name of the uploaded file; label the owners' name for it
    """

    file_id: int
    version_id: int
    label: str
    name: str
    stored_name: str
    path: Path
    sha256: str
    size: int
    as_at: date | None
    kind: FileKind
    ending: str
    names_children: bool
    uploaded_by: str | None
    uploaded_at: datetime
    number: int
    remark: str
    covers: str = ""


@dataclass(frozen=True, slots=True)
class PackPart:
    """A part with its files in the order of the pack; `nil_return` is the reason given, None if there is no nil return.

    missing  what is still missing, in words; empty if nothing is
    stale    why what is there is out of date, in words; empty if it is not
    uncovered  which of the things it has to cover no file covers, if there are files
    """

    part: Part
    files: tuple[PackFile, ...]
    nil_return: str | None
    nil_return_id: int | None
    missing: str
    stale: str
    uncovered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackDocument:
    """A document for the pack; `state` is its word, `missing` what is still missing in words.

    `state` leaves out whether the document was sent before: the same documents make the same pack before and after one
    was recorded as sent.
    """

    document: CoreDocument
    state: str
    is_stale: bool
    missing: tuple[str, ...]
    owners: tuple[Owner, ...]
    parts: tuple[PackPart, ...]


def naming_children(inspection: Inspection) -> frozenset[int]:
    """Ids of the files of the inspection that are marked now as naming children."""
    return frozenset(File.objects.filter(inspection=inspection, names_children=True).values_list("pk", flat=True))


def contents(snapshot: Snapshot) -> tuple[PackDocument, ...]:
    """The documents of the framework in order, including empty ones.

    Files that later ones have replaced ("the last six") are not in the pack. Files that name children are, and marked
    as such: the pack puts them in a part of their own.
    """
    return tuple(_document(state) for state in states(snapshot).values())


def at_hand(
    documents: tuple[PackDocument, ...], folder: Path, alive: Callable[[], object] = lambda: None
) -> tuple[PackDocument, ...]:
    """The same documents with every file's bytes on this machine's disk: the stored files, or copies in `folder`.

    The caller makes and deletes `folder`; `alive` is called now and then on the way. A file that is gone from the
    storage has a path with nothing at it. Raises OSError if the storage does not answer.
    """

    def near(file: PackFile) -> PackFile:
        return replace(file, path=storage.fetch(file.stored_name, folder, alive))

    def part_near(part: PackPart) -> PackPart:
        return replace(part, files=tuple(near(file) for file in part.files))

    return tuple(replace(document, parts=tuple(map(part_near, document.parts))) for document in documents)


def _document(state: DocumentState) -> PackDocument:
    word = state_of(state.parts, state.review, None, is_approved=state.approvals.is_complete)
    return PackDocument(
        document=state.document,
        state=word,
        is_stale=state.is_stale,
        missing=missing_in(state.parts, word),
        owners=state.owners,
        parts=tuple(_part(part) for part in state.parts),
    )


def _part(state: PartState) -> PackPart:
    return PackPart(
        part=state.part,
        files=tuple(_file(row, state) for row in state.files),
        nil_return=state.nil.reason if state.nil else None,
        nil_return_id=state.nil.pk if state.nil else None,
        missing=state.missing,
        stale=state.stale,
        uncovered=tuple(each.label for each in state.uncovered) if state.files else (),
    )


def _file(row: CurrentFile, part: PartState) -> PackFile:
    return PackFile(
        file_id=row.file,
        version_id=row.version,
        label=row.label,
        name=row.original_name,
        stored_name=row.stored_name,
        path=storage.path_of(row.stored_name),
        sha256=row.sha256,
        size=row.size,
        as_at=row.as_at,
        kind=_kind(row.detected_type),
        ending=ending_of(row.detected_type),
        names_children=row.names_children,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
        number=row.number,
        remark=row.remark,
        covers=part.covered(row.covers),
    )


def _kind(mime: str) -> FileKind:
    shown = shown_as(mime)
    return "office" if shown == "listed" and office.can_convert(ending_of(mime)) else shown
