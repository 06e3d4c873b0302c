"""Who may see, fill and judge a document, and who may open a file; what state a document is in is asked elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.permissions import Permission
from files.receiving import ReceivingHandler
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


#: Whoever fills a document may approve it too: an owner's or a coordinator's review signs it off.
may_approve = may_fill


def may_state_nil(viewer: InspectionViewer, document: str) -> bool:
    """Whether the person may state that there is nothing to supply: that is an owner's word.

    It is the coordinator's where no post that owns the document is held, since nobody else could give it.
    """
    if owns(viewer, document):
        return viewer.may(Permission.FILL_OWN_DOCUMENTS)
    owners = viewer.snapshot.owners_of(f"document:{document}")
    return viewer.may(Permission.FILL_ALL_DOCUMENTS) and all(owner.is_vacant for owner in owners)


def may_return(viewer: InspectionViewer) -> bool:
    return viewer.may(Permission.RETURN_DOCUMENTS)


def may_open(viewer: InspectionViewer, document: str, *, names_children: bool) -> bool:
    """Whether the person may open a file of the document and see what it is called."""
    if names_children:
        return viewer.may(Permission.OPEN_FILES_THAT_NAME_CHILDREN) or (
            viewer.may(Permission.FILL_OWN_DOCUMENTS) and owns(viewer, document)
        )
    return may_see(viewer, document)


Check = Callable[..., object]
View = Callable[Concatenate[HttpRequest, InspectionViewer, ...], HttpResponseBase]


def receiving_page(check: Check) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """A page of an inspection that takes files, which go straight to the disk, hashed, as they arrive.

    `check` is called with the viewer and the address's parts and raises Http404 for who may not send here, before the
    first byte is read. Django's own check of the form's token reads the form, so it has to come after the handler that
    receives it is in place: the page is exempt from the early check and protected inside.
    """

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        protected = csrf_protect(view)

        def page(request: HttpRequest, viewer: InspectionViewer, *args: Any, **kwargs: Any) -> HttpResponseBase:
            check(viewer, *args, **kwargs)
            request.upload_handlers = [ReceivingHandler(request)]
            return protected(request, viewer, *args, **kwargs)

        # Asked for by the test that holds the proxy's configuration in docs/running.md against all addresses.
        page.receives_files = True  # type: ignore[attr-defined]
        page.__name__, page.__doc__ = getattr(view, "__name__", "page"), view.__doc__
        return csrf_exempt(inspection_page(Permission.FILL_OWN_DOCUMENTS)(page))

    return decorate


def found_or_404(condition: object) -> None:
    """What a person may not see answers as if it did not exist."""
    if not condition:
        raise Http404
