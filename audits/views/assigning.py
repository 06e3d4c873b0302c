"""Who audits which case: the load of each auditor, the people of one case, a person's own case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from audits.access import CaseViewer, audit_page
from audits.assigning import actions
from audits.assigning.actions import SomeRefused
from audits.assigning.forms import AssignForm, AssignSeveralForm, EndForm, PassOnForm, field_of
from audits.assigning.load import loads, without_auditor
from audits.checks import current_parts
from audits.models import Assignment, OwnCase
from audits.views.case_pages import audit_or_404, case_address, crumbs, show_case_form, state_of, to_case
from cases.models import Access
from govuk.forms import posted
from inspections.access import InspectionViewer, inspection_page
from refusals import Refused, refusal_in_banner, refusal_on

Part = Assignment.Part
AUDIT = Access.What.AUDIT


# --- All auditors -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.ASSIGN_AUDITORS)
def auditors(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Cases without an auditor first, each with a list to choose from, sent with one button; then who has what."""
    people, lacking = loads(viewer.inspection), without_auditor(viewer.inspection)
    form = AssignSeveralForm(posted(request), audits=lacking, loads=people)
    if form.is_valid():
        try:
            made = actions.assign_several(
                inspection=viewer.inspection, chosen=form.chosen, by=viewer.user, now=timezone.now()
            )
            messages.success(request, _assigned(len(made)))
            return redirect("audits:auditors", viewer.inspection.slug)
        except SomeRefused as refused:
            for number, words in refused.by_case.items():
                form.add_error(field_of(number) if field_of(number) in form.fields else None, words)
        except Refused as refused:
            form.add_error(None, refused.message)
    titles = {each.key: each.title for each in viewer.snapshot.framework.case_selections}
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, ("Auditors", "")),
        "loads": people,
        "lacking": [
            (audit.case, titles.get(audit.case.selection, ""), form[field_of(audit.case.number)]) for audit in lacking
        ],
        "form": form,
        "is_open": not viewer.inspection.is_withdrawn,
        "has_cases": bool(lacking) or any(load.audits for load in people) or _has_cases(viewer),
    }
    return render(request, "audits/auditors.html", context, status=422 if form.errors else 200)


def _assigned(number: int) -> str:
    if not number:
        return "Nobody was chosen, so nothing changed."
    return "1 case has its auditor." if number == 1 else f"{number} cases have their auditors."


def _has_cases(viewer: InspectionViewer) -> bool:
    return viewer.inspection.selected_cases.filter(removed_at=None).exists()


# --- The people of one case -------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@audit_page(AUDIT, Permission.ASSIGN_AUDITORS)
def people(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    """Who has which part in the audit of a case, and a form for each part that is still to be filled."""
    audit = audit_or_404(seen)
    everybody = loads(seen.viewer.inspection)
    asked = request.POST.get("part", "")
    sent = {
        part: AssignForm(
            request.POST if asked == part and request.method == "POST" else None, part=part, loads=everybody
        )
        for part in Part.values
    }
    form = sent.get(asked) if request.method == "POST" else None
    if form is not None and form.is_valid():
        given = form.cleaned_data
        with refusal_on(form):
            made = actions.assign(
                audit=audit,
                user=given["user"],
                part=asked,
                agency=given.get("agency", ""),
                by=seen.viewer.user,
                now=timezone.now(),
            )
            verb = {Part.AUDITOR: "audits", Part.CONTRIBUTOR: "contributes to", Part.MODERATOR: "moderates"}[
                Part(asked)
            ]
            messages.success(request, f"{made.user} {verb} {seen.case.title.lower()} now.")
            return redirect("audits:assign", seen.viewer.inspection.slug, seen.case.number)
    elif request.method == "POST" and form is None:
        messages.error(request, "Choose the part: auditor, contributor or moderator.")
        return redirect("audits:assign", seen.viewer.inspection.slug, seen.case.number)
    return _show_people(request, seen, sent, form)


def _show_people(
    request: HttpRequest, seen: CaseViewer, sent: dict[str, AssignForm], form: AssignForm | None
) -> HttpResponse:
    audit = audit_or_404(seen)
    counting = set(current_parts(seen.viewer.inspection.council_id).filter(audit=audit).values_list("pk", flat=True))
    rows = list(audit.assignments.select_related("user", "contribution").order_by("pk"))
    current = [row for row in rows if row.pk in counting]
    auditor = next((row for row in current if row.part == Part.AUDITOR), None)
    context = {
        "inspection": seen.viewer.inspection,
        "breadcrumbs": crumbs(seen.viewer, (seen.case.title, case_address(seen)), ("People", "")),
        "case": seen.case,
        "audit": audit,
        "state": state_of(seen),
        "auditor": auditor,
        "moderator": next((row for row in current if row.part == Part.MODERATOR), None),
        "contributors": [row for row in current if row.part == Part.CONTRIBUTOR],
        # Whoever is no auditor any more keeps a row that does not count.
        "former": [row for row in rows if row.pk not in counting],
        "own": OwnCase.objects.filter(audit=audit).select_related("user").order_by("pk"),
        "form": form,
        "forms": sent,
        "is_open": seen.is_open,
        "no_longer": actions.NO_AUDITOR_ANY_MORE,
    }
    return render(request, "audits/people.html", context, status=422 if form is not None and form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@audit_page(AUDIT, Permission.ASSIGN_AUDITORS)
def pass_on(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    """Gives the audit, with everything written so far, to another auditor."""
    audit = audit_or_404(seen)
    form = PassOnForm(posted(request), loads=loads(seen.viewer.inspection))
    if form.is_valid():
        given = form.cleaned_data
        with refusal_on(form):
            made = actions.pass_on(
                audit=audit, user=given["user"], why=given["why"], by=seen.viewer.user, now=timezone.now()
            )
            messages.success(request, f"{made.user} audits {seen.case.title.lower()} now, with all that was written.")
            return redirect("audits:assign", seen.viewer.inspection.slug, seen.case.number)
    title = f"Pass the audit of {seen.case.title.lower()} on"
    more = "What was written stays with the audit. The person who audits it now does not see the case any more."
    back = reverse("audits:assign", args=[seen.viewer.inspection.slug, seen.case.number])
    return show_case_form(request, seen, form, title=title, button="Pass it on", more=more, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
@audit_page(AUDIT, Permission.ASSIGN_AUDITORS)
def end_part(request: HttpRequest, seen: CaseViewer, pk: int) -> HttpResponse:
    """Ends a person's part, with a reason; they lose sight of the case at once."""
    audit = audit_or_404(seen)
    rows = Assignment.objects.filter(audit=audit, ended_at=None).select_related("user")
    row: Assignment = get_object_or_404(rows, pk=pk)
    row.audit = audit
    form = EndForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            if actions.end_assignment(
                assignment=row, why=form.cleaned_data["why"], by=seen.viewer.user, now=timezone.now()
            ):
                messages.success(request, f"{row.user} does not see {seen.case.title.lower()} any more.")
            return redirect("audits:assign", seen.viewer.inspection.slug, seen.case.number)
    title = f"End the part of {row.user} in {seen.case.title.lower()}?"
    more = f"{row.get_part_display()} since {timezone.localtime(row.assigned_at):%-d %B %Y}. What they wrote is kept."
    back = reverse("audits:assign", args=[seen.viewer.inspection.slug, seen.case.number])
    return show_case_form(request, seen, form, title=title, button="End the part", more=more, harm=True, back=back)


# --- A person's own case ----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@audit_page(AUDIT)
def own_case(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    """Somebody with a part says that they work with the child. They never see the case again."""
    audit = audit_or_404(seen, seen.part is not None)
    if request.method == "POST":
        with refusal_in_banner(request):
            actions.declare_own_case(audit=audit, user=seen.viewer.user, by=seen.viewer.user, now=timezone.now())
            words = (
                f"{seen.case.title} is your own case, so you have no part in its audit any more. Thank you for saying."
            )
            messages.success(request, words)
            return redirect("audits:list", seen.viewer.inspection.slug)
        return to_case(seen)
    title = f"Is {seen.case.title.lower()} your own case?"
    more = (
        "Say so if you work with this child or the family, or did. Somebody else then takes the audit over, with what "
        "you have written. You will not see this case here again, and case officers see why."
    )
    form: Any = forms.Form()
    return show_case_form(request, seen, form, title=title, button="It is my own case", more=more, harm=True)
