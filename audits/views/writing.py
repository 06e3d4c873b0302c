"""The audit of a case: the child's facts on one side, the form on the other. Every reading is logged."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission
from audits.access import CaseViewer, audit_page
from audits.checks import is_handed_over
from audits.models import Answer
from audits.moderating.follow_ups import follow_ups_context
from audits.views.case_pages import (
    asked_of,
    audit_or_404,
    case_address,
    crumbs,
    note_reading,
    show_case_form,
    state_of,
    to_case,
    wants_json,
)
from audits.views.contributing import show_contribution
from audits.writing import actions, concerns, presenting
from audits.writing.actions import Saved, Unanswered
from audits.writing.answers import LONGEST
from audits.writing.forms import AcknowledgeForm, AddFilesForm, AnswersForm, ConcernForm, ExtendForm, data_of, name_of
from audits.writing.forms import with_unsaved as form_with_unsaved
from cases.models import Access
from cases.value_labels import value_labels_of
from files.receiving import limit
from files.types import ACCEPT, IN_WORDS
from govuk.dates import clock_time, long_datetime
from govuk.forms import posted
from inspections.schedule import LONDON
from refusals import Refused, refusal_in_banner, refusal_on

CLASH = "Another answer was saved in between, in another window or by another person. Yours was not saved yet."


# --- Reading and writing ----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@audit_page(Access.What.AUDIT)
def case_page(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    """The case; a POST saves answers, all of them from a plain form, the changed ones from the page's script."""
    if request.method != "POST":
        if seen.is_contributor:
            return show_contribution(request, seen)
        return show_case(request, seen)
    audit_or_404(seen, seen.is_auditor)
    form = AnswersForm(request.POST, asked=asked_of(seen))
    try:
        saved = _save(seen, form, but=set(request.POST.getlist("take")))
    except Refused as refused:
        if wants_json(request):
            return JsonResponse({"refused": refused.message}, status=422)
        messages.error(request, refused.message)
        return to_case(seen)
    if wants_json(request):
        return _in_json(seen, form, saved)
    if saved.clashes or form.errors:
        return show_unsaved(request, seen, form, saved)
    messages.success(request, "Saved.")
    return to_case(seen)


def _save(seen: CaseViewer, form: AnswersForm, *, but: Container[str] = ()) -> Saved:
    """Save the valid answers that the person changed, `but` those of which they keep the other one."""
    form.is_valid()
    changed = {key: text for key, text in form.changed().items() if key not in but}
    return actions.save_answers(
        audit=audit_or_404(seen), answers=changed, seen=form.seen(), by=seen.viewer.user, now=timezone.now()
    )


def _in_json(seen: CaseViewer, form: AnswersForm, saved: Saved) -> JsonResponse:
    """For the page's script: the versions of what was saved, and what was not saved with the reason."""
    asked = form.asked
    if saved.clashes:
        note_reading(seen)
    questions = {each.key: each for each in asked.questions}
    clashes = {
        key: {
            "text": answer.text,
            "shown": asked.in_words(questions[key], answer.text),
            "version": answer.version,
            "words": f"{CLASH} The other answer was saved {_when(answer.saved_at)}.",
        }
        for key, answer in saved.clashes.items()
    }
    faults = {
        question.key: [str(fault) for fault in form.errors[name_of(question)]]
        for question in asked.questions
        if name_of(question) in form.errors
    }
    at = clock_time(timezone.localtime(seen.viewer.now).time())
    return JsonResponse({"saved": saved.versions, "clashes": clashes, "faults": faults, "at": at})


def _when(moment: datetime) -> str:
    return f"on {long_datetime(moment)}"


@require_POST
@audit_page(Access.What.AUDIT)
def submit(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    """Saves the form, then hands the audit in."""
    audit = audit_or_404(seen, seen.is_auditor)
    form = AnswersForm(request.POST, asked=asked_of(seen))
    try:
        saved = _save(seen, form)
        if saved.clashes or form.errors:
            return show_unsaved(request, seen, form, saved)
        actions.submit_audit(audit=audit, by=seen.viewer.user, now=timezone.now())
    except Unanswered as refused:
        return _show_unanswered(request, seen, refused)
    except Refused as refused:
        messages.error(request, refused.message)
        return to_case(seen, "concern" if refused.field == "concern" else "")
    messages.success(request, f"The audit of {seen.case.title.lower()} is submitted. Thank you.")
    return to_case(seen)


def _show_unanswered(request: HttpRequest, seen: CaseViewer, refused: Unanswered) -> HttpResponse:
    """The form again, each unanswered question marked."""
    form = form_with_unsaved(asked_of(seen), presenting.answers_of(audit_or_404(seen)), request.POST, set())
    for question in refused.questions:
        form.add_error(name_of(question), f"Answer “{question.title}” before you submit the audit")
    return show_case(request, seen, form=form)


@require_POST
@audit_page(Access.What.AUDIT)
def raise_concern(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    """Tells the coordinator and the case officers at once; what else the form holds is saved as far as it can be."""
    audit = audit_or_404(seen, seen.part is not None)
    concern = ConcernForm(request.POST)
    answers = AnswersForm(request.POST, asked=asked_of(seen)) if seen.may_write else None
    if concern.is_valid():
        with refusal_on(concern):
            told = concerns.raise_concern(
                audit=audit, words=concern.cleaned_data["concern"], by=seen.viewer.user, now=timezone.now()
            )
            _say_who_was_told(request, told)
            if answers is None:
                return to_case(seen, "concern")
            saved = _save(seen, answers)
            if saved.clashes or answers.errors:
                return show_unsaved(request, seen, answers, saved)
            return to_case(seen, "concern")
    if seen.is_contributor:
        return show_contribution(request, seen, concern=concern)
    if answers is None:
        return show_case(request, seen, concern=concern)
    answers.is_valid()
    unsaved = set(answers.changed()) | {q.key for q in answers.asked.questions if name_of(q) in answers.errors}
    form = form_with_unsaved(answers.asked, presenting.answers_of(audit), request.POST, unsaved)
    return show_case(request, seen, form=form, concern=concern)


def _say_who_was_told(request: HttpRequest, told: list[Any] | None) -> None:
    if told is None:
        messages.info(request, "These words were sent already, so nobody was told again.")
    elif told:
        people = "1 person" if len(told) == 1 else f"{len(told)} people"
        messages.success(request, f"The coordinator and the case officers are told by email: {people}.")
    else:
        messages.error(request, "Nobody here is a coordinator or case officer. Tell your manager yourself, now.")


def show_unsaved(request: HttpRequest, seen: CaseViewer, sent: AnswersForm, saved: Saved) -> HttpResponse:
    """The form after some answers could not be saved: those as they were sent, with what others saved beside them."""
    unsaved = set(saved.clashes) | {q.key for q in sent.asked.questions if name_of(q) in sent.errors}
    answers = presenting.answers_of(audit_or_404(seen))
    form = form_with_unsaved(sent.asked, answers, request.POST, unsaved)
    for key in saved.clashes:
        form.add_error(f"answer-{key}", f"{CLASH} Keep either, or put both together, then save.")
    return show_case(request, seen, form=form, clashes=saved.clashes)


def show_case(
    request: HttpRequest,
    seen: CaseViewer,
    *,
    form: AnswersForm | None = None,
    clashes: Mapping[str, Answer] | None = None,
    concern: ConcernForm | None = None,
    files: AddFilesForm | None = None,
) -> HttpResponse:
    """The page of a case, with a submitted form if it had errors."""
    note_reading(seen)
    asked, audit, case = asked_of(seen), seen.audit, seen.case
    answers = presenting.answers_of(audit) if audit else {}
    if seen.may_write and form is None:
        form = AnswersForm(initial=data_of(asked, answers), asked=asked)
    handed_over = audit is not None and is_handed_over(case)
    context = {
        "inspection": seen.viewer.inspection,
        "breadcrumbs": crumbs(seen.viewer, (case.title, "")),
        "seen": seen,
        "case": case,
        "audit": audit,
        "state": state_of(seen),
        "now": seen.viewer.now,
        "is_late": bool((state := state_of(seen)) and state.is_late(seen.viewer.now)),
        "selection": _selection_title(seen),
        "facts": presenting.child_facts(case.child, value_labels_of(asked.framework)) if case.child else None,
        "progress": presenting.progress(asked, answers) if seen.reads_answers and not seen.is_blind else "",
        "questions": presenting.asked_questions(form, answers, clashes or {}) if seen.may_write and form else [],
        "answers": presenting.answered_questions(asked, answers, is_blind=seen.is_blind),
        "contributions": presenting.contributions_to(audit) if audit else [],
        **follow_ups_context(seen),
        "files": audit.files.exclude(stored_name=None) if audit else [],
        "is_handed_over": handed_over,
        "may_reopen": bool(
            audit and audit.submitted_at and seen.is_open and not handed_over and (seen.is_auditor or seen.is_officer)
        ),
        "longest": f"{LONGEST:,}",
        "form": form,
        "concern_form": concern or ConcernForm(),
        "files_form": files or AddFilesForm(),
        "upload": {"types": IN_WORDS, "accept": ACCEPT, "most": limit()},
    }
    has_errors = any(each is not None and each.errors for each in (form, concern, files))
    return render(request, "audits/case.html", context, status=422 if has_errors else 200)


def _selection_title(seen: CaseViewer) -> str:
    titles = {each.key: each.title for each in seen.viewer.snapshot.framework.case_selections}
    return titles.get(seen.case.selection, "")


# --- Reopening, more time, acknowledging ------------------------------------------------------------------------------


@require_POST
@audit_page(Access.What.AUDIT)
def reopen(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    audit = audit_or_404(seen, seen.is_auditor or seen.is_officer)
    with refusal_in_banner(request):
        if actions.reopen_audit(audit=audit, by=seen.viewer.user, now=timezone.now()):
            messages.success(request, "The audit is open again. It has to be submitted once more.")
    return to_case(seen)


@require_http_methods(["GET", "HEAD", "POST"])
@audit_page(Access.What.AUDIT, Permission.ASSIGN_AUDITORS)
def extend(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    """More time, with a reason. Without it a late audit shows as late."""
    audit = audit_or_404(seen)
    initial: dict[str, Any] = {"at": time(17), "why": audit.why_extended}
    if audit.extended_to:
        until = timezone.localtime(audit.extended_to)
        initial |= {"on": until.date(), "at": until.time()}
    form = ExtendForm(posted(request), initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        to = datetime.combine(given["on"], given["at"], LONDON)
        with refusal_on(form, renamed={"to": "on"}):
            actions.extend_audit(audit=audit, to=to, why=given["why"], by=seen.viewer.user, now=timezone.now())
            messages.success(request, f"The audit of {seen.case.title.lower()} is due on {long_datetime(to)}.")
            return to_case(seen)
    state = state_of(seen)
    more = f"It is due on {long_datetime(state.due)}." if state and state.due else ""
    title = f"More time for the audit of {seen.case.title.lower()}"
    return show_case_form(request, seen, form, title=title, button="Give more time", more=more)


@require_http_methods(["GET", "HEAD", "POST"])
@audit_page(Access.What.AUDIT, Permission.ASSIGN_AUDITORS)
def acknowledge(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    """A case officer writes down what was done about an immediate concern."""
    audit = audit_or_404(seen)
    if audit.concern_at is None:
        raise Http404
    form: forms.Form = AcknowledgeForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            if concerns.acknowledge_concern(
                audit=audit, done=form.cleaned_data["done"], by=seen.viewer.user, now=timezone.now()
            ):
                messages.success(request, "Acknowledged. The auditor and the coordinator see that somebody acted.")
            return to_case(seen, "concern")
    note_reading(seen, detail="immediate concern")
    title = f"Acknowledge the immediate concern about {seen.case.title.lower()}"
    return show_case_form(
        request, seen, form, title=title, button="Acknowledge", quote=audit.concern, back=case_address(seen)
    )
