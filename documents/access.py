"""Who may see, fill and judge a document, and who may open a file; what state a document is in is asked elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.models import Role
from files.receiving import ReceivingHandler
from inspections.access import InspectionSight, inspection_page

#: Who sees every document.
WATCHERS = (Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE)
#: Who has the pages of documents at all; an owner has those of their own.
READERS = (*WATCHERS, Role.OWNER)
#: Who works on documents, if they are theirs; a coordinator on any.
WORKERS = (Role.COORDINATOR, Role.OWNER, Role.MEMBER)


def owns(sight: InspectionSight, document: str) -> bool:
    """Whether the person holds a post that owns the document."""
    return sight.owns(f"document:{document}")


def may_see(sight: InspectionSight, document: str) -> bool:
    return sight.has(*WATCHERS) or (sight.has(Role.OWNER) and owns(sight, document))


def may_fill(sight: InspectionSight, document: str) -> bool:
    """Whether the person may add, replace and remove files and state nil returns."""
    return sight.has(Role.COORDINATOR) or (sight.has(*WORKERS) and owns(sight, document))


#: Whoever fills a document may approve it too: an owner's or a coordinator's review signs it off.
may_approve = may_fill


def may_state_nil(sight: InspectionSight, document: str) -> bool:
    """Whether the person may state that there is nothing to supply: that is an owner's word.

    It is the coordinator's where no post that owns the document is held, since nobody else could give it.
    """
    if owns(sight, document):
        return sight.has(*WORKERS)
    owners = sight.standing.owners_of(f"document:{document}")
    return sight.has(Role.COORDINATOR) and all(owner.is_vacant for owner in owners)


def may_return(sight: InspectionSight) -> bool:
    return sight.has(Role.COORDINATOR)


def may_open(sight: InspectionSight, document: str, *, names_children: bool) -> bool:
    """Whether the person may open a file of the document and see what it is called."""
    if names_children:
        return sight.has(Role.COORDINATOR, Role.CASE_OFFICER) or (sight.has(*WORKERS) and owns(sight, document))
    return may_see(sight, document)


Check = Callable[..., object]
View = Callable[Concatenate[HttpRequest, InspectionSight, ...], HttpResponseBase]


def receiving_page(check: Check) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """A page of an inspection that takes files, which go straight to the disk, hashed, as they arrive.

    `check` is called with the sight and the address's parts and raises Http404 for who may not send here, before the
    first byte is read. Django's own check of the form's token reads the form, so it has to come after the handler that
    receives it is in place: the page is exempt from the early check and protected inside.
    """

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        protected = csrf_protect(view)

        def page(request: HttpRequest, sight: InspectionSight, *args: Any, **kwargs: Any) -> HttpResponseBase:
            check(sight, *args, **kwargs)
            request.upload_handlers = [ReceivingHandler(request)]
            return protected(request, sight, *args, **kwargs)

        page.__name__, page.__doc__ = getattr(view, "__name__", "page"), view.__doc__
        return csrf_exempt(inspection_page(*WORKERS)(page))

    return decorate


def found_or_404(condition: object) -> None:
    """What a person may not see answers as if it did not exist."""
    if not condition:
        raise Http404
