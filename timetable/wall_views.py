"""The wall view: a page for an unattended screen, and the part of it that the page's script fetches again."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from inspections.access import InspectionViewer, inspection_page
from timetable.countdown import where
from timetable.forecast import forecast
from timetable.views import countdown_of
from timetable.wall import wall


@require_safe
@inspection_page(Permission.READ_COUNTDOWN)
def wall_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    return render(request, "timetable/wall.html", _context(viewer))


@require_safe
@inspection_page(Permission.READ_COUNTDOWN)
def wall_part(request: HttpRequest, viewer: InspectionViewer) -> HttpResponseBase:
    """What the wall shows now. A request whose ETag is current gets 304 and nothing else.

    It shows the time to the minute, so it changes at least each minute. Browsers do not store it.
    """
    response = render(request, "timetable/_wall.html", _context(viewer))
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def _context(viewer: InspectionViewer) -> dict[str, Any]:
    snapshot = viewer.snapshot
    context: dict[str, Any] = {"inspection": viewer.inspection, "snapshot": snapshot, "where": where(snapshot)}
    if snapshot.schedule is None:
        return {**context, "forecast": forecast(snapshot)}
    countdown = countdown_of(viewer)
    return {**context, "countdown": countdown, "wall": wall(countdown)}
