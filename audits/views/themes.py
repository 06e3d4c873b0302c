"""Grades and themes of finished audits, in number; adding them to the document that takes them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from audits.moderating.blindness import hidden_from
from audits.themes import actions
from audits.themes.counting import figures
from audits.themes.forms import OfferForm
from audits.themes.paper import figures_for_all, seal
from audits.themes.presenting import Shown, chart_parts, shown
from audits.views.case_pages import crumbs
from documents.access import may_fill
from frameworks import CoreDocument, Part, covered_by
from govuk.forms import posted
from inspections.access import InspectionViewer, inspection_page
from refusals import refusal_on


@require_safe
@inspection_page(Permission.READ_AUDIT_THEMES)
def themes_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Counts only. No child is shown, so the reading is not logged."""
    found = _figures(viewer)
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, ("Grades and themes", "")),
        "figures": found,
        "chart": chart_parts(found.grades) if found.grades and not found.grades.is_hidden else [],
        "takes": None if figures_for_all(viewer.inspection).says_nothing else _taker(viewer),
        "as_at": viewer.now,
    }
    return render(request, "audits/themes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.READ_AUDIT_THEMES)
def offer_themes(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Shows what would be added to the document, and adds it."""
    taker = _taker(viewer)
    if taker is None:
        raise Http404
    document, part = taker
    slug = viewer.inspection.slug
    found, earlier = figures_for_all(viewer.inspection), actions.earlier_paper(viewer.inspection)
    form = OfferForm(
        posted(request),
        asked=covered_by(part, viewer.inspection.plan),
        earlier=earlier,
        button=f"Add to document {document.number}",
        cancel=reverse("audits:themes", args=[slug]),
        initial={"seen": seal(found)},
    )
    if form.is_valid():
        with refusal_on(form):
            covers = form.cleaned_data.get("covers", ())
            added = actions.offer_themes(
                inspection=viewer.inspection,
                covers=covers,
                seen=form.cleaned_data["seen"],
                replaces=earlier if form.cleaned_data.get("replaces") else None,
                by=viewer.user,
                now=timezone.now(),
            )
            messages.success(
                request,
                f"The grades and themes of {found.total} audits were added."
                if added.is_new
                else "These figures are here already, so nothing was changed.",
            )
            return redirect(f"{reverse('documents:document', args=[slug, document.key])}#part-{part.key}")
        # What the page shows now is what will be added next time.
        again = request.POST.copy()
        again["seen"] = seal(found)
        form.data = again
    here = f"Add to document {document.number}"
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, ("Grades and themes", reverse("audits:themes", args=[slug])), (here, "")),
        "form": form,
        "document": document,
        "part": part,
        "figures": found,
        "day": viewer.snapshot.today,
    }
    return render(request, "audits/offer_themes.html", context, status=422 if form.errors else 200)


def _figures(viewer: InspectionViewer) -> Shown:
    if not viewer.may(Permission.READ_ALL_AUDITS):
        return figures_for_all(viewer.inspection)
    without = hidden_from(viewer.inspection, viewer.user.pk)
    return shown(figures(viewer.inspection, without=without), is_whole=True)


def _taker(viewer: InspectionViewer) -> tuple[CoreDocument, Part] | None:
    """The document and the part that take the themes, if the person may fill it and nothing forbids it now."""
    taker = viewer.snapshot.framework.part_that_takes("audit-themes")
    if taker is None or not may_fill(viewer, taker[0].key) or viewer.inspection.is_withdrawn:
        return None
    return taker
