"""Bringing evidence forward from another inspection of the council; the page shows what would come first."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from documents import access
from documents.evidence import carrying
from inspections.access import InspectionViewer, inspection_page
from refusals import refusal_in_banner


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.CARRY_EVIDENCE_OVER)
def bring_forward(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """`from` in the address or the form names the inspection; without it one is chosen."""
    found = carrying.sources(viewer.inspection)
    wanted = request.POST.get("from", request.GET.get("from", ""))
    source = next((row for row in found if row.slug == wanted), None)
    access.found_or_404(source is not None or not wanted)
    if request.method == "POST" and source is not None:
        with refusal_in_banner(request):
            brought = carrying.bring_forward(
                inspection=viewer.inspection, source=source, by=viewer.user, now=timezone.now()
            )
            messages.success(request, carrying.in_words(brought, source.title))
        return redirect("documents:list", viewer.inspection.slug)
    if request.method == "POST":
        messages.error(request, "Choose the inspection that evidence is to come from.")
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": [("Documents", reverse("documents:list", args=[viewer.inspection.slug])), ("Bring forward", "")],
        "sources": found,
        "source": source,
        "load": carrying.load(inspection=viewer.inspection, source=source) if source is not None else None,
        "nothing_chosen": request.method == "POST",
    }
    return render(request, "documents/bring_forward.html", context, status=422 if request.method == "POST" else 200)
