"""The register of core documents, the page of one document, and its approvals, returns and nil returns."""

from __future__ import annotations

from typing import Any, NoReturn
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from documents import access, presenting, register
from documents.forms import CommentForm, NilReturnForm, RegisterFilter, ReturnForm
from documents.models import NilReturn
from documents.reviews import actions as reviewing
from documents.reviews.comments import comments_on
from documents.state import STATES, DocumentState, PartState, states, summary
from documents.tables import RegisterTable
from govuk.components import STATES as STATE_WORDS
from govuk.export import FORMATS, book_response, rows_response
from govuk.forms import posted
from inspections.access import InspectionViewer, inspection_page
from refusals import refusal_in_banner, refusal_on

#: The place of each state in the bar above the register.
COLOURS = {
    "missing": "orange",
    "partial": "yellow",
    "returned": "purple",
    "submitted": "blue",
    "approved": "green",
    "sent": "teal",
}
#: The session's key for the document to which a page with JavaScript adds files one by one, and since when.
ADDED = "documents-added"


def _not_here() -> NoReturn:
    raise Http404


def document_or_404(viewer: InspectionViewer, key: str) -> DocumentState:
    """The document, if the framework has it and the person may see it; otherwise 404."""
    state = states(viewer.snapshot).get(key) if access.may_see(viewer, key) else None
    return state or _not_here()


def part_or_404(state: DocumentState, key: str) -> PartState:
    """The part of the document with this key."""
    return next((part for part in state.parts if part.part.key == key), None) or _not_here()


def fillable_or_404(viewer: InspectionViewer, key: str) -> DocumentState:
    """The document, if the person may add to it and change what is in it."""
    access.found_or_404(access.may_fill(viewer, key))
    return document_or_404(viewer, key)


def afresh(viewer: InspectionViewer, key: str) -> DocumentState:
    """The document, read again after it was changed."""
    return states(viewer.snapshot)[key]


def to_document(viewer: InspectionViewer, key: str, part: str = "") -> HttpResponse:
    """Redirect to the document's page, at one of its parts if one is given."""
    address = reverse("documents:document", args=[viewer.inspection.slug, key])
    return redirect(f"{address}#part-{part}" if part else address)


def crumbs(viewer: InspectionViewer, state: DocumentState | None = None, here: str = "") -> list[tuple[str, str]]:
    """The breadcrumbs: the register, the document, this page."""
    slug = viewer.inspection.slug
    way = [("Documents", reverse("documents:list", args=[slug]) if state else "")]
    if state:
        title = f"{state.document.number}. {state.document.title}"
        short = title if len(title) <= 60 else f"{title[:59].rstrip()}…"
        way.append((short, reverse("documents:document", args=[slug, state.document.key]) if here else ""))
    return [*way, (here, "")] if here else way


def _narrowed(
    request: HttpRequest, viewer: InspectionViewer
) -> tuple[RegisterFilter, list[DocumentState], list[DocumentState]]:
    """The filter form, the documents that the person sees, and those of them that match."""
    seen = register.visible(viewer, states(viewer.snapshot))
    owners = [owner for state in seen for owner in state.owners]
    form = RegisterFilter(request.GET, owners=owners, is_mine_only=not viewer.may(Permission.READ_ALL_DOCUMENTS))
    wanted = form.cleaned_data if form.is_valid() else {}
    return form, seen, register.narrowed(viewer, seen, wanted)


@require_safe
@inspection_page(Permission.READ_OWN_DOCUMENTS)
def list_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    form, seen, found = _narrowed(request, viewer)
    tickable = register.tickable(viewer, found)
    table = RegisterTable(found, slug=viewer.inspection.slug, tickable=tickable)
    table.request = request
    # Only by a column of the table: the library takes anything else for a path through records, and warns.
    order = [name for name in request.GET.getlist("sort") if name.removeprefix("-") in table.columns.names()]
    if order:
        table.order_by = order
    counts = summary({state.document.key: state for state in seen})
    context = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "breadcrumbs": crumbs(viewer),
        "filter": form,
        "table": table,
        "tickable": len(tickable),
        "seen": len(seen),
        "found": len(found),
        "ready": sum(state.is_ready for state in seen),
        "stale": sum(state.is_stale for state in seen),
        "turning": sum(state.is_turning for state in seen),
        "unowned": sum(not state.owners for state in seen),
        "bar": [(STATE_WORDS[name][0], counts[name], COLOURS[name]) for name in reversed(STATES)],
        "formats": sorted(FORMATS),
        "may_add_many": not viewer.inspection.is_withdrawn
        and any(access.may_fill(viewer, state.document.key) for state in seen),
        "may_bring": viewer.may(Permission.CARRY_EVIDENCE_OVER) and not viewer.inspection.is_withdrawn,
    }
    return render(request, "documents/list.html", context)


@require_safe
@inspection_page(Permission.READ_OWN_DOCUMENTS)
def export(request: HttpRequest, viewer: InspectionViewer, fmt: str) -> HttpResponse:
    """The register as narrowed in the address, as a spreadsheet; a workbook has the files on a second sheet."""
    access.found_or_404(fmt in FORMATS)
    _, _, found = _narrowed(request, viewer)
    if fmt == "xlsx":
        sheets = {"Documents": register.spreadsheet(found), "Files": register.files(viewer, found)}
        return book_response(sheets, f"documents-{viewer.inspection.slug}")
    return rows_response(register.spreadsheet(found), fmt, f"documents-{viewer.inspection.slug}")


@require_safe
@inspection_page(Permission.READ_OWN_DOCUMENTS)
def document_page(request: HttpRequest, viewer: InspectionViewer, key: str) -> HttpResponse:
    state = document_or_404(viewer, key)
    added = request.session.get(ADDED)
    if added and request.method == "GET":
        del request.session[ADDED]
        count = presenting.added_since(viewer, key, added["since"]) if _is_here(added, viewer, key) else 0
        if count:
            what = "1 file" if count == 1 else f"{count} files"
            messages.success(request, f"{what} added. {presenting.what_follows(state)}")
    return show_document(request, viewer, state)


def _is_here(added: dict[str, Any], viewer: InspectionViewer, key: str) -> bool:
    return added["inspection"] == viewer.inspection.pk and added["document"] == key


def show_document(
    request: HttpRequest,
    viewer: InspectionViewer,
    state: DocumentState,
    *,
    return_form: ReturnForm | None = None,
    comment_form: CommentForm | None = None,
) -> HttpResponse:
    """The page of a document; if a form has errors, they are shown and the status is 422."""
    faulty = return_form or comment_form
    step = viewer.snapshot.step_for("documents")
    dated = viewer.snapshot.dated(step) if step else None
    is_open = not viewer.inspection.is_withdrawn
    may_fill = access.may_fill(viewer, state.document.key) and is_open
    context = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "breadcrumbs": crumbs(viewer, state),
        "state": state,
        "sentence": presenting.sentence(state),
        "parts": presenting.part_rows(viewer, state),
        "step": step,
        "dated": dated,
        "is_late": not state.is_ready and bool(dated and dated.due and viewer.snapshot.now > dated.due),
        "may_fill": may_fill,
        "may_state_nil": is_open and access.may_state_nil(viewer, state.document.key),
        "may_approve": is_open and access.may_approve(viewer, state.document.key),
        "may_return": is_open and access.may_return(viewer),
        "why_not": state.approvals.why_not(viewer.user.pk),
        "why_not_one": state.approvals.why_not_one(viewer.user.pk),
        "form": faulty,
        "return_form": return_form or ReturnForm(initial={"contents": state.contents}),
        "reviews": presenting.reviews(viewer, state),
        "comments": comments_on(viewer.inspection, state.document.key),
        "comment_form": comment_form or CommentForm(initial={"once": uuid4()}),
        "may_comment": is_open,
        "removed": presenting.removed_files(viewer, state),
        **presenting.upload_facts(),
    }
    return render(request, "documents/document.html", context, status=422 if faulty else 200)


@require_POST
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def approve(request: HttpRequest, viewer: InspectionViewer, key: str) -> HttpResponse:
    access.found_or_404(access.may_approve(viewer, key))
    document_or_404(viewer, key)
    contents = request.POST.get("contents", "")
    with refusal_in_banner(request):
        reviewing.approve(
            inspection=viewer.inspection, document=key, contents=contents, by=viewer.user, now=timezone.now()
        )
        after = afresh(viewer, key)
        messages.success(request, after.approvals.what_follows(after.document.number))
    return to_document(viewer, key)


@require_POST
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def return_document(request: HttpRequest, viewer: InspectionViewer, key: str) -> HttpResponse:
    access.found_or_404(access.may_return(viewer))
    shown = document_or_404(viewer, key)
    form = ReturnForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        with refusal_on(form):
            state = reviewing.return_document(
                inspection=viewer.inspection, document=key, by=viewer.user, now=timezone.now(), **given
            )
            owners = " and ".join(owner.name for owner in state.owners) or "whoever will own it"
            messages.success(request, f"Document {state.document.number} returned to {owners}.")
            return to_document(viewer, key)
    # What was typed is kept; the fingerprint is that of the page shown now.
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["contents"] = shown.contents  # type: ignore[index]
    return show_document(request, viewer, shown, return_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def nil_return(request: HttpRequest, viewer: InspectionViewer, key: str, part: str) -> HttpResponse:
    state = fillable_or_404(viewer, key)
    asked = part_or_404(state, part)
    access.found_or_404(asked.part.nil_return and access.may_state_nil(viewer, key))
    form = NilReturnForm(posted(request))
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        with refusal_on(form):
            reviewing.state_nil_return(
                inspection=viewer.inspection, document=key, part=part, reason=reason, by=viewer.user, now=timezone.now()
            )
            follows = presenting.what_follows(states(viewer.snapshot)[key])
            messages.success(request, f"Nil return recorded for “{asked.part.label}”. {follows}")
            return to_document(viewer, key, part)
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, state, "State a nil return"),
        "state": state,
        "part": asked,
        "form": form,
    }
    return render(request, "documents/nil_return.html", context, status=422 if form.is_bound else 200)


@require_POST
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def withdraw_nil_return(request: HttpRequest, viewer: InspectionViewer, key: str, part: str) -> HttpResponse:
    state = fillable_or_404(viewer, key)
    asked = part_or_404(state, part)
    nil = NilReturn.objects.filter(inspection=viewer.inspection, document=key, part=part, withdrawn_at=None).first()
    with refusal_in_banner(request):
        if nil and reviewing.withdraw_nil_return(nil_return=nil, by=viewer.user, now=timezone.now()):
            messages.success(request, f"The nil return for “{asked.part.label}” was withdrawn. Files can be added now.")
    return to_document(viewer, key, part)
