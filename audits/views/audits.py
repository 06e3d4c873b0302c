"""The list of audits: are they coming in? Auditors find their own cases on it, others numbers and states."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from audits import listing
from audits.state import AuditsState, audits_state
from inspections.access import InspectionViewer, inspection_page


def owns_a_step(viewer: InspectionViewer) -> bool:
    """Whether the plan names a post of the person for selecting cases or for handing audits over."""
    steps = {
        key for each in viewer.snapshot.framework.case_selections for key in (each.step, each.handover_step) if key
    }
    return any(viewer.owns(f"step:{key}") for key in steps)


@require_safe
@inspection_page(Permission.READ_OWN_WORK)
def list_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """No child and no grade is shown, so the reading is not logged."""
    is_watcher = viewer.may(Permission.READ_AUDIT_STATES) or owns_a_step(viewer)
    is_auditor = viewer.may(Permission.WRITE_OWN_AUDITS)
    if not (is_watcher or is_auditor):
        raise Http404
    state = audits_state(viewer.snapshot)
    context: dict[str, Any] = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "now": viewer.now,
        "is_auditor": is_auditor,
        "own": listing.own_cases(state, viewer.user.pk) if is_auditor else (),
        "is_watcher": is_watcher,
    }
    if is_watcher:
        context |= _all_cases(request, viewer, state)
    return render(request, "audits/list.html", context)


def _all_cases(request: HttpRequest, viewer: InspectionViewer, state: AuditsState) -> dict[str, Any]:
    """What people see who see every case: case officers with names and concerns, all others number and state.

    Whoever is told of concerns by email sees here which of them nobody has acknowledged.
    """
    is_officer, now = viewer.may(Permission.READ_ALL_AUDITS), viewer.now
    found = listing.numbers(state, now)
    choices = listing.choices(state, now, is_officer=is_officer)
    chosen = request.GET.get("state", "")
    if chosen not in {key for key, _, _ in choices}:
        chosen = ""
    may_act = is_officer and not viewer.inspection.is_withdrawn
    step, of = listing.next_step(state, found, viewer.snapshot) if may_act else ("", "")
    return {
        "is_officer": is_officer,
        "may_act": may_act,
        "may_read_themes": viewer.may(Permission.READ_AUDIT_THEMES),
        "may_hand_over": viewer.may(Permission.RECORD_AUDITS_HANDED_OVER) or owns_a_step(viewer),
        "numbers": found,
        "sentence": listing.sentence(found),
        "parts": listing.parts(state),
        "selections": listing.on_list(state, chosen, viewer.snapshot),
        "choices": choices,
        "chosen": chosen,
        "next": step,
        "next_selection": of,
        "concerns": listing.open_concerns(state) if viewer.may(Permission.BE_TOLD_OF_CONCERNS) else (),
    }
