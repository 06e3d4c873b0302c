"""Who may see, fill and approve a document, and who may open a file. A document's state is in `documents.state`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponseBase

import files.receiving
from accounts.permissions import Permission
from inspections.access import InspectionViewer, inspection_page


def owns(viewer: InspectionViewer, document: str) -> bool:
    """Whether the person holds a post that owns the document."""
    return viewer.owns(f"document:{document}")


def may_see(viewer: InspectionViewer, document: str) -> bool:
    return viewer.may(Permission.READ_ALL_DOCUMENTS) or (
        viewer.may(Permission.READ_OWN_DOCUMENTS) and owns(viewer, document)
    )


def may_fill(viewer: InspectionViewer, document: str) -> bool:
    """Whether the person may add, replace and remove files and state nil returns."""
    return viewer.may(Permission.FILL_ALL_DOCUMENTS) or (
        viewer.may(Permission.FILL_OWN_DOCUMENTS) and owns(viewer, document)
    )


#: Whoever fills a document may approve it too: an owner's or a coordinator's review approves it.
may_approve = may_fill


def may_state_nil(viewer: InspectionViewer, document: str) -> bool:
    """Whether the person may state that there is nothing to supply: only an owner may.

    A coordinator may if nobody holds a post that owns the document, since nobody else could state it.
    """
    if owns(viewer, document):
        return viewer.may(Permission.FILL_OWN_DOCUMENTS)
    owners = viewer.snapshot.owners_of(f"document:{document}")
    return viewer.may(Permission.FILL_ALL_DOCUMENTS) and all(owner.is_vacant for owner in owners)


def may_return(viewer: InspectionViewer) -> bool:
    return viewer.may(Permission.RETURN_DOCUMENTS)


def may_open(viewer: InspectionViewer, document: str, *, names_children: bool) -> bool:
    """Whether the person may open a file of the document and see its name."""
    if names_children:
        return viewer.may(Permission.OPEN_FILES_THAT_NAME_CHILDREN) or (
            viewer.may(Permission.FILL_OWN_DOCUMENTS) and owns(viewer, document)
        )
    return may_see(viewer, document)


def receiving_page(check: Callable[..., object]) -> Callable[..., Callable[..., HttpResponseBase]]:
    """A page that takes files for documents; `check` is the same as in `files.receiving.receiving_page`."""
    return files.receiving.receiving_page(inspection_page(Permission.FILL_OWN_DOCUMENTS), check)


def found_or_404(condition: object) -> None:
    """The document, or 404 for one that the person may not see, as if it did not exist."""
    if not condition:
        raise Http404
