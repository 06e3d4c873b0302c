"""The task and finish group's agenda as a page: what its weekly email says, as it is now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from inspections.access import InspectionSight, inspection_page
from inspections.pages import page
from reminders.agenda import agenda_of
from reminders.arrangements import arrangement_of
from timetable.duties import all_duties


@require_safe
@inspection_page(Permission.READ_AGENDA)
def agenda_page(request: HttpRequest, sight: InspectionSight) -> HttpResponse:
    def context() -> dict[str, Any]:
        standing = sight.standing
        return {
            "inspection": sight.inspection,
            "standing": standing,
            "agenda": agenda_of(standing, all_duties(standing), arrangement_of(standing)),
            "may_assign": sight.may(Permission.NAME_OWNERS),
        }

    return page(request, sight, "reminders/agenda.html", context)
