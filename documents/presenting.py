"""What the page of a document shows, made from its state: sentences, rows of files, and who may do what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from documents import access
from documents.evidence import previews, sameness
from documents.forms import MOST_ROWS, UploadOptions, UploadRow
from documents.models import File, Review, Version
from documents.records import NAMELESS, CurrentFile
from documents.state import APPROVED, MISSING, RETURNED, SENT, SUBMITTED, DocumentState, PartState
from documents.wording import capital, spelled_out
from files.receiving import limit
from files.types import ACCEPT, IN_WORDS, has_macros
from frameworks import Covered
from govuk.dates import long_date
from inspections.access import InspectionViewer


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file as a person may see it; without `may_open` its name is hidden."""

    file: int
    version: int
    name: str
    may_open: bool
    current: CurrentFile
    is_dropped: bool
    earlier: tuple[Version, ...]
    elsewhere: tuple[sameness.DuplicatePlace, ...] = ()
    # Lists show no picture of a file that names children, because seeing it counts as opening it.
    preview: str = previews.NONE
    # What it covers, in words; None if its part does not ask.
    covers: str | None = None

    @property
    def has_macros(self) -> bool:
        return has_macros(self.current.remark)


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part as the page shows it, with its files and, for people who may fill it, the form to add more."""

    state: PartState
    files: tuple[FileRow, ...]
    dropped: tuple[FileRow, ...]
    rows: tuple[UploadRow, ...]
    options: UploadOptions | None
    is_turning: bool

    @property
    def covering(self) -> list[tuple[Covered, bool]]:
        """What it has to cover, each with whether a file covers it; nothing if there is nothing to supply."""
        return [] if self.state.nil else [(each, self.state.has(each)) for each in self.state.asked]

    @property
    def anchor(self) -> str:
        return f"part-{self.state.part.key}"


def sentence(state: DocumentState) -> str:
    """The state and what is missing, in one or two sentences."""
    stale = " ".join(part.stale for part in state.parts if part.stale)
    if state.state == RETURNED and state.review:
        return f"Returned by {state.review.by or 'the coordinator'} on {long_date(state.review.at)}."
    if state.state == SENT:
        words = f"Sent to the lead inspector on {long_date(state.sent_at)}."
    elif state.state == APPROVED:
        words = f"Everything is in, and approved by {state.approved_by} on {long_date(state.approved_at)}."
    elif state.state == SUBMITTED:
        words = "Everything is in, but something is out of date." if stale else _waiting(state)
    else:
        return _lacking(state)
    return f"{words} {stale}".strip()


def _waiting(state: DocumentState) -> str:
    """What a document whose parts are all in is waiting for."""
    if state.approvals.given:
        return f"Approved by {state.approvals.names}; a second person has to approve it too."
    return f"Everything is in and waits for approval{' by two people' if state.approvals.takes_two else ''}."


def _lacking(state: DocumentState) -> str:
    needed = [part for part in state.parts if not part.part.optional]
    if state.state == MISSING and (len(needed) > 1 or not state.missing):
        return "Nothing has been added yet."
    if len(state.missing) == 1:
        return state.missing[0]
    there = sum(part.is_in for part in needed)
    return f"{capital(spelled_out(there))} of {spelled_out(len(needed))} parts {'is' if there == 1 else 'are'} in."


def what_follows(state: DocumentState) -> str:
    """The words of a banner after an action: what is still missing, or that nothing is."""
    if state.missing:
        return " ".join(state.missing[:2]) + (f" And {len(state.missing) - 2} more." if len(state.missing) > 2 else "")
    return "Nothing is missing."


def added_since(viewer: InspectionViewer, document: str, since: str) -> int:
    """How many files the person has added to a document since a time in ISO form; 0 if it is not one."""
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        return 0
    if moment.tzinfo is None:
        return 0
    rows = Version.objects.filter(file__inspection=viewer.inspection, file__document=document, number=1)
    return rows.filter(uploaded_by=viewer.user, uploaded_at__gte=moment).count()


def part_rows(viewer: InspectionViewer, state: DocumentState) -> list[PartRow]:
    """The parts of a document with their files and history."""
    earlier = _earlier(viewer, state)
    rows = [(row.file, row.sha256) for part in state.parts for row in (*part.files, *part.dropped)]
    same = sameness.elsewhere(viewer, rows)
    may_fill = access.may_fill(viewer, state.document.key) and not viewer.inspection.is_withdrawn

    def options(part: PartState) -> UploadOptions | None:
        takes_files = may_fill and part.nil is None
        return UploadOptions(asked=part.asked, auto_id=f"id_{part.part.key}_%s") if takes_files else None

    return [
        PartRow(
            state=part,
            files=tuple(_file_row(viewer, state, part, row, earlier, same, is_dropped=False) for row in part.files),
            dropped=tuple(_file_row(viewer, state, part, row, earlier, same, is_dropped=True) for row in part.dropped),
            rows=tuple(upload_rows(viewer, part)) if may_fill and part.nil is None else (),
            options=options(part),
            is_turning=bool(part.turns_on and state.horizon and part.turns_on <= state.horizon),
        )
        for part in state.parts
    ]


def _earlier(viewer: InspectionViewer, state: DocumentState) -> dict[int, list[Version]]:
    """The versions before the current one, by file, newest first."""
    current = {row.file: row.number for part in state.parts for row in (*part.files, *part.dropped)}
    versions: dict[int, list[Version]] = {}
    rows = Version.objects.filter(
        file__inspection=viewer.inspection, file__document=state.document.key, file__archived_at=None
    ).select_related("uploaded_by")
    for row in rows.order_by("file_id", "-number"):
        if row.number < current.get(row.file_id, 0):
            versions.setdefault(row.file_id, []).append(row)
    return versions


def _file_row(
    viewer: InspectionViewer,
    state: DocumentState,
    part: PartState,
    row: CurrentFile,
    earlier: dict[int, list[Version]],
    same: dict[int, list[sameness.DuplicatePlace]],
    *,
    is_dropped: bool,
) -> FileRow:
    may_open = access.may_open(viewer, state.document.key, names_children=row.names_children)
    return FileRow(
        file=row.file,
        version=row.version,
        name=row.label if may_open else NAMELESS,
        may_open=may_open,
        current=row,
        is_dropped=is_dropped,
        earlier=tuple(earlier.get(row.file, ())) if may_open else (),
        elsewhere=tuple(same.get(row.file, ())) if may_open else (),
        preview=_preview(row) if may_open else previews.NONE,
        covers=part.covered(row.covers) if part.asked else None,
    )


def _preview(row: CurrentFile) -> str:
    if row.names_children:
        return "hidden" if previews.has_pictures(row.detected_type) else previews.NONE
    return previews.state_of(row.sha256, row.detected_type)


def upload_facts() -> dict[str, Any]:
    """What a form says about the files that are accepted."""
    return {
        "types": IN_WORDS,
        "accept": ACCEPT,
        "most_bytes": limit(),
        "most_words": f"{settings.MAX_UPLOAD_MB} MB",
    }


def upload_rows(viewer: InspectionViewer, part: PartState, data: Any = None, files: Any = None) -> Iterable[UploadRow]:
    """The rows of a part's form: as many as are missing if each file has a date of its own, else one."""
    asked = part.part
    count = min(max(asked.needed - part.have, 1), MOST_ROWS) if asked.dated else 1
    if files is not None:
        # Every row that was sent is read, even from a page that was opened when more was missing.
        count = max(count, *(_row_number(name) + 1 for name in files), 1) if files else count
    for row in range(min(count, 100)):
        yield UploadRow(
            data,
            files,
            part=asked,
            today=viewer.snapshot.today,
            prefix=f"row{row}",
            auto_id=f"id_{asked.key}_%s",
        )


def _row_number(name: str) -> int:
    row = name.partition("-")[0].removeprefix("row")
    return int(row) if row.isascii() and row.isdigit() and len(row) < 4 else 0


def removed_files(viewer: InspectionViewer, state: DocumentState) -> list[tuple[File, str]]:
    """The files taken out of a document, each with its name as this person may see it."""
    rows = File.objects.filter(inspection=viewer.inspection, document=state.document.key).exclude(archived_at=None)
    return [
        (
            row,
            row.label if access.may_open(viewer, state.document.key, names_children=row.names_children) else NAMELESS,
        )
        for row in rows.select_related("archived_by").order_by("-archived_at")
    ]


def reviews(viewer: InspectionViewer, state: DocumentState) -> list[Review]:
    """Every approval and return of a document, latest first."""
    rows = Review.objects.filter(inspection=viewer.inspection, document=state.document.key)
    return list(rows.select_related("by").order_by("-at", "-pk"))
