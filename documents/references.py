"""How a cited file is found: the file, its version and the page."""

from __future__ import annotations

from accounts.permissions import Permission
from documents import access
from documents.models import File, Version
from documents.state import states
from govuk.addresses import address_of
from inspections.access import InspectionViewer
from inspections.references import Reference, ReferenceTarget, TargetState


def find(reference: Reference, viewer: InspectionViewer) -> ReferenceTarget | None:
    """The version of a file (`key` is the file's id), for people who may open it.

    A version is superseded once the file has other bytes. Moving or restoring a file or changing its date keeps its
    bytes.
    """
    if not reference.key.isdecimal() or not viewer.may(Permission.OPEN_FILES):
        return None
    file = File.objects.filter(inspection=viewer.inspection, pk=int(reference.key)).first()
    if file is None or not access.may_open(viewer, file.document, names_children=file.names_children):
        return None
    versions = {version.number: version for version in file.versions.all()}
    current = versions[max(versions)]
    cited = versions.get(reference.version or current.number)
    if cited is None:
        return None
    page = f"#page-{reference.page}" if reference.page else ""
    url = address_of("documents:preview", viewer.inspection.slug, cited.pk) + page
    return ReferenceTarget(_name(file, reference), url, _state(viewer, file, cited, current))


def _name(file: File, reference: Reference) -> str:
    version = f", version {reference.version}" if reference.version else ""
    return f"{file.label}{version}{f', page {reference.page}' if reference.page else ''}"


def _state(viewer: InspectionViewer, file: File, cited: Version, current: Version) -> TargetState:
    if file.is_archived:
        return TargetState.GONE
    if cited.sha256 != current.sha256:
        return TargetState.SUPERSEDED
    part = states(viewer.snapshot)[file.document].part(file.part)
    is_dropped = any(row.file == file.pk for row in part.dropped)
    return TargetState.OUT_OF_DATE if is_dropped or part.is_stale else TargetState.CURRENT
