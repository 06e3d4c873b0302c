"""The task and finish group's agenda as a page: what its weekly email would say now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from inspections.access import InspectionViewer, inspection_page
from reminders.records.agenda import agenda_of
from reminders.records.reading import arrangement_of
from timetable.duties import all_duties


@require_safe
@inspection_page(Permission.READ_AGENDA)
def agenda_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    snapshot = viewer.snapshot
    context = {
        "inspection": viewer.inspection,
        "snapshot": snapshot,
        "agenda": agenda_of(snapshot, all_duties(snapshot), arrangement_of(snapshot)),
        "may_assign": viewer.may(Permission.NAME_OWNERS),
    }
    return render(request, "reminders/agenda.html", context)
