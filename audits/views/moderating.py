"""The second grade of an audit, how far both agree, and follow-up actions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from audits.access import CaseViewer, NotTheirs, audit_page
from audits.models import Assignment, AuditFile, FollowUp
from audits.moderating import actions, follow_up_actions
from audits.moderating.blindness import hidden_from
from audits.moderating.follow_ups import follow_ups_context, follow_ups_of, lines, may_change
from audits.moderating.forms import AgreeForm, CloseFollowUpForm, FollowUpFilter, FollowUpForm, ModeratorForm
from audits.moderating.kappa import FEW
from audits.moderating.rule import rule_in_words
from audits.moderating.state import agreement, chosen_cases, moderated, moderation_lines
from audits.views.case_pages import asked_of, audit_or_404, case_address, crumbs, note_reading, to_case
from audits.writing import presenting
from cases.models import Access
from cases.privacy.log import log
from cases.value_labels import value_labels_of
from cases.views.pages import case_page
from frameworks import moderating
from govuk.forms import posted
from inspections.access import InspectionViewer
from refusals import refusal_in_banner, refusal_on

AUDIT = Access.What.AUDIT


@require_http_methods(["GET", "HEAD", "POST"])
@audit_page(AUDIT)
def moderate_page(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    """The moderator reads the audit without its grade and gives their own. Afterwards both grades are shown."""
    if audit_or_404(seen, seen.reads_answers).erased_at is not None:
        raise Http404
    if seen.is_moderator and seen.is_blind:
        return _moderate(request, seen)
    if request.method == "POST":
        # A moderator's second click comes when they have graded already.
        raise Http404 if seen.is_moderator else NotTheirs
    return _show_both(request, seen)


def _moderate(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    assert seen.audit is not None
    inspection = seen.viewer.inspection
    form = ModeratorForm(posted(request), grades=inspection.framework.grades)
    if form.is_valid():
        with refusal_on(form):
            actions.grade_as_moderator(audit=seen.audit, **form.cleaned_data, **_by(seen))
            messages.success(request, f"{seen.case.title}: your grade is recorded. Both grades are shown below.")
            return _to_moderation(seen)
    note_reading(seen, detail="moderation")
    context = {
        **_context(seen),
        "form": form,
        "is_submitted": seen.audit.submitted_at is not None,
        "is_open": not inspection.is_withdrawn,
        **_to_read(seen),
    }
    return render(request, "audits/moderate.html", context, status=422 if form.errors else 200)


def _to_read(seen: CaseViewer) -> dict[str, Any]:
    """What the moderator reads: the child, the answers without any grade, files, contributions, follow-up actions."""
    assert seen.audit is not None
    asked, child = asked_of(seen), seen.case.child
    answers = presenting.answered_questions(asked, presenting.answers_of(seen.audit), is_blind=True)
    return {
        "audit": seen.audit,
        "facts": presenting.child_facts(child, value_labels_of(asked.framework)) if child else None,
        "answers": [each for each in answers if not each.is_hidden],
        "contributions": presenting.contributions_to(seen.audit),
        "files": seen.audit.files.exclude(stored_name=None),
        **follow_ups_context(seen),
    }


def _show_both(request: HttpRequest, seen: CaseViewer, form: AgreeForm | None = None) -> HttpResponse:
    assert seen.audit is not None
    inspection = seen.viewer.inspection
    found = moderated(seen.audit, inspection)
    if found and form is None and _may_agree(seen):
        same = found.row.first_grade if found.is_same else ""
        initial = {"grade": found.row.agreed_grade or same, "why": found.row.why_agreed}
        form = AgreeForm(grades=inspection.framework.grades, initial=initial)
    if form is not None:
        form.helper.form_action = case_address(seen, "audits:agree-grade")
    moderator = Assignment.objects.filter(audit=seen.audit, part=Assignment.Part.MODERATOR, ended_at=None)
    note_reading(seen, detail="moderation")
    context = {
        **_context(seen),
        "moderated": found,
        "moderator": moderator.select_related("user").first(),
        "is_chosen": seen.case.number in chosen_cases(inspection),
        "is_submitted": seen.audit.submitted_at is not None,
        "form": form,
    }
    has_errors = form is not None and bool(form.errors)
    return render(request, "audits/moderation.html", context, status=422 if has_errors else 200)


@require_POST
@audit_page(AUDIT)
def agree_grade(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    """Records the agreed grade, by the moderator who has graded or a case officer."""
    audit = audit_or_404(seen, (seen.is_moderator or seen.is_officer) and not seen.is_blind)
    if not _may_agree(seen):
        raise Http404
    form = AgreeForm(request.POST, grades=seen.viewer.inspection.framework.grades)
    if form.is_valid():
        with refusal_on(form):
            actions.agree_grade(audit=audit, **form.cleaned_data, **_by(seen))
            messages.success(request, f"{seen.case.title}: the agreed grade is recorded.")
            return _to_moderation(seen)
    return _show_both(request, seen, form)


@require_safe
@case_page(Permission.READ_ALL_AUDITS, AUDIT)
def agreement_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """How far auditors and moderators agree, and which audits are moderated."""
    inspection = viewer.inspection
    hidden = hidden_from(inspection, viewer.user.pk)
    titles = {each.key: each.title for each in inspection.framework.case_selections if each.audit_step}
    log(inspection, by=viewer.user, what=AUDIT, now=viewer.now, detail="Agreement")
    context = {
        "inspection": inspection,
        "breadcrumbs": crumbs(viewer, ("Agreement", "")),
        "agreement": agreement(inspection, without=hidden),
        "lines": [
            (line, titles.get(line.selection, line.selection)) for line in moderation_lines(inspection, without=hidden)
        ],
        "few": FEW,
        "left_out": len(hidden),
        "rule": rule_in_words(moderating(inspection.plan).one_in, titles),
    }
    return render(request, "audits/agreement.html", context)


@require_safe
@case_page(Permission.READ_ALL_AUDITS, AUDIT)
def follow_ups_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """The follow-up actions of all cases, late ones first."""
    form = FollowUpFilter(request.GET if request.GET else None, initial={"show": FollowUpFilter.OPEN})
    found = lines(follow_ups_of(viewer.inspection), viewer.inspection.slug, viewer.snapshot.today)
    wanted = form.shown
    log(viewer.inspection, by=viewer.user, what=AUDIT, now=viewer.now, detail="Follow-up actions")
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, ("Follow-up actions", "")),
        "lines": [line for line in found if wanted == FollowUpFilter.ALL or line.is_open == (wanted == "open")],
        "filter": form,
        "shown": wanted,
        "open": sum(line.is_open for line in found),
        "late": sum(line.is_late for line in found),
        "closed": sum(not line.is_open for line in found),
        "may_change": not viewer.inspection.is_withdrawn,
    }
    return render(request, "audits/follow_ups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@audit_page(AUDIT)
def add_follow_up(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    _changeable_or_404(seen)
    form = FollowUpForm(posted(request), cancel=case_address(seen))
    if form.is_valid():
        with refusal_on(form):
            row = follow_up_actions.add_follow_up(audit=seen.audit, **form.cleaned_data, **_by(seen))  # type: ignore[arg-type]
            messages.success(request, f"{seen.case.title}: follow-up action {row.number} added.")
            return to_case(seen, "follow-ups")
    note_reading(seen, detail="follow-up actions")
    context = {**_context(seen, "Add a follow-up action"), "form": form}
    return render(request, "audits/add_follow_up.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@audit_page(AUDIT)
def close_follow_up(request: HttpRequest, seen: CaseViewer, action: int) -> HttpResponse:
    row = _follow_up_or_404(seen, action)
    if row.closed_at is not None and request.method != "POST":
        return to_case(seen, "follow-ups")
    files = AuditFile.objects.filter(audit=seen.audit, removed_at=None)
    initial = {"evidence": row.evidence, "file": row.file_id or ""}
    form = CloseFollowUpForm(posted(request), files=files, cancel=case_address(seen), initial=initial)
    if form.is_valid():
        with refusal_on(form):
            was_open = follow_up_actions.close_follow_up(follow_up=row, **form.facts(), **_by(seen))
            said = "closed" if was_open else "was closed already"
            messages.success(request, f"{seen.case.title}: follow-up action {row.number} {said}.")
            return to_case(seen, "follow-ups")
    note_reading(seen, detail="follow-up actions")
    context = {**_context(seen, f"Close follow-up action {row.number}"), "form": form, "row": row}
    return render(request, "audits/close_follow_up.html", context, status=422 if form.errors else 200)


@require_POST
@audit_page(AUDIT)
def reopen_follow_up(request: HttpRequest, seen: CaseViewer, action: int) -> HttpResponse:
    row = _follow_up_or_404(seen, action)
    with refusal_in_banner(request):
        follow_up_actions.reopen_follow_up(follow_up=row, **_by(seen))
        messages.success(request, f"{seen.case.title}: follow-up action {row.number} is open again.")
    return to_case(seen, "follow-ups")


def _changeable_or_404(seen: CaseViewer) -> None:
    audit = audit_or_404(seen, seen.is_officer or seen.is_auditor)
    if audit.erased_at is not None or not may_change(seen):
        raise Http404


def _follow_up_or_404(seen: CaseViewer, number: int) -> FollowUp:
    _changeable_or_404(seen)
    row = get_object_or_404(FollowUp.objects.select_related("file"), audit=seen.audit, number=number)
    row.audit = seen.audit  # type: ignore[assignment]
    return row


def _may_agree(seen: CaseViewer) -> bool:
    return (seen.is_moderator or seen.is_officer) and not seen.viewer.inspection.is_withdrawn


def _by(seen: CaseViewer) -> dict[str, Any]:
    return {"by": seen.viewer.user, "now": timezone.now()}


def _to_moderation(seen: CaseViewer) -> HttpResponse:
    return redirect(case_address(seen, "audits:moderate"))


def _context(seen: CaseViewer, here: str = "Moderation") -> dict[str, Any]:
    way = crumbs(seen.viewer, (seen.case.title, case_address(seen)), (here, ""))
    return {"inspection": seen.viewer.inspection, "breadcrumbs": way, "seen": seen, "case": seen.case}
