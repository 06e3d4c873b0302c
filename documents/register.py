"""The register of documents: filtered, sorted, and as rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from documents import access
from documents.records import NAMELESS, CurrentFile
from documents.state import SUBMITTED, DocumentState, PartState
from files.types import has_macros
from govuk.components import STATES as STATE_WORDS
from inspections.access import InspectionViewer

HEADINGS = (
    "Number",
    "Document",
    "State",
    "Out of date",
    "Goes out of date on",
    "What is missing",
    "Owners",
    "Held by",
    "Files",
    "With macros",
    "Last changed",
    "Changed by",
)


def visible(viewer: InspectionViewer, states: Mapping[str, DocumentState]) -> list[DocumentState]:
    """The documents that the person may see, in the framework's order."""
    return [state for key, state in states.items() if access.may_see(viewer, key)]


def narrowed(viewer: InspectionViewer, seen: Iterable[DocumentState], wanted: Mapping[str, Any]) -> list[DocumentState]:
    """The documents that match the filters: words, state, owner (a post's id or "tbc") and "mine"."""
    words = str(wanted.get("q") or "").casefold().split()
    return [
        state
        for state in seen
        if all(word in _text(state) for word in words)
        and _is_in(state, wanted.get("state") or "")
        and _is_of(state, wanted.get("owner") or "")
        and (not wanted.get("mine") or access.owns(viewer, state.document.key))
    ]


def tickable(viewer: InspectionViewer, rows: Iterable[DocumentState]) -> frozenset[str]:
    """Keys of the documents that this person can approve now."""
    if viewer.inspection.is_withdrawn:
        return frozenset()
    return frozenset(
        state.document.key
        for state in rows
        if state.state == SUBMITTED
        and not state.is_stale
        and access.may_approve(viewer, state.document.key)
        and not state.approvals.why_not(viewer.user.pk)
    )


def _text(state: DocumentState) -> str:
    owners = " ".join(f"{owner.name} {owner.holder_name or ''}" for owner in state.owners)
    return f"{state.document.number} {state.document.title} {owners} {' '.join(state.missing)}".casefold()


def _is_in(state: DocumentState, wanted: str) -> bool:
    if wanted in ("stale", "turning"):
        return state.is_stale if wanted == "stale" else state.is_turning
    return not wanted or state.state == wanted


def _is_of(state: DocumentState, wanted: str) -> bool:
    if not wanted:
        return True
    return not state.owners if wanted == "tbc" else any(str(owner.post) == wanted for owner in state.owners)


def spreadsheet(rows: Iterable[DocumentState]) -> list[tuple[Any, ...]]:
    """The register as rows of cells, headings first. Files have rows of their own: see `files`."""
    return [HEADINGS, *(_cells(state) for state in rows)]


def _cells(state: DocumentState) -> tuple[Any, ...]:
    return (
        state.document.number,
        state.document.title,
        STATE_WORDS[state.state][0],
        "Yes" if state.is_stale else "No",
        state.turns_on,
        " ".join(state.missing),
        "; ".join(owner.name for owner in state.owners) or "tbc",
        "; ".join(owner.holder_name or "vacant" for owner in state.owners),
        sum(len(part.files) for part in state.parts),
        sum(has_macros(row.remark) for part in state.parts for row in part.files),
        state.changed_at,
        state.changed_by or "",
    )


FILE_HEADINGS = (
    "Document",
    "Part",
    "File",
    "Names children",
    "As at",
    "Version",
    "Uploaded",
    "Uploaded by",
    "Size in bytes",
    "SHA-256",
    "Needed",
    "Covers",
)


def files(viewer: InspectionViewer, rows: Iterable[DocumentState]) -> list[tuple[Any, ...]]:
    """The current files of these documents as rows of cells, headings first.

    The name and hash of a file that names children are shown only to people who may open it.
    """
    return [
        FILE_HEADINGS,
        *(
            _file_cells(viewer, state, part, row, is_needed=is_needed)
            for state in rows
            for part in state.parts
            for is_needed, found in ((True, part.files), (False, part.dropped))
            for row in found
        ),
    ]


def _file_cells(
    viewer: InspectionViewer, state: DocumentState, part: PartState, row: CurrentFile, *, is_needed: bool
) -> tuple[Any, ...]:
    may_open = access.may_open(viewer, state.document.key, names_children=row.names_children)
    return (
        state.document.number,
        part.part.label,
        row.label if may_open else NAMELESS,
        "Yes" if row.names_children else "No",
        row.as_at,
        row.number,
        row.uploaded_at,
        row.uploaded_by or "",
        row.size,
        row.sha256 if may_open else "",
        "Yes" if is_needed else "No, later ones are here",
        part.covered(row.covers),
    )
