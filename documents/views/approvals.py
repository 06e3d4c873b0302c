"""Approving several documents at once from the register, and how many approvals one of them needs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from documents import access
from documents.reviews import actions as reviewing
from documents.reviews.approvals import TWO
from documents.state import DocumentState
from documents.views.documents import afresh, document_or_404, to_document
from inspections.access import InspectionViewer, inspection_page
from inspections.working_days import listed
from refusals import Refused, refusal_in_banner


@require_POST
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def approve_several(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Each ticked document is approved by itself; those that changed meanwhile are named and not approved.

    The form has one `document` for each, with its key and the fingerprint of what the person saw ("3:ab12...").
    """
    ticked = dict(value.partition(":")[::2] for value in request.POST.getlist("document"))
    for key in ticked:
        access.found_or_404(access.may_approve(viewer, key))
        document_or_404(viewer, key)
    approved: list[DocumentState] = []
    refused: list[str] = []
    for key, contents in ticked.items():
        try:
            state = reviewing.approve(
                inspection=viewer.inspection, document=key, contents=contents, by=viewer.user, now=timezone.now()
            )
            approved.append(state)
        except Refused as refusal:
            number = viewer.snapshot.framework.document(key).number
            refused.append(f"Document {number} was not approved: {refusal.message}")
    _say(request, [afresh(viewer, state.document.key) for state in approved], refused)
    narrowed = QueryDict(request.POST.get("narrowed", "")).urlencode()
    address = reverse("documents:list", args=[viewer.inspection.slug])
    return redirect(f"{address}?{narrowed}" if narrowed else address)


def _say(request: HttpRequest, approved: list[DocumentState], refused: list[str]) -> None:
    """One banner for all of them."""
    if not approved and not refused:
        messages.error(request, "Tick the documents that you want to approve.")
        return
    done = [state for state in approved if state.approvals.is_complete]
    half = [state for state in approved if not state.approvals.is_complete]
    words = [f"{_named(done)} approved."] if done else []
    if half:
        words.append(f"Your approval of {_named(half).lower()} is recorded; a second person has to approve it too.")
    level = messages.ERROR if refused else messages.SUCCESS
    messages.add_message(request, level, " ".join([*words, *refused]))


def _named(found: list[DocumentState]) -> str:
    numbers = [str(state.document.number) for state in found]
    return f"Document{'s' if len(numbers) > 1 else ''} {listed(numbers)}"


@require_POST
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def ask_for(request: HttpRequest, viewer: InspectionViewer, key: str) -> HttpResponse:
    """Ask for a second pair of eyes on a document in this inspection, or for one approval, whatever the plan says."""
    access.found_or_404(access.may_return(viewer))
    state = document_or_404(viewer, key)
    needed = TWO if request.POST.get("needed") == str(TWO) else 1
    with refusal_in_banner(request):
        if reviewing.ask_for_approvals(
            inspection=viewer.inspection, document=key, needed=needed, by=viewer.user, now=timezone.now()
        ):
            number = state.document.number
            words = "two different people have" if needed == TWO else "one person has"
            messages.success(request, f"From now on {words} to approve document {number}.")
    return to_document(viewer, key)
