"""The start page, the dashboard, the boards' summary, the page of everything, opening an inspection, the local
mailbox.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Viewer, council_page, viewer_of
from accounts.invitations import path_of
from accounts.models import Council, Invitation, User
from accounts.permissions import Permission
from documents.evidence.carrying import bring_forward, in_words
from frameworks import FrameworkError
from govuk.forms import posted
from inspections.access import InspectionViewer, inspection_page
from inspections.actions import open_inspection
from inspections.duty import nouns_of
from inspections.models import Inspection
from readiness import dashboard as boards
from readiness import mailbox
from readiness.forms import OpenInspectionForm
from readiness.navigation import places, start_of
from readiness.post import own_messages
from refusals import refusal_on
from timetable.countdown import where
from timetable.trend import trend_of


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Redirects to the person's start page; somebody in several councils chooses one."""
    assert isinstance(request.user, User)
    councils = list(Council.objects.filter(memberships__user=request.user).distinct())
    invited = Invitation.objects.filter(email=request.user.email).select_related("council", "invited_by")
    if len(councils) == 1 and not invited:
        return redirect(start_of(viewer_of(request.user, councils[0])))
    choices = [(council, start_of(viewer_of(request.user, council))) for council in councils]
    return render(
        request, "readiness/start.html", {"choices": choices, "invited": [(row, path_of(row)) for row in invited]}
    )


@require_safe
@council_page()
def everything_page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    context = {"council": viewer.council, "places": places(viewer), "may_open": viewer.may(Permission.OPEN_INSPECTION)}
    return render(request, "readiness/everything.html", context)


@require_safe
@inspection_page(Permission.READ_DASHBOARD)
def dashboard_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    board = boards.dashboard(viewer.snapshot)
    context = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "board": board,
        "headline": boards.headline(board, viewer.snapshot),
        "tiles": boards.tiles(board, viewer.snapshot),
        "trend": trend_of(viewer.snapshot),
        "may_assign": viewer.may(Permission.NAME_OWNERS),
        "may_read_activity": viewer.may(Permission.READ_ACTIVITY),
    }
    return render(request, "readiness/dashboard.html", context)


@require_safe
@inspection_page(Permission.READ_SUMMARY)
def summary_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Readiness in a few sentences, without anybody's name, for the boards."""
    board = boards.dashboard(viewer.snapshot)
    needed = [duty for duty in board.duties if duty.kind.at_call]
    context = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "tiles": boards.tiles(board, viewer.snapshot, with_links=False),
        "trend": trend_of(viewer.snapshot),
        "where": where(viewer.snapshot),
        "needed": needed,
        "nouns": nouns_of(needed),
        "ready": sum(duty.done for duty in needed),
        "late": board.late,
        "unowned": len(board.unowned),
    }
    return render(request, "readiness/summary.html", context)


@council_page(Permission.OPEN_INSPECTION)
def open_inspection_page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    crumbs = [("Inspections", reverse("inspections:list", args=[viewer.council.slug])), ("Open", "")]
    try:
        former = list(Inspection.objects.filter(council=viewer.council))
        form = OpenInspectionForm(posted(request), former=former)
    except FrameworkError as error:
        # While a file cannot be read, nothing can be chosen; the page says what is wrong, file by file.
        context = {"council": viewer.council, "faults": error.faults, "breadcrumbs": crumbs}
        return render(request, "readiness/open_inspection.html", context, status=422)
    if form.is_valid():
        with refusal_on(form):
            inspection, brought = _opened(viewer, former, **form.cleaned_data)
            words = f"{inspection.title} is open. Its documents and groups are waiting for owners."
            messages.success(request, f"{words} {brought}".strip())
            return redirect("dashboard", inspection.slug)
    context = {"council": viewer.council, "form": form, "breadcrumbs": crumbs}
    return render(request, "readiness/open_inspection.html", context, status=422 if form.errors else 200)


def _opened(
    viewer: Viewer, former: Iterable[Inspection], *, bring_from: str = "", **facts: Any
) -> tuple[Inspection, str]:
    """The opened inspection, with evidence brought forward or without any; and what to say about the evidence."""
    with transaction.atomic():
        inspection = open_inspection(council=viewer.council, by=viewer.user, now=timezone.now(), **facts)
        source = next((row for row in former if row.slug == bring_from), None)
        if source is None:
            return inspection, ""
        brought = bring_forward(inspection=inspection, source=source, by=viewer.user, now=timezone.now())
        return inspection, in_words(brought, source.title)


@require_safe
def mailbox_page(request: HttpRequest) -> HttpResponse:
    """The mail of the embedded mode; 404 if a real mail server is configured."""
    if settings.MAILBOX_DIR is None:
        raise Http404
    assert isinstance(request.user, User)
    return render(request, "readiness/mailbox.html", {"stored": own_messages(request.user, settings.MAILBOX_DIR)})


@require_safe
def message_page(request: HttpRequest, name: str) -> HttpResponse:
    if settings.MAILBOX_DIR is None:
        raise Http404
    assert isinstance(request.user, User)
    stored = mailbox.message(settings.MAILBOX_DIR, name)
    if stored is None or stored.name not in {row.name for row in own_messages(request.user, settings.MAILBOX_DIR)}:
        raise Http404
    body = stored.message.get_body(preferencelist=("plain", "html"))
    context = {"stored": stored, "body": body.get_content() if body else ""}
    return render(request, "readiness/message.html", context)
