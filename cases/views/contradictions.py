"""Contradictions between lists, child by child: explain them or open them again. For case officers."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from cases import contradictions
from cases.lists.forms import ContradictionFilter, ExplainForm
from cases.lists.presenting import contradictions_in_words
from cases.lists.querying import PER_PAGE
from cases.models import Access, Contradiction
from cases.privacy.log import log
from cases.state import cases_state
from cases.value_labels import value_labels_of
from cases.views.children import child_or_404, show_child
from cases.views.lists import crumbs
from cases.views.pages import case_page
from inspections.access import InspectionViewer
from refusals import refusal_in_banner, refusal_on


@require_safe
@case_page(Permission.READ_CASES, Access.What.LIST)
def contradictions_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    labels = value_labels_of(viewer.snapshot.framework)
    form = ContradictionFilter(
        request.GET,
        lists=[(each.key, each.short) for each in labels.framework.case_lists],
        rules=[(rule.key, rule.text) for rule in contradictions.rules_between_lists(labels.framework)],
    )
    rows = Contradiction.objects.filter(inspection=viewer.inspection, **form.wanted())
    rows = rows.select_related("child", "noted_by").order_by("rule", "child__folded", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    detail = f"Contradictions, page {page.number}"
    log(viewer.inspection, by=viewer.user, what=Access.What.LIST, now=viewer.now, detail=detail)
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, ("Contradictions", "")),
        "who": labels.framework.grain,
        "filter": form,
        "page": page,
        "contradictions": contradictions_in_words(page.object_list, labels),
        "state": (state := cases_state(viewer.snapshot)),
        "is_new": len(state.missing) == len(state.lists),
    }
    return render(request, "cases/contradictions.html", context)


@require_POST
@case_page(Permission.READ_CASES, Access.What.CHILD)
def explain(request: HttpRequest, viewer: InspectionViewer, key: str, pk: int) -> HttpResponse:
    child = child_or_404(viewer, key)
    contradiction = get_object_or_404(Contradiction, child=child, pk=pk)
    form = ExplainForm(request.POST)
    if form.is_valid():
        with refusal_on(form):
            contradictions.explain(
                contradiction=contradiction, note=form.cleaned_data["note"], by=viewer.user, now=timezone.now()
            )
            messages.success(request, "Explained. It is no longer counted as open.")
            return redirect("cases:child", viewer.inspection.slug, key)
    return show_child(request, viewer, child, form=form, of=pk)


@require_POST
@case_page(Permission.READ_CASES, Access.What.CHILD)
def reopen(request: HttpRequest, viewer: InspectionViewer, key: str, pk: int) -> HttpResponse:
    contradiction = get_object_or_404(Contradiction, child=child_or_404(viewer, key), pk=pk)
    with refusal_in_banner(request):
        if contradictions.reopen(contradiction=contradiction, by=viewer.user, now=timezone.now()):
            messages.success(request, "The explanation is taken back. The contradiction is open again.")
    return redirect("cases:child", viewer.inspection.slug, key)
