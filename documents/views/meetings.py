"""The calendar of a part: which meetings are expected, and moving, cancelling or taking out each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission
from documents import access, presenting
from documents.meetings import actions as meetings
from documents.meetings.forms import CancelForm, MeetingForm, MeetingsForm
from documents.models import ExpectedMeeting
from documents.state import DocumentState, PartState
from documents.views.documents import afresh, crumbs, fillable_or_404, part_or_404, to_document
from govuk.dates import long_date
from inspections.access import InspectionViewer, inspection_page
from refusals import refusal_in_banner, refusal_on


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One meeting with its state: `cancelled`, `coming`, `here` (a file of that day is there) or `absent`."""

    meeting: ExpectedMeeting
    state: str
    is_wanted: bool


def _lines(state: PartState, rows: Sequence[ExpectedMeeting], today: date) -> list[MeetingLine]:
    here = {row.as_at for row in (*state.files, *state.dropped)}
    return [MeetingLine(row, _state(row, here, today), row.held_on in state.wanted) for row in rows]


def _state(row: ExpectedMeeting, here: set[date | None], today: date) -> str:
    if row.is_cancelled:
        return "cancelled"
    if row.held_on in here:
        return "here"
    return "absent" if row.held_on < today else "coming"


def _part(viewer: InspectionViewer, key: str, part: str) -> tuple[DocumentState, PartState]:
    """The document and its part, if the person fills it and meetings can be expected of it."""
    state = fillable_or_404(viewer, key)
    asked = part_or_404(state, part)
    access.found_or_404(asked.may_expect)
    return state, asked


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def calendar(request: HttpRequest, viewer: InspectionViewer, key: str, part: str) -> HttpResponse:
    """The calendar, with two ways to add to it: one date, or many by a rule."""
    _, asked = _part(viewer, key, part)
    by_rule = request.method == "POST" and "every" in request.POST
    one = MeetingForm(request.POST if request.method == "POST" and not by_rule else None)
    many = MeetingsForm(request.POST if by_rule else None)
    form = many if by_rule else one
    if form.is_valid():
        days = many.days if by_rule else [one.cleaned_data["held_on"]]
        with refusal_on(form):
            new = meetings.expect_meetings(
                inspection=viewer.inspection, document=key, part=part, days=days, by=viewer.user, now=timezone.now()
            )
            follows = presenting.what_follows(afresh(viewer, key))
            messages.success(request, f"{_added([row.held_on for row in new], len(days))} {follows}")
            return _to_calendar(viewer, key, part)
    return _show(request, viewer, key, asked.part.key, one, many)


def _added(new: Sequence[date], asked: int) -> str:
    if not new:
        return "This meeting is in the calendar already." if asked == 1 else "These are in the calendar already."
    if len(new) == 1:
        return f"The meeting of {long_date(new[0])} is in the calendar."
    return f"{len(new)} meetings from {long_date(new[0])} to {long_date(new[-1])} are in the calendar."


def _show(
    request: HttpRequest, viewer: InspectionViewer, key: str, part: str, one: MeetingForm, many: MeetingsForm
) -> HttpResponse:
    state, asked = _part(viewer, key, part)
    rows = ExpectedMeeting.objects.filter(inspection=viewer.inspection, document=key, part=part, removed_at=None)
    lines = _lines(asked, list(rows), viewer.snapshot.today)
    faulty = next((form for form in (one, many) if form.errors), None)
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, state, "Expected meetings"),
        "state": state,
        "part": asked,
        "coming": [line for line in lines if line.meeting.held_on >= viewer.snapshot.today],
        "past": [line for line in reversed(lines) if line.meeting.held_on < viewer.snapshot.today],
        "one": one,
        "many": many,
        "form": faulty,
    }
    return render(request, "documents/meetings.html", context, status=422 if faulty else 200)


def _to_calendar(viewer: InspectionViewer, key: str, part: str) -> HttpResponse:
    return redirect(reverse("documents:meetings", args=[viewer.inspection.slug, key, part]))


def _meeting_or_404(viewer: InspectionViewer, pk: int) -> ExpectedMeeting:
    """The meeting, if the person fills its document; 404 if it was taken out."""
    row = get_object_or_404(
        ExpectedMeeting.objects.select_related("inspection", "cancelled_by", "entered_by"),
        inspection=viewer.inspection,
        pk=pk,
        removed_at=None,
    )
    access.found_or_404(access.may_fill(viewer, row.document))
    return row


def _show_meeting(
    request: HttpRequest, viewer: InspectionViewer, row: ExpectedMeeting, form: forms.Form | None = None
) -> HttpResponse:
    state, asked = _part(viewer, row.document, row.part)
    way = crumbs(viewer, state, "Expected meetings")
    address = reverse("documents:meetings", args=[viewer.inspection.slug, row.document, row.part])
    context: dict[str, Any] = {
        "inspection": viewer.inspection,
        "breadcrumbs": [*way[:-1], (way[-1][0], address), (long_date(row.held_on), "")],
        "state": state,
        "part": asked,
        "meeting": row,
        "change": form if isinstance(form, MeetingForm) else MeetingForm(initial={"held_on": row.held_on}),
        "cancel": form if isinstance(form, CancelForm) else CancelForm(),
        "form": form,
    }
    return render(request, "documents/meeting.html", context, status=422 if form else 200)


def _done(
    request: HttpRequest, viewer: InspectionViewer, row: ExpectedMeeting, form: forms.Form, do: Callable[[], str]
) -> HttpResponse:
    """Call `do` with what the form asks for and show its words as a banner (none if nothing was done), or show the
    errors.
    """
    if form.is_valid():
        with refusal_on(form):
            if said := do():
                messages.success(request, f"{said} {presenting.what_follows(afresh(viewer, row.document))}")
            return _to_calendar(viewer, row.document, row.part)
    return _show_meeting(request, viewer, row, form)


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def meeting(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """The page of one meeting; a POST moves it to another day."""
    row = _meeting_or_404(viewer, pk)
    if request.method != "POST":
        return _show_meeting(request, viewer, row)
    form = MeetingForm(request.POST)

    def move() -> str:
        day = form.cleaned_data["held_on"]
        moved = meetings.change_meeting(meeting=row, held_on=day, by=viewer.user, now=timezone.now())
        return f"The meeting of {long_date(row.held_on)} is now on {long_date(day)}." if moved else ""

    return _done(request, viewer, row, form, move)


@require_POST
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def cancel(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    row = _meeting_or_404(viewer, pk)
    form = CancelForm(request.POST)

    def call_off() -> str:
        reason = form.cleaned_data["reason"]
        is_new = meetings.cancel_meeting(meeting=row, reason=reason, by=viewer.user, now=timezone.now())
        return (
            f"The meeting of {long_date(row.held_on)} is marked as cancelled: nothing of it is waited for."
            if is_new
            else ""
        )

    return _done(request, viewer, row, form, call_off)


@require_POST
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def hold(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """Take a cancellation back that was a mistake."""
    row = _meeting_or_404(viewer, pk)
    with refusal_in_banner(request):
        if meetings.hold_meeting(meeting=row, by=viewer.user, now=timezone.now()):
            messages.success(request, f"The meeting of {long_date(row.held_on)} is expected again.")
    return _to_calendar(viewer, row.document, row.part)


@require_POST
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def remove(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """Take the meeting out of the calendar. A second request finds nothing to do."""
    row = get_object_or_404(ExpectedMeeting.objects.select_related("inspection"), inspection=viewer.inspection, pk=pk)
    access.found_or_404(access.may_fill(viewer, row.document))
    with refusal_in_banner(request):
        if meetings.remove_meeting(meeting=row, by=viewer.user, now=timezone.now()):
            said = f"The meeting of {long_date(row.held_on)} was taken out. Add the date again if that was a mistake."
            messages.success(request, said)
        return _to_calendar(viewer, row.document, row.part)
    return to_document(viewer, row.document, row.part)
