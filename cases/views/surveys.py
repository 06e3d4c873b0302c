"""The surveys: what was done about each, and which children were sent the letter."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from cases.models import Access
from cases.privacy.log import log
from cases.surveys import actions
from cases.surveys.forms import LetterForm, SurveyForm
from cases.surveys.recipients import left_of, recipients
from cases.surveys.state import SurveyState, survey_state, survey_states
from cases.views.lists import crumbs
from cases.views.pages import case_page
from govuk.forms import posted
from inspections.access import InspectionViewer, inspection_page
from refusals import Refused, refusal_in_banner, refusal_on

#: Children on a page. Django refuses forms with too many fields.
PER_PAGE = 100
WHY = "why-"


@require_safe
@inspection_page(Permission.READ_CASE_COUNTS)
def surveys_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    states = survey_states(viewer.snapshot)
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, ("Surveys", "")),
        "states": states,
        "open": [state for state in states if not state.is_done],
        "may_record": viewer.may(Permission.RECORD_SURVEYS) and not viewer.inspection.is_withdrawn,
        "may_letters": viewer.may(Permission.RECORD_SURVEY_LETTERS),
        "may_import": viewer.may(Permission.IMPORT_CASES),
    }
    return render(request, "cases/surveys/all.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.RECORD_SURVEYS)
def survey_page(request: HttpRequest, viewer: InspectionViewer, survey: str) -> HttpResponse:
    """What is recorded about one survey."""
    state = _state(viewer, survey)
    form = SurveyForm(posted(request), initial=_initial(state))
    if form.is_valid():
        with refusal_on(form, renamed={"sent_at": "day"}):
            changed = actions.record_survey(**_said_by(viewer, survey), **form.facts())
            messages.success(request, f"{state.survey.title}: recorded." if changed else "Nothing changed.")
            return redirect("cases:surveys", viewer.inspection.slug)
    way = _way(viewer, (state.survey.title, ""))
    context = {"inspection": viewer.inspection, "breadcrumbs": way, "state": state, "form": form}
    return render(request, "cases/surveys/one.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@case_page(Permission.RECORD_SURVEY_LETTERS, Access.What.SURVEY)
def letters_page(request: HttpRequest, viewer: InspectionViewer, survey: str) -> HttpResponse:
    """The letters, child by child, undecided ones first. A page of them is recorded at once, with exceptions."""
    state = _with_letters(viewer, survey)
    if request.method == "POST" and not viewer.inspection.is_withdrawn:
        shown = request.POST.getlist("shown")[: PER_PAGE + 1]
        whys = {key: request.POST.get(f"{WHY}{key}", "").strip() for key in shown}
        not_sent = {key: why for key, why in whys.items() if why}
        with refusal_in_banner(request):
            sent = [key for key in shown if key not in not_sent]
            number = actions.record_letters(sent=sent, not_sent=not_sent, **_said_by(viewer, survey))
            messages.success(request, _said(number, len(not_sent)))
        return redirect("cases:survey-letters", viewer.inspection.slug, survey)
    log(viewer.inspection, by=viewer.user, what=Access.What.SURVEY, now=timezone.now(), list=_list_of(state))
    return _show_letters(request, viewer, state)


@require_POST
@case_page(Permission.RECORD_SURVEY_LETTERS, Access.What.SURVEY)
def all_sent(request: HttpRequest, viewer: InspectionViewer, survey: str) -> HttpResponse:
    """Records the letter as sent to every child without a record."""
    _with_letters(viewer, survey)
    seen = request.POST.get("seen", "")
    with refusal_in_banner(request):
        if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
            raise Refused("Open the letters again, then press the button.")
        number = actions.record_all_sent(seen=int(seen), **_said_by(viewer, survey))
        messages.success(request, _said(number, 0))
    return redirect("cases:survey-letters", viewer.inspection.slug, survey)


@require_http_methods(["GET", "HEAD", "POST"])
@case_page(Permission.RECORD_SURVEY_LETTERS, Access.What.SURVEY)
def letter_page(request: HttpRequest, viewer: InspectionViewer, survey: str, key: str) -> HttpResponse:
    """One child's letter: sent or not, and why."""
    state = _with_letters(viewer, survey)
    child = get_object_or_404(recipients(state.survey, viewer.snapshot), key=key)
    initial = {"was_sent": {True: "yes", False: "no"}.get(child.was_sent), "why_not": child.why_not or ""}
    form = LetterForm(posted(request), initial=initial)
    if form.is_valid():
        was_sent, why = form.cleaned_data["was_sent"] == "yes", form.cleaned_data["why_not"]
        with refusal_on(form):
            said: dict[str, Any] = {"sent": [key], "not_sent": {}} if was_sent else {"sent": [], "not_sent": {key: why}}
            actions.record_letters(**said, **_said_by(viewer, survey))
            messages.success(request, "The letter is recorded.")
            return redirect("cases:survey-letters", viewer.inspection.slug, survey)
    log(viewer.inspection, by=viewer.user, what=Access.What.SURVEY, now=timezone.now(), child=child.key)
    letters = reverse("cases:survey-letters", args=[viewer.inspection.slug, survey])
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": _way(viewer, ("Letters", letters), (child.identifier, "")),
        "state": state,
        "child": child,
        "form": form,
    }
    return render(request, "cases/surveys/letter.html", context, status=422 if form.errors else 200)


def _show_letters(request: HttpRequest, viewer: InspectionViewer, state: SurveyState) -> HttpResponse:
    everybody = recipients(state.survey, viewer.snapshot)
    which = request.GET.get("show", "")
    found = {"sent": everybody.filter(was_sent=True), "not-sent": everybody.filter(was_sent=False)}
    chosen = found.get(which, everybody.filter(was_sent=None))
    page = Paginator(chosen, PER_PAGE).get_page(request.GET.get("page"))
    children = list(page.object_list)
    left = left_of(state.survey, viewer.snapshot, children)
    rows = [{"child": child, "left": _day(left.get(child.pk)), "is_leaver": child.pk in left} for child in children]
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": _way(viewer, ("Letters", "")),
        "state": state,
        "which": which if which in found else "",
        "page": page,
        "rows": rows,
        "may_record": not viewer.inspection.is_withdrawn,
    }
    return render(request, "cases/surveys/letters.html", context)


def _said_by(viewer: InspectionViewer, survey: str) -> dict[str, Any]:
    """What every action on a survey is told: of which survey, by whom, when."""
    return {"inspection": viewer.inspection, "survey": survey, "by": viewer.user, "now": timezone.now()}


def _way(viewer: InspectionViewer, *here: tuple[str, str]) -> list[tuple[str, str]]:
    """From the case lists to the surveys, to the page itself."""
    return crumbs(viewer, ("Surveys", reverse("cases:surveys", args=[viewer.inspection.slug])), *here)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _state(viewer: InspectionViewer, survey: str) -> SurveyState:
    """One survey of the framework. Raises Http404 if there is no such survey."""
    state = survey_state(viewer.snapshot, survey)
    if state is None:
        raise Http404
    return state


def _with_letters(viewer: InspectionViewer, survey: str) -> SurveyState:
    state = _state(viewer, survey)
    if state.survey.letter is None:
        raise Http404
    return state


def _list_of(state: SurveyState) -> str:
    lists = state.survey.letter.lists if state.survey.letter else ()
    return lists[0] if len(lists) == 1 else ""


def _said(number: int, not_sent: int) -> str:
    if not number:
        return "Nothing changed."
    letters = f"{number:,} letter{'s' if number > 1 else ''} recorded"
    return f"{letters}, {not_sent} of them as not sent." if not_sent else f"{letters} as sent."


def _initial(state: SurveyState) -> dict[str, Any]:
    record = state.record
    if record is None:
        return {"passed_on_by": state.survey.passed_on_by}
    sent = timezone.localtime(record.sent_at) if record.sent_at else None
    return {
        "arrangements": record.arrangements,
        "passed_on_by": record.passed_on_by or state.survey.passed_on_by,
        "passed_on_to": record.passed_on_to,
        "day": sent.date() if sent else None,
        "time": sent.time() if sent else None,
        "closes_on": record.closes_on,
    }
