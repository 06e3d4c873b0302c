"""The history of the dates: every change of them, by whom and why, what moved, and who was told by email."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from inspections.access import InspectionViewer, inspection_page
from inspections.date_history import change_of, events_of_dates
from reminders.date_change_notices import with_notices

PER_PAGE = 20


@require_safe
@inspection_page(Permission.READ_REMINDERS)
def date_history(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    inspection = viewer.inspection
    page = Paginator(events_of_dates(inspection), PER_PAGE).get_page(request.GET.get("page"))
    changes = [change_of(event) for event in page.object_list]
    context = {
        "inspection": inspection,
        "snapshot": viewer.snapshot,
        "page": page,
        "rows": with_notices(inspection, viewer.snapshot.framework, changes),
        "here": "history",
        "watches": True,
    }
    return render(request, "reminders/date_history.html", context)
