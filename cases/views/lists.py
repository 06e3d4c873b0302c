"""The first page of the case lists, and their analysis. Both show counts only, nothing child-level."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from cases.lists.analysis import breakdowns, kept_counts
from cases.lists.forms import FindForm
from cases.lists.presenting import TONES, change, headline, sentence
from cases.state import CasesState, ListState, cases_state
from cases.value_labels import value_labels_of
from govuk.forms import lower_first
from inspections.access import InspectionViewer, inspection_page


def may_see_counts(viewer: InspectionViewer) -> bool:
    """Whether somebody may see the counts, by their role or because their post owes the sending."""
    step = viewer.snapshot.step_for("case-lists")
    return viewer.may(Permission.READ_CASE_COUNTS) or (step is not None and viewer.owns(f"step:{step.key}"))


def list_or_404(state: CasesState, key: str) -> ListState:
    """The framework's list with this key."""
    try:
        return state.of(key)
    except KeyError:
        raise Http404 from None


def crumbs(viewer: InspectionViewer, *way: tuple[str, str]) -> list[tuple[str, str]]:
    """The breadcrumbs from the first page of the case lists."""
    return [("Case lists", reverse("cases:lists", args=[viewer.inspection.slug])), *way]


@require_safe
@inspection_page(Permission.READ_OWN_WORK)
def lists_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Each list with its count. No child is shown, so the reading is not logged."""
    if not may_see_counts(viewer):
        raise Http404
    return show_lists(request, viewer)


def show_lists(request: HttpRequest, viewer: InspectionViewer, find: FindForm | None = None) -> HttpResponse:
    """The first page. If a search found nothing it is shown with the form, and the status is 422."""
    state = cases_state(viewer.snapshot)
    step = viewer.snapshot.step_for("case-lists")
    context = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "state": state,
        "headline": headline(state),
        "sentence": sentence(state),
        "rows": [(each, change(each), TONES[each.state]) for each in state.lists],
        "step": step,
        "dated": viewer.snapshot.dated(step) if step else None,
        "is_ready": not state.sent and all(each.state == "ready" for each in state.lists),
        "is_new": len(state.missing) == len(state.lists),
        # Every list is there, and what is left to do is to look at the contradictions.
        "is_contradicted": not state.missing and bool(state.contradictions),
        "may_import": viewer.may(Permission.IMPORT_CASES) and not viewer.inspection.is_withdrawn,
        "may_read": viewer.may(Permission.READ_CASES),
        "may_see_surveys": viewer.may(Permission.READ_CASE_COUNTS) and viewer.snapshot.framework.surveys,
        "find": find or FindForm(a=viewer.snapshot.framework.grain.a),
    }
    return render(request, "cases/lists.html", context, status=422 if find else 200)


@require_safe
@inspection_page(Permission.READ_OWN_WORK)
def analysis_page(request: HttpRequest, viewer: InspectionViewer, list: str) -> HttpResponse:
    """A list by age, ethnicity and so on. Small numbers are hidden from those who may not see its children."""
    if not may_see_counts(viewer):
        raise Http404
    state = cases_state(viewer.snapshot)
    shown = list_or_404(state, list)
    labels = value_labels_of(viewer.snapshot.framework)
    is_whole = viewer.may(Permission.READ_CASES)
    kept = kept_counts([shown.last, shown.before if is_whole else None])
    context = {
        "inspection": viewer.inspection,
        "who": shown.case_list.rows_are,
        "breadcrumbs": crumbs(viewer, (f"Analysis: {shown.case_list.short}", "")),
        "state": shown,
        "changed": lower_first(change(shown)),
        "lists": state.lists,
        "breakdowns": breakdowns(shown, kept, labels, is_whole=is_whole),
        "is_whole": is_whole,
        "before": shown.before if is_whole else None,
        "may_import": viewer.may(Permission.IMPORT_CASES) and not viewer.inspection.is_withdrawn,
    }
    return render(request, "cases/analysis.html", context)
