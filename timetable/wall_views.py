"""The wall view: a page for a screen that nobody touches, and the part of it that the page asks for again."""

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
    """What the wall shows now. Whoever says by its ETag that they have just that gets 304 and nothing else.

    It says the time to the minute, so it changes each minute at least; nothing of it is kept by a browser but what the
    page holds on its screen.
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
