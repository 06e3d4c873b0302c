"""Adding files to a part of a document: from a form, or one by one from the page's own script."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents import access, presenting
from documents.evidence import actions
from documents.evidence.actions import Added
from documents.forms import UploadOptions, UploadRow
from documents.state import DocumentState, PartState
from documents.views.documents import ADDED, afresh, crumbs, fillable_or_404, part_or_404, to_document
from govuk.dates import long_date
from govuk.rendering import error_summary
from inspections.access import InspectionViewer
from refusals import refusal_on


def _wants_json(request: HttpRequest) -> bool:
    """Whether the page's own script sends the files one by one, and wants JSON rather than a page."""
    return request.headers.get("Accept", "").startswith("application/json")


def _may_upload(viewer: InspectionViewer, key: str, part: str) -> None:
    part_or_404(fillable_or_404(viewer, key), part)


@require_http_methods(["GET", "HEAD", "POST"])
@access.receiving_page(_may_upload)
def upload(request: HttpRequest, viewer: InspectionViewer, key: str, part: str) -> HttpResponse:
    """Add files to a part. Each is handled by itself, so that a refused one does not hold up the others."""
    state = fillable_or_404(viewer, key)
    asked = part_or_404(state, part)
    if request.method != "POST":
        rows = list(presenting.upload_rows(viewer, asked))
        return _show_upload(
            request, viewer, state, asked, rows, UploadOptions(asked=asked.asked, auto_id=f"id_{part}_%s"), 200
        )
    options = UploadOptions(request.POST, asked=asked.asked, auto_id=f"id_{part}_%s")
    rows = list(presenting.upload_rows(viewer, asked, request.POST, request.FILES))
    added = [found for row in rows if options.is_valid() for found in _add_row(viewer, key, part, row, options)]
    if not any(row.received for row in rows):
        rows[0].add_error("file", "Choose a file")
    faults = [str(fault) for form in (*rows, options) for found in form.errors.values() for fault in found]
    if _wants_json(request):
        return _answer_in_json(request, viewer, key, added, faults)
    if added:
        messages.success(request, _words_for(added, presenting.what_follows(afresh(viewer, key))))
    if faults:
        return _show_upload(request, viewer, afresh(viewer, key), asked, rows, options, 422)
    return to_document(viewer, key, part)


def _add_row(viewer: InspectionViewer, key: str, part: str, row: UploadRow, options: UploadOptions) -> list[Added]:
    """Add the files of one row; if one is refused, the reason becomes an error of the row."""
    if not row.received or not row.is_valid():
        return []
    added = []
    for received in row.received:
        with refusal_on(row, otherwise="file"):
            added.append(
                actions.add_file(
                    inspection=viewer.inspection,
                    document=key,
                    part=part,
                    received=received,
                    as_at=row.cleaned_data.get("as_at"),
                    by=viewer.user,
                    now=timezone.now(),
                    names_children=options.cleaned_data["names_children"],
                    covers=options.cleaned_data.get("covers", ()),
                )
            )
    return added


def _words_for(added: list[Added], follows: str) -> str:
    new = [found.version for found in added if found.is_new]
    if not new:
        same = "This file is" if len(added) == 1 else "These files are"
        return f"{same} here already, so nothing was changed."
    if len(new) == 1:
        dated = f", dated {long_date(new[0].as_at)}," if new[0].as_at else ""
        words = f"“{new[0].original_name}”{dated} added."
    else:
        words = f"{len(new)} files added."
    remarks = " ".join(f"{version.original_name}: {version.remark}" for version in new if version.remark)
    known = len(added) - len(new)
    already = f" {known} {'was' if known == 1 else 'were'} here already." if known else ""
    return f"{words}{already} {remarks} {follows}".replace("  ", " ")


def _answer_in_json(
    request: HttpRequest, viewer: InspectionViewer, key: str, added: list[Added], faults: list[str]
) -> JsonResponse:
    """For the page's script: what was added and what was wrong. The banner is shown when the script opens the
    document.
    """
    new = sum(found.is_new for found in added)
    if new:
        # Files of one page arrive at the same time, so none of them counts the others: each stores the same starting
        # time.
        before = request.session.get(ADDED) or {}
        same = before.get("inspection") == viewer.inspection.pk and before.get("document") == key
        since = request.POST.get("opened") or (before["since"] if same else added[0].version.uploaded_at.isoformat())
        request.session[ADDED] = {"inspection": viewer.inspection.pk, "document": key, "since": since[:40]}
    words = " ".join(found.version.remark for found in added if found.version.remark)
    already = bool(added) and not new
    return JsonResponse(
        {"added": new, "already": already, "remark": words, "faults": faults}, status=422 if faults else 200
    )


def _show_upload(
    request: HttpRequest,
    viewer: InspectionViewer,
    state: DocumentState,
    part: PartState,
    rows: list[UploadRow],
    options: UploadOptions,
    status: int,
) -> HttpResponse:
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, state, "Add files"),
        "state": state,
        "part": part,
        "rows": rows,
        "options": options,
        # Marks the page's title as having errors; the summary covers all rows.
        "form": next((form for form in (*rows, options) if form.is_bound and form.errors), None),
        "faults": error_summary(*rows, options),
        **presenting.upload_facts(),
    }
    return render(request, "documents/upload.html", context, status=status)
