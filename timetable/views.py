"""Countdown, before the call, the timetable, my work, and recording a step as done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Membership, Role
from accounts.permissions import Permission
from contact.reading import met_by
from database.prepared import Prepared
from govuk.export import FORMATS, rows_response
from govuk.forms import posted
from inspections.access import InspectionViewer, inspection_page
from inspections.duty import UNNAMED, Duty
from inspections.snapshot import Snapshot
from refusals import refusal_in_banner, refusal_on
from timetable import actions
from timetable.countdown import Countdown, OwnerContact, ahead, countdown, where
from timetable.duties import SOURCES, all_duties
from timetable.forecast import forecast
from timetable.forms import RecordStepForm
from timetable.models import StepRecord
from timetable.trend import trend_of
from timetable.work import my_work, other_inspections

#: The roles that owe what no post is named for.
OWING = tuple(role for role in Role if role in {kind.role for source in SOURCES for kind in source.kinds})
_OWING = Prepared(
    lambda council: (
        Membership.objects.filter(council=council, role__in=OWING, user__is_active=True)
        .order_by("user__full_name")
        .values_list("role", "user__full_name", "user__telephone", "user__email")
    )
)


@require_safe
@inspection_page(Permission.READ_COUNTDOWN)
def countdown_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    if not viewer.inspection.is_notified:
        return redirect("timetable:before-the-call", viewer.inspection.slug)
    context = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "countdown": countdown_of(viewer),
        "where": where(viewer.snapshot),
        "met": met_by(viewer.snapshot),
        "may_record": viewer.may(Permission.RECORD_ANY_STEP),
    }
    return render(request, "timetable/countdown.html", context)


@require_safe
@inspection_page(Permission.READ_COUNTDOWN)
def before_the_call_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    if viewer.snapshot.schedule is not None:
        return redirect("timetable:countdown", viewer.inspection.slug)
    context = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "forecast": forecast(viewer.snapshot),
        "trend": trend_of(viewer.snapshot),
        "may_notify": viewer.may(Permission.RECORD_NOTIFICATION),
    }
    return render(request, "timetable/before_the_call.html", context)


@require_safe
@inspection_page(Permission.READ_OWN_WORK)
def my_work_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    duties = all_duties(viewer.snapshot)
    context = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "work": my_work(duties, person=viewer.user.pk, posts=viewer.posts, roles=viewer.roles, now=viewer.now),
        "next_deadline": _next_deadline(viewer.snapshot, duties),
        "others": other_inspections(viewer.user.pk, viewer.inspection, today=viewer.snapshot.today),
    }
    return render(request, "timetable/my_work.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.READ_OWN_WORK)
def record_page(request: HttpRequest, viewer: InspectionViewer, step: str) -> HttpResponse:
    """A step that is recorded by hand: its state, and the form that records it as done."""
    now = timezone.now()
    duty = _own_duty(viewer, step) if request.method == "POST" else _seen_duty(viewer, step)
    form = RecordStepForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            changed = actions.record_step(
                inspection=viewer.inspection, step_key=step, by=viewer.user, now=now, note=form.cleaned_data["note"]
            )
            if changed:
                messages.success(request, f"Recorded as done: {duty.title}")
            return redirect("timetable:record", viewer.inspection.slug, step)
    framework_step = viewer.snapshot.framework.step(step)
    context = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "duty": duty,
        "is_late": duty.is_late(now),
        "step": framework_step,
        "dated": viewer.snapshot.dated(framework_step),
        "history": StepRecord.objects.filter(inspection=viewer.inspection, step=step).select_related(
            "done_by", "undone_by"
        ),
        "form": form,
        "may_record": _may_record(viewer, duty),
        "breadcrumbs": [_way_back(viewer), (duty.title, "")],
    }
    return render(request, "timetable/record.html", context, status=422 if form.errors else 200)


@require_POST
@inspection_page(Permission.READ_OWN_WORK)
def undo_record(request: HttpRequest, viewer: InspectionViewer, step: str) -> HttpResponse:
    duty = _own_duty(viewer, step)
    with refusal_in_banner(request):
        if actions.undo_step(inspection=viewer.inspection, step_key=step, by=viewer.user, now=timezone.now()):
            messages.success(request, f"Taken back. This is owed again: {duty.title}")
    return redirect("timetable:record", viewer.inspection.slug, step)


def _seen_duty(viewer: InspectionViewer, step: str) -> Duty:
    """The step's duty, for those who watch the inspection and those who owe it; 404 for others."""
    recorded = (duty for duty in all_duties(viewer.snapshot) if duty.kind.is_recorded)
    duty = next((duty for duty in recorded if duty.key == f"step:{step}"), None)
    if duty is None or not (
        viewer.may(Permission.READ_COUNTDOWN) or duty.is_of(viewer.user.pk, viewer.posts, viewer.roles)
    ):
        raise Http404
    return duty


def _own_duty(viewer: InspectionViewer, step: str) -> Duty:
    """The step's duty, for those who may record it."""
    duty = _seen_duty(viewer, step)
    if not _may_record(viewer, duty):
        raise Http404
    return duty


def _may_record(viewer: InspectionViewer, duty: Duty) -> bool:
    """Those who owe the step, the DCS office and coordinators."""
    return viewer.may(Permission.RECORD_ANY_STEP) or duty.is_of(viewer.user.pk, viewer.posts, viewer.roles)


def _way_back(viewer: InspectionViewer) -> tuple[str, str]:
    """The page to go back to: the countdown for those who watch, my work for those who owe the step."""
    name, text = ("countdown", "Countdown") if viewer.may(Permission.READ_COUNTDOWN) else ("my-work", "My work")
    return text, reverse(f"timetable:{name}", args=[viewer.inspection.slug])


def _next_deadline(snapshot: Snapshot, duties: Sequence[Duty]) -> tuple[datetime | None, str] | None:
    """When the council's next deadline is, as on the countdown, and whose step it is; None if none is ahead.

    Other people's duties besides the steps are private, so it only says that there is one.
    """
    coming = ahead(duties, snapshot.now)
    if not coming:
        return None
    first = coming[0]
    titles = (step.title for step in snapshot.framework.steps if first.kind.is_for(step, first.key))
    return first.due, next(titles, UNNAMED)


def countdown_of(viewer: InspectionViewer) -> Countdown:
    """The countdown, with the people to telephone about what their role owes: the DCS office, the case officers."""
    people = [
        (Role(role), OwnerContact(name=name, post=Role(role).label, telephone=telephone, email=email))
        for role, name, telephone, email in _OWING(viewer.council.pk)
    ]
    return countdown(viewer.snapshot, all_duties(viewer.snapshot), role_contacts=people)


@require_safe
@inspection_page(Permission.READ_SUMMARY)
def trend_export(request: HttpRequest, viewer: InspectionViewer, fmt: str) -> HttpResponse:
    """Every day of the trend as a spreadsheet: only figures, so the boards may have it."""
    if fmt not in FORMATS:
        raise Http404
    return rows_response(trend_of(viewer.snapshot).rows(), fmt, f"{viewer.inspection.slug}-readiness")
