"""The contribution of a partner agency: the child's facts, and one text. The auditor's answers are not shown."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from audits.access import CaseViewer, audit_page
from audits.models import Assignment, Contribution
from audits.views.case_pages import audit_or_404, crumbs, note_reading, state_of, to_case, wants_json
from audits.writing import contributions, presenting
from audits.writing.answers import LONGEST
from audits.writing.contributions import SavedText
from audits.writing.forms import ConcernForm, ContributionForm
from cases.models import Access
from cases.value_labels import value_labels_of
from govuk.dates import clock_time, long_datetime
from inspections.schedule import LONDON
from refusals import Refused, refusal_in_banner

CLASH = "Another text was saved in between, in another window. Yours was not saved yet."


def _own_part(seen: CaseViewer) -> Assignment:
    """The contributor's part, with its audit; Http404 for anybody else."""
    audit = audit_or_404(seen, seen.is_contributor)
    assert seen.part is not None
    seen.part.audit = audit
    return seen.part


@require_http_methods(["GET", "HEAD", "POST"])
@audit_page(Access.What.AUDIT)
def contribution(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    """The contributor's page; a POST saves the text, from a plain form or from the page's script."""
    part = _own_part(seen)
    if request.method != "POST":
        return show_contribution(request, seen)
    form = ContributionForm(request.POST)
    if not form.is_valid():
        if wants_json(request):
            faults = {"text": [str(each) for each in form.errors.get("text", ["Load the page again"])]}
            return JsonResponse({"saved": {}, "clashes": {}, "faults": faults})
        return show_contribution(request, seen, form=form)
    try:
        saved = _save(part, form, seen)
    except Refused as refused:
        if wants_json(request):
            return JsonResponse({"refused": refused.message}, status=422)
        messages.error(request, refused.message)
        return to_case(seen)
    if wants_json(request):
        return _in_json(seen, saved)
    if saved.clash is not None:
        return _show_clash(request, seen, form, saved.clash)
    messages.success(request, "Saved.")
    return to_case(seen)


def _save(part: Assignment, form: ContributionForm, seen: CaseViewer) -> SavedText:
    given = form.cleaned_data
    return contributions.save_contribution(
        assignment=part, text=given["text"], seen=given["seen"] or 0, by=seen.viewer.user, now=timezone.now()
    )


def _in_json(seen: CaseViewer, saved: SavedText) -> JsonResponse:
    clashes = {}
    if saved.clash is not None:
        note_reading(seen)
        words = f"{CLASH} The other text was saved on {long_datetime(saved.clash.saved_at)}."
        clashes = {
            "text": {"text": saved.clash.text, "shown": saved.clash.text, "version": saved.version, "words": words}
        }
    at = clock_time(seen.viewer.now.astimezone(LONDON).time())
    versions = {} if clashes else {"text": saved.version}
    return JsonResponse({"saved": versions, "clashes": clashes, "faults": {}, "at": at})


def _show_clash(request: HttpRequest, seen: CaseViewer, form: ContributionForm, clash: Contribution) -> HttpResponse:
    """Both texts; the form is now based on the other one, so that saving it again keeps the person's own."""
    fresh = ContributionForm({"text": form.cleaned_data["text"], "seen": clash.version})
    fresh.add_error("text", f"{CLASH} Keep either, or put both together, then save.")
    return show_contribution(request, seen, form=fresh, clash=clash)


@require_POST
@audit_page(Access.What.AUDIT)
def submit_contribution(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    """Saves the text, then hands it in."""
    part, form = _own_part(seen), ContributionForm(request.POST)
    if not form.is_valid():
        return show_contribution(request, seen, form=form)
    try:
        saved = _save(part, form, seen)
        if saved.clash is not None:
            return _show_clash(request, seen, form, saved.clash)
        contributions.submit_contribution(assignment=part, by=seen.viewer.user, now=timezone.now())
    except Refused as refused:
        refused.show_on(form)
        return show_contribution(request, seen, form=form)
    messages.success(request, "Your contribution is submitted. The auditor reads it now. Thank you.")
    return to_case(seen)


@require_POST
@audit_page(Access.What.AUDIT)
def reopen_contribution(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    part = _own_part(seen)
    with refusal_in_banner(request):
        if contributions.reopen_contribution(assignment=part, by=seen.viewer.user, now=timezone.now()):
            messages.success(request, "Your contribution is open again. It has to be submitted once more.")
    return to_case(seen)


def show_contribution(
    request: HttpRequest,
    seen: CaseViewer,
    *,
    form: ContributionForm | None = None,
    clash: Contribution | None = None,
    concern: ConcernForm | None = None,
) -> HttpResponse:
    """The contributor's page of the case."""
    note_reading(seen)
    part, case = _own_part(seen), seen.case
    written = Contribution.objects.filter(assignment=part).first()
    submitted_at = written.submitted_at if written else None
    initial = {"text": written.text if written else "", "seen": written.version if written else 0}
    labels = value_labels_of(seen.viewer.snapshot.framework)
    context = {
        "inspection": seen.viewer.inspection,
        "breadcrumbs": crumbs(seen.viewer, (case.title, "")),
        "seen": seen,
        "case": case,
        "audit": seen.audit,
        "part": part,
        "state": state_of(seen),
        "facts": presenting.child_facts(case.child, labels) if case.child else None,
        "written": written,
        "submitted_at": submitted_at,
        "may_write": seen.is_open and submitted_at is None,
        "may_reopen": seen.is_open and submitted_at is not None and not part.audit.submitted_at,
        "form": form or ContributionForm(initial=initial),
        "clash": clash,
        "concern_form": concern or ConcernForm(),
        "longest": f"{LONGEST:,}",
    }
    has_errors = any(each is not None and each.errors for each in (form, concern))
    return render(request, "audits/contribution.html", context, status=422 if has_errors else 200)
