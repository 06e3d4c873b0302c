"""The focus groups of an inspection and the preparation of each."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from focusgroups import actions
from focusgroups.forms import AttendeeForm, BriefingForm, GroupFilter
from focusgroups.models import Attendee
from focusgroups.state import GroupState, states
from inspections.access import InspectionViewer, inspection_page
from refusals import refusal_in_banner, refusal_on

# Owners can open only the groups of their own posts; the other roles see all.


@require_safe
@inspection_page(Permission.READ_OWN_GROUPS)
def group_list(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    mine_only = not viewer.may(Permission.READ_ALL_GROUPS)
    seen = [state for state in states(viewer.snapshot).values() if not mine_only or viewer.owns(state.item)]
    form = GroupFilter(request.GET)
    found = list(_narrowed(seen, form, viewer)) if form.is_valid() else seen
    strands = [
        {
            "strand": strand,
            "groups": sorted((s for s in found if s.group.strand == strand.key), key=lambda s: bool(s.owners)),
            "total": sum(s.group.strand == strand.key for s in seen),
            "ready": sum(s.group.strand == strand.key and s.is_ready for s in seen),
        }
        for strand in viewer.snapshot.framework.strands
    ]
    context = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "strands": [row for row in strands if row["total"]],
        "filter": form,
        "mine_only": mine_only,
        "seen": len(seen),
        "found": len(found),
        "unowned": sum(not state.owners for state in seen),
    }
    return render(request, "focusgroups/list.html", context)


def _narrowed(seen: Iterable[GroupState], form: GroupFilter, viewer: InspectionViewer) -> Iterable[GroupState]:
    wanted = form.cleaned_data
    words = wanted["q"].lower().strip()
    for state in seen:
        text = " ".join(
            (state.group.title, *(f"{owner.name} {owner.holder_name or ''}" for owner in state.owners))
        ).lower()
        if words and words not in text:
            continue
        if wanted["state"] and wanted["state"] != state.state:
            continue
        if wanted["mine"] and not viewer.owns(state.item):
            continue
        yield state


def _group(viewer: InspectionViewer, key: str) -> GroupState:
    """The group, if the person may see it; 404 for others."""
    state = states(viewer.snapshot).get(key)
    if state is None or not (viewer.may(Permission.READ_ALL_GROUPS) or viewer.owns(state.item)):
        raise Http404
    return state


def _may_arrange(viewer: InspectionViewer, state: GroupState) -> bool:
    return viewer.may(Permission.ARRANGE_ALL_GROUPS) or viewer.owns(state.item)


def _arrangeable(viewer: InspectionViewer, key: str) -> GroupState:
    state = _group(viewer, key)
    if not _may_arrange(viewer, state):
        raise Http404
    return state


@require_safe
@inspection_page(Permission.READ_OWN_GROUPS)
def group_page(request: HttpRequest, viewer: InspectionViewer, key: str) -> HttpResponse:
    return _show(request, viewer, _group(viewer, key))


def _show(
    request: HttpRequest,
    viewer: InspectionViewer,
    state: GroupState,
    *,
    form: AttendeeForm | None = None,
    briefing_form: BriefingForm | None = None,
) -> HttpResponse:
    faulty = (form is not None and form.errors) or (briefing_form is not None and briefing_form.errors)
    step = viewer.snapshot.step_for("focus-groups")
    dated = viewer.snapshot.dated(step) if step else None
    context = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "state": state,
        "breadcrumbs": [
            ("Focus groups", reverse("focusgroups:list", args=[viewer.inspection.slug])),
            (state.group.title, ""),
        ],
        "step": step,
        "dated": dated,
        "is_late": not state.is_ready
        and dated is not None
        and dated.due is not None
        and viewer.snapshot.now > dated.due,
        "marks": [(mark.label, mark.done) for mark in state.preparation],
        "strand": next(s for s in viewer.snapshot.framework.strands if s.key == state.group.strand),
        "may_arrange": _may_arrange(viewer, state),
        "form": form if form is not None else AttendeeForm(),
        "briefing_form": briefing_form if briefing_form is not None else BriefingForm(),
        "removed": Attendee.objects.filter(inspection=viewer.inspection, group=state.group.key).exclude(
            removed_at=None
        ),
    }
    return render(request, "focusgroups/group.html", context, status=422 if faulty else 200)


@require_POST
@inspection_page(Permission.READ_OWN_GROUPS)
def add_attendee(request: HttpRequest, viewer: InspectionViewer, key: str) -> HttpResponse:
    state = _arrangeable(viewer, key)
    form = AttendeeForm(request.POST)
    if form.is_valid():
        with refusal_on(form):
            attendee = actions.add_attendee(
                inspection=viewer.inspection, group=key, by=viewer.user, now=timezone.now(), **form.cleaned_data
            )
            follows = " They have not been briefed yet." if state.briefed_at else ""
            messages.success(request, f"{attendee.name} added.{follows}")
            return redirect("focusgroups:group", viewer.inspection.slug, key)
    return _show(request, viewer, state, form=form)


@require_POST
@inspection_page(Permission.READ_OWN_GROUPS)
def remove_attendee(request: HttpRequest, viewer: InspectionViewer, key: str, pk: int) -> HttpResponse:
    _arrangeable(viewer, key)
    attendee = get_object_or_404(Attendee, inspection=viewer.inspection, group=key, pk=pk)
    if actions.remove_attendee(attendee=attendee, by=viewer.user, now=timezone.now()):
        messages.success(request, f"{attendee.name} taken off the list. You can put them back below.")
    return redirect("focusgroups:group", viewer.inspection.slug, key)


@require_POST
@inspection_page(Permission.READ_OWN_GROUPS)
def restore_attendee(request: HttpRequest, viewer: InspectionViewer, key: str, pk: int) -> HttpResponse:
    _arrangeable(viewer, key)
    attendee = get_object_or_404(Attendee, inspection=viewer.inspection, group=key, pk=pk)
    with refusal_in_banner(request):
        if actions.restore_attendee(attendee=attendee, by=viewer.user, now=timezone.now()):
            messages.success(request, f"{attendee.name} put back on the list.")
    return redirect("focusgroups:group", viewer.inspection.slug, key)


@require_POST
@inspection_page(Permission.READ_OWN_GROUPS)
def record_briefing(request: HttpRequest, viewer: InspectionViewer, key: str) -> HttpResponse:
    state = _arrangeable(viewer, key)
    form = BriefingForm(request.POST)
    if form.is_valid():
        with refusal_on(form):
            actions.record_briefing(
                inspection=viewer.inspection,
                group=key,
                by=viewer.user,
                now=timezone.now(),
                note=form.cleaned_data["note"],
            )
            messages.success(request, "Recorded: everybody on the list has been briefed.")
            return redirect("focusgroups:group", viewer.inspection.slug, key)
    return _show(request, viewer, state, briefing_form=form)


@require_POST
@inspection_page(Permission.READ_OWN_GROUPS)
def undo_briefing(request: HttpRequest, viewer: InspectionViewer, key: str) -> HttpResponse:
    _arrangeable(viewer, key)
    if actions.undo_briefing(inspection=viewer.inspection, group=key, by=viewer.user, now=timezone.now()):
        messages.success(request, "Taken back. The attendees are shown as not briefed.")
    return redirect("focusgroups:group", viewer.inspection.slug, key)
