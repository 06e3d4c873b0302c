"""The same bytes in several places of an inspection: this is remarked on, and never refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from documents import access
from documents.evidence.actions import current_versions
from inspections.access import InspectionViewer


@dataclass(frozen=True, slots=True)
class DuplicatePlace:
    """Another place that has the bytes: "document 3, “The plan”", and the key of the document."""

    document: str
    words: str


def elsewhere(viewer: InspectionViewer, files: Collection[tuple[int, str]]) -> dict[int, list[DuplicatePlace]]:
    """For files (id, SHA-256), the other places with the same bytes that the person may see, by file."""
    if not files:
        return {}
    rows = current_versions().filter(file__inspection=viewer.inspection, sha256__in={sha for _, sha in files})
    there: dict[str, list[tuple[int, DuplicatePlace]]] = defaultdict(list)
    for sha, file, document, part in rows.order_by("file").values_list(
        "sha256", "file", "file__document", "file__part"
    ):
        if access.may_see(viewer, document):
            there[sha].append((file, DuplicatePlace(document, _words(viewer, document, part))))
    found = {file: _others(file, there[sha]) for file, sha in files}
    return {file: places for file, places in found.items() if places}


def _others(file: int, rows: Iterable[tuple[int, DuplicatePlace]]) -> list[DuplicatePlace]:
    return [place for other, place in rows if other != file]


def _words(viewer: InspectionViewer, key: str, part: str) -> str:
    document = viewer.snapshot.framework.document(key)
    if len(document.parts) == 1:
        return f"document {document.number}"
    return f"document {document.number}, “{document.part(part).label}”"
