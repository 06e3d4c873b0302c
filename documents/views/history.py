"""The page of one file with its history, and moving it to another part or document."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from documents import access, presenting
from documents.evidence import history, moving, sameness
from documents.evidence.forms import MoveForm
from documents.models import File
from documents.views.documents import afresh, crumbs, document_or_404, part_or_404, to_document
from govuk.forms import posted
from inspections.access import InspectionViewer, inspection_page
from refusals import refusal_on


def _file_or_404(viewer: InspectionViewer, pk: int) -> File:
    rows = File.objects.select_related("inspection", "archived_by", "carried_from__inspection")
    return get_object_or_404(rows, inspection=viewer.inspection, pk=pk)


def _about(viewer: InspectionViewer, file: File, here: str) -> dict[str, Any]:
    state = document_or_404(viewer, file.document)
    return {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, state, here),
        "state": state,
        "part": part_or_404(state, file.part),
        "file": file,
    }


@require_safe
@inspection_page(Permission.READ_OWN_DOCUMENTS)
def file_page(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """Who made which version when and why, how the versions differ, and what else was done."""
    file = _file_or_404(viewer, pk)
    access.found_or_404(access.may_open(viewer, file.document, names_children=file.names_children))
    rows = history.versions(file)
    same = sameness.elsewhere(viewer, [(file.pk, rows[0].version.sha256)])
    context = _about(viewer, file, "File")
    context |= {
        "covers": context["part"].covered(rows[0].version.covers),
        "rows": rows,
        "current": rows[0].version,
        "events": history.also_done(viewer, file),
        "same": same.get(file.pk, []),
        "may_fill": access.may_fill(viewer, file.document) and not viewer.inspection.is_withdrawn,
    }
    return render(request, "documents/file.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def move(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """Move the file to another part, among those that the person fills."""
    file = _file_or_404(viewer, pk)
    access.found_or_404(access.may_fill(viewer, file.document))
    documents = [row for row in viewer.snapshot.framework.documents if access.may_fill(viewer, row.key)]
    current = file.versions.order_by("-number")[0]
    form = MoveForm(
        posted(request),
        documents=documents,
        here=(file.document, file.part),
        current=current,
        today=viewer.snapshot.today,
    )
    if form.is_valid():
        document, part = form.cleaned_data["target"].split("/")
        with refusal_on(form, otherwise="target"):
            moved = moving.move_file(
                file=file,
                document=document,
                part=part,
                as_at=form.cleaned_data["as_at"],
                by=viewer.user,
                now=timezone.now(),
            )
            state = afresh(viewer, document)
            if moved is not None:
                words = f"File moved to document {state.document.number} with its whole history."
                messages.success(request, f"{words} {presenting.what_follows(state)}")
            return to_document(viewer, document, part)
    context = _about(viewer, file, "Move a file") | {"form": form, "current": current}
    return render(request, "documents/move.html", context, status=422 if form.is_bound else 200)
