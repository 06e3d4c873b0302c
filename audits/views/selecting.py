"""Which cases are selected: a selection with its children, adding and taking out, and a rehearsal's sample.

For case officers only. Every reading is logged.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from audits.models import Audit, SelectedCase
from audits.selecting import actions
from audits.selecting.drawing import Sample
from audits.selecting.examining import examine
from audits.selecting.forms import SampleForm, SelectForm, TakeOutForm
from audits.selecting.showing import facts_of, in_number, sentence, shown_cases
from cases.models import Access
from cases.privacy.log import log
from cases.views.pages import case_page
from frameworks import CaseSelection
from govuk.forms import posted
from inspections.access import InspectionViewer
from refusals import refusal_on

SELECTION = Access.What.SELECTION
_FAULTS_SHOWN = 30


@require_safe
@case_page(Permission.SELECT_CASES, SELECTION)
def selection_page(request: HttpRequest, viewer: InspectionViewer, selection: str) -> HttpResponse:
    chosen = _selection_or_404(viewer, selection)
    return _show(request, viewer, chosen, SelectForm(framework=viewer.snapshot.framework))


@require_POST
@case_page(Permission.SELECT_CASES, SELECTION)
def select(request: HttpRequest, viewer: InspectionViewer, selection: str) -> HttpResponse:
    """Shows what the identifiers would add, and adds it once that is confirmed."""
    chosen = _selection_or_404(viewer, selection)
    form = SelectForm(request.POST, request.FILES, framework=viewer.snapshot.framework)
    if not form.is_valid():
        return _show(request, viewer, chosen, form)
    found = examine(viewer.inspection, chosen, form.named)
    if found.faults:
        return _show(request, viewer, chosen, _with_faults(viewer, form.named, found.faults))
    if "confirmed" not in request.POST:
        return _preview(request, viewer, chosen, form, found.children)
    with refusal_on(form):
        cases = actions.select_cases(
            inspection=viewer.inspection,
            selection=chosen.key,
            identifiers=form.named,
            by=viewer.user,
            now=timezone.now(),
        )
        messages.success(request, f"{_called(cases)} added.")
        return redirect("audits:selection", viewer.inspection.slug, chosen.key)
    return _show(request, viewer, chosen, form)


def _with_faults(viewer: InspectionViewer, named: list[str], faults: tuple[str, ...]) -> SelectForm:
    """The form with everything that is wrong. What came in a file is in the text, so that it can be put right there."""
    form = SelectForm({"identifiers": "\n".join(named)}, framework=viewer.snapshot.framework)
    for fault in faults[:_FAULTS_SHOWN]:
        form.add_error("identifiers", fault)
    if len(faults) > _FAULTS_SHOWN:
        form.add_error("identifiers", f"There are {len(faults) - _FAULTS_SHOWN} more faults.")
    return form


@require_http_methods(["GET", "HEAD", "POST"])
@case_page(Permission.SELECT_CASES, SELECTION)
def take_out(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    """Takes a case out of its selection, for a reason."""
    case = _cases(viewer).filter(number=number).first()
    if case is None:
        raise Http404
    chosen = _selection_or_404(viewer, case.selection)
    form = TakeOutForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            if actions.take_out(case=case, why=form.cleaned_data["why"], by=viewer.user, now=timezone.now()):
                messages.success(request, f"{case.title} was taken out. Its number is not used again.")
            return redirect("audits:selection", viewer.inspection.slug, chosen.key)
    key = case.child.key if case.child else ""
    log(viewer.inspection, by=viewer.user, what=SELECTION, now=viewer.now, child=key, detail=case.title)
    audit = Audit.objects.filter(case=case).first()
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": _way(viewer, chosen, ("Take out", "")),
        "selection": chosen,
        "shown": shown_cases(viewer.snapshot, [case])[0],
        "audit": audit,
        "may_change": not viewer.inspection.is_withdrawn and not (audit and audit.submitted_at),
        "form": form,
    }
    return render(request, "audits/selecting/take_out.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@case_page(Permission.SELECT_CASES, Access.What.SAMPLE)
def sample_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Draws a sample for a rehearsal: shown by stratum first, selected once that is confirmed."""
    selections = viewer.snapshot.framework.case_selections
    if not selections:
        raise Http404
    form = SampleForm(posted(request), selections=selections, initial=_initial(request, selections))
    sample = None
    if form.is_valid():
        with refusal_on(form):
            said = {key: form.cleaned_data[key] for key in ("seed", "size")}
            chosen = viewer.snapshot.framework.case_selection(form.cleaned_data["selection"])
            sample = actions.sample_for(viewer.inspection, chosen, **said, now=viewer.now)
            if "confirmed" in request.POST:
                seen = form.cleaned_data["seen"]
                cases = actions.select_sample(
                    **said, inspection=viewer.inspection, selection=chosen.key, seen=seen, by=viewer.user,
                    now=timezone.now(),
                )  # fmt: skip
                messages.success(request, f"{_called(cases)} selected, as drawn with the seed {said['seed']}.")
                return redirect("audits:selection", viewer.inspection.slug, chosen.key)
    return _show_sample(request, viewer, form, sample)


def _show_sample(
    request: HttpRequest, viewer: InspectionViewer, form: SampleForm, sample: Sample | None
) -> HttpResponse:
    if sample is not None:
        detail = f"{len(sample.cases)} cases, seed {sample.seed}"
        log(viewer.inspection, by=viewer.user, what=Access.What.SAMPLE, now=viewer.now, detail=detail)
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": _crumbs(viewer, ("Sample", "")),
        "form": form,
        "sample": sample if not form.errors else None,
        "seen": actions.token_of_sample(sample) if sample is not None else "",
        "selections": viewer.snapshot.framework.case_selections,
        "may_change": viewer.inspection.is_rehearsal and not viewer.inspection.is_withdrawn,
    }
    return render(request, "audits/selecting/sample.html", context, status=422 if form.errors else 200)


def _show(request: HttpRequest, viewer: InspectionViewer, chosen: CaseSelection, form: SelectForm) -> HttpResponse:
    """The page of a selection. If the form has errors, the status is 422."""
    log(viewer.inspection, by=viewer.user, what=SELECTION, now=viewer.now, detail=chosen.title)
    kept = [case for case in _cases(viewer) if case.selection == chosen.key]
    gone = _selected(viewer).filter(selection=chosen.key).exclude(removed_at=None).select_related("removed_by")
    step = viewer.snapshot.framework.step(chosen.step)
    counts = {each.key: 0 for each in viewer.snapshot.framework.case_selections}
    for selection in _selected(viewer).filter(removed_at=None).values_list("selection", flat=True):
        counts[selection] = counts.get(selection, 0) + 1
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": _crumbs(viewer, (chosen.title, "")),
        "selection": chosen,
        "selections": [(each, counts[each.key]) for each in viewer.snapshot.framework.case_selections],
        "sentence": sentence(chosen, len(kept)),
        "is_enough": len(kept) >= (chosen.minimum or 1),
        "is_full": chosen.maximum is not None and len(kept) >= chosen.maximum,
        "step": step,
        "dated": viewer.snapshot.dated(step),
        "rows": shown_cases(viewer.snapshot, kept),
        "gone": gone,
        "form": form,
        "may_change": not viewer.inspection.is_withdrawn,
    }
    return render(request, "audits/selecting/selection.html", context, status=422 if form.errors else 200)


def _preview(
    request: HttpRequest, viewer: InspectionViewer, chosen: CaseSelection, form: SelectForm, children: Any
) -> HttpResponse:
    log(viewer.inspection, by=viewer.user, what=SELECTION, now=viewer.now, detail=f"{chosen.title}: to be added")
    there = sum(case.selection == chosen.key for case in _cases(viewer))
    facts = facts_of(viewer.snapshot, children)
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": _way(viewer, chosen, ("What would be added", "")),
        "selection": chosen,
        "added": [facts[child.pk] for child in children],
        "there": there,
        "after": there + len(children),
        "wanted": in_number(chosen),
        "identifiers": "\n".join(form.named),
    }
    return render(request, "audits/selecting/preview.html", context)


def _selected(viewer: InspectionViewer) -> Any:
    return SelectedCase.objects.filter(inspection=viewer.inspection)


def _cases(viewer: InspectionViewer) -> Any:
    """The cases that are selected at present, each with its child."""
    return _selected(viewer).filter(removed_at=None).select_related("child", "inspection")


def _selection_or_404(viewer: InspectionViewer, key: str) -> CaseSelection:
    try:
        return viewer.snapshot.framework.case_selection(key)
    except KeyError:
        raise Http404 from None


def _way(viewer: InspectionViewer, chosen: CaseSelection, *here: tuple[str, str]) -> list[tuple[str, str]]:
    selection = reverse("audits:selection", args=[viewer.inspection.slug, chosen.key])
    return _crumbs(viewer, (chosen.title, selection), *here)


def _crumbs(viewer: InspectionViewer, *here: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Audits", reverse("audits:list", args=[viewer.inspection.slug])), *here]


def _initial(request: HttpRequest, selections: Any) -> dict[str, Any]:
    """The selection that the page was opened for, and its least size."""
    named = request.GET.get("selection", "")
    chosen = next((each for each in selections if each.key == named), selections[0])
    return {"selection": chosen.key, "size": chosen.minimum, "seed": 1}


def _called(cases: list[SelectedCase]) -> str:
    """Cases by their numbers: "Case 3", "Cases 3 and 4", "Cases 3 to 10"."""
    first, last = cases[0].number, cases[-1].number
    if first == last:
        return f"Case {first}"
    return f"Cases {first} {'and' if last == first + 1 else 'to'} {last}"
