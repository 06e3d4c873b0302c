"""The inspections of a council; recording, correcting and withdrawing a notification; the record of who did what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Viewer, council_page
from accounts.permissions import Permission
from govuk.dates import long_date
from govuk.forms import posted
from inspections import actions
from inspections.access import InspectionViewer, inspection_page
from inspections.activity import ActivityEntry, events_of
from inspections.date_warnings import date_warnings
from inspections.forms import ActivityFilter, CorrectionForm, NotificationForm, WithdrawInspectionForm
from inspections.models import Inspection
from inspections.moves import if_notified_on
from inspections.phases import phase_of
from inspections.snapshot import snapshots
from inspections.views.crumbs import council_crumbs, inspection_crumbs
from refusals import refusal_in_banner, refusal_on

EVENTS_ON_A_PAGE = 50


@require_safe
@council_page(Permission.READ_INSPECTIONS)
def inspection_list(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    rows = Inspection.objects.filter(council=viewer.council)
    shown = [(snapshot, phase_of(snapshot)) for snapshot in snapshots(rows, now=timezone.now())]
    context = {
        "council": viewer.council,
        "open": [row for row in shown if not row[0].inspection.is_withdrawn],
        "withdrawn": [row for row in shown if row[0].inspection.is_withdrawn],
        "may_open": viewer.may(Permission.OPEN_INSPECTION),
        "breadcrumbs": [*council_crumbs(viewer.council), ("Inspections", "")],
    }
    return render(request, "inspections/list.html", context)


@inspection_page(Permission.RECORD_NOTIFICATION)
def notification(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Records the notification or, once there is one, corrects it. The dates are shown before either."""
    inspection = viewer.inspection
    if inspection.is_withdrawn:
        return render(request, "inspections/withdrawn.html", _context(viewer))
    # If the recording form is sent twice, there is a notification by then; that form has no reason and corrects
    # nothing.
    sent_twice = "confirmed" in request.POST and "reason" not in request.POST
    correcting = inspection.is_notified and not sent_twice
    kind = CorrectionForm if correcting else NotificationForm
    initial = {"notified_on": inspection.notified_on or viewer.snapshot.today}
    form = kind(posted(request), initial=initial)
    if form.is_valid():
        day = form.cleaned_data["notified_on"]
        with refusal_on(form):
            if not form.is_confirmed() and day != inspection.notified_on:
                actions.check_notification(inspection, day, now=timezone.now())
                return _check_page(request, viewer, form)
            return _record(request, viewer, form)
    return _notification_page(request, viewer, form)


def _record(request: HttpRequest, viewer: InspectionViewer, form: NotificationForm) -> HttpResponse:
    day, now, inspection = form.cleaned_data["notified_on"], timezone.now(), viewer.inspection
    if isinstance(form, CorrectionForm):
        reason = form.cleaned_data["reason"]
        changed = actions.correct_notification(
            inspection=inspection, notified_on=day, reason=reason, by=viewer.user, now=now
        )
        said = f"Notification corrected to {long_date(day)}. Every date has been worked out again."
    else:
        changed = actions.record_notification(inspection=inspection, notified_on=day, by=viewer.user, now=now)
        said = f"Notification recorded: {long_date(day)} is day 1. Everybody who owes something is told by email."
    messages.success(request, said if changed else f"Nothing to change: {long_date(day)} is already recorded.")
    return redirect("timetable:countdown", inspection.slug)


def _notification_page(request: HttpRequest, viewer: InspectionViewer, form: NotificationForm) -> HttpResponse:
    context = {**_context(viewer), "form": form, "correcting": isinstance(form, CorrectionForm)}
    return render(request, "inspections/notification.html", context, status=422 if form.errors else 200)


def _check_page(request: HttpRequest, viewer: InspectionViewer, form: NotificationForm) -> HttpResponse:
    """The dates that follow, beside the present ones if there are any, with the button that records them."""
    day, snapshot = form.cleaned_data["notified_on"], viewer.snapshot
    after = if_notified_on(viewer.inspection, day)
    passed = sum(1 for step in after.steps if step.step.deadline and step.due and step.due < snapshot.now)
    context = {
        **_context(viewer),
        "form": form,
        "correcting": isinstance(form, CorrectionForm),
        "day": day,
        "rows": [(step, snapshot.dated(step.step)) for step in after.steps],
        "today_is": snapshot.calendar.between(day, snapshot.today) + 1,
        "passed": passed,
        "last_day": after.last_day,
        "date_warnings": date_warnings(snapshot.framework, after, snapshot.calendar, snapshot.set_dates),
    }
    return render(request, "inspections/check_notification.html", context)


def _context(viewer: InspectionViewer) -> dict[str, Any]:
    crumbs = [*inspection_crumbs(viewer.inspection), ("Notification", "")]
    return {"inspection": viewer.inspection, "snapshot": viewer.snapshot, "breadcrumbs": crumbs}


@inspection_page(Permission.RECORD_NOTIFICATION)
def withdraw(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    inspection = viewer.inspection
    if inspection.is_withdrawn:
        return redirect("inspections:notification", inspection.slug)
    form = WithdrawInspectionForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            actions.withdraw(inspection=inspection, by=viewer.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, f"{inspection.title} is withdrawn. Nothing more is owed on it.")
            return redirect("inspections:notification", inspection.slug)
    crumbs = [*inspection_crumbs(inspection, notification=True), ("Withdraw", "")]
    context = {"inspection": inspection, "form": form, "breadcrumbs": crumbs}
    return render(request, "inspections/withdraw.html", context, status=422 if form.errors else 200)


@require_POST
@inspection_page(Permission.RECORD_NOTIFICATION)
def reinstate(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    with refusal_in_banner(request):
        if actions.reinstate(inspection=viewer.inspection, by=viewer.user, now=timezone.now()):
            messages.success(request, f"{viewer.inspection.title} stands again, as it stood before it was withdrawn.")
    return redirect("inspections:notification", viewer.inspection.slug)


@require_safe
@inspection_page(Permission.READ_ACTIVITY)
def activity(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    form = ActivityFilter(request.GET or None)
    valid = form.is_valid()
    events = events_of(
        viewer.inspection,
        person=form.words("person") if valid else "",
        thing=form.words("thing") if valid else "",
        day=form.on() if valid else None,
    )
    page = Paginator(events, EVENTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "inspection": viewer.inspection,
        "form": form,
        "narrowed": valid and any(form.cleaned_data.values()),
        "page": page,
        "entries": [ActivityEntry(event) for event in page.object_list],
        "address": reverse("inspections:activity", args=[viewer.inspection.slug]),
        "breadcrumbs": [*inspection_crumbs(viewer.inspection), ("Activity", "")],
    }
    return render(request, "inspections/activity.html", context, status=422 if form.errors else 200)
