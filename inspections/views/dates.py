"""The dates of one inspection that people set: a step moved, the actual date of an event, and taking either back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from govuk.dates import weekday_date
from govuk.forms import posted
from inspections import dates_actions as actions
from inspections.access import InspectionViewer, inspection_page
from inspections.date_warnings import date_warnings_of
from inspections.dates_actions import DateProposal, propose, set_date_of
from inspections.forms import DateForm
from inspections.models import StoredSetDate
from inspections.moves import Move, Moves
from inspections.set_dates import ACTUAL, MOVED, SetDate
from inspections.subjects import Subject, dated_events, subject_of
from inspections.views.crumbs import Crumbs, inspection_crumbs
from inspections.working_days import NoWorkingDay
from refusals import Refused, refusal_in_banner, refusal_on

# Everybody who works from the dates can see them; only the DCS office can move them (docs/roles.md).
KINDS = {"step": MOVED, "event": ACTUAL}


@require_safe
@inspection_page(Permission.READ_TIMETABLE)
def dates(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """The events that others are counted from, and every step, each with its date and whether it was set by hand."""
    snapshot = viewer.snapshot
    context = {
        **_context(viewer),
        "events": dated_events(snapshot),
        "steps": [subject_of(snapshot, MOVED, step.key) for step in snapshot.framework.steps],
        "date_warnings": date_warnings_of(snapshot),
        "breadcrumbs": [*inspection_crumbs(viewer.inspection), _timetable(viewer), ("Set dates", "")],
    }
    return render(request, "inspections/dates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.READ_TIMETABLE)
def date_page(request: HttpRequest, viewer: InspectionViewer, kind: str, key: str) -> HttpResponse:
    """One step or event: its date, how that was found, and what was set before; for the DCS office, the form that sets
    it.
    """
    subject = _subject(viewer, kind, key)
    if request.method == "POST" and not viewer.may(Permission.SET_DATES):
        raise Http404
    form = _form(request, viewer, subject)
    if form.is_valid():
        with refusal_on(form):
            return _set(request, viewer, subject, form)
    there = set_date_of(viewer.snapshot, subject.kind, subject.key)
    context = {
        **_context(viewer),
        "subject": subject,
        "form": form,
        "there": there,
        "undone": _undone(viewer, subject, there),
        "history": StoredSetDate.objects.filter(
            inspection=viewer.inspection, kind=subject.kind, key=subject.key
        ).select_related("set_by", "undone_by"),
        "breadcrumbs": [*_crumbs(viewer), (subject.title, "")],
    }
    return render(request, "inspections/date.html", context, status=422 if form.errors else 200)


@require_POST
@inspection_page(Permission.SET_DATES)
def undo_date(request: HttpRequest, viewer: InspectionViewer, kind: str, key: str) -> HttpResponse:
    subject = _subject(viewer, kind, key)
    seen = request.POST.get("seen", "")
    with refusal_in_banner(request):
        moved = actions.undo_date(
            inspection=viewer.inspection,
            kind=subject.kind,
            key=subject.key,
            by=viewer.user,
            now=timezone.now(),
            seen=int(seen) if seen.isdecimal() and len(seen) < 19 else None,
        )
        if moved is not None:
            messages.success(request, f"{subject.title}: the date is counted again. {_said(moved, subject)}")
    return redirect("inspections:date", viewer.inspection.slug, kind, key)


def _set(request: HttpRequest, viewer: InspectionViewer, subject: Subject, form: DateForm) -> HttpResponse:
    """Show what would follow or, once that was shown, set the date. Raises Refused."""
    first, last = _typed(viewer, subject, form)
    words = f"{first.isoformat()}/{last.isoformat()}"
    facts: dict[str, Any] = {"inspection": viewer.inspection, "by": viewer.user, "now": timezone.now()}
    seen, reason = form.cleaned_data["seen"], form.cleaned_data["reason"]
    if form.cleaned_data["confirmed"] != words:
        actions.check_date(viewer.snapshot, subject.kind, subject.key, first, last)
        set_date = SetDate(subject.kind, subject.key, first, last, reason, viewer.user.full_name, facts["now"])
        proposal = propose(viewer.snapshot, subject.kind, subject.key, set_date)
        return _check_page(request, viewer, subject, form, proposal, words)
    if subject.kind == MOVED:
        moved = actions.move_step(step_key=subject.key, first=first, last=last, reason=reason, seen=seen, **facts)
    else:
        moved = actions.record_actual_date(anchor_key=subject.key, day=first, note=reason, seen=seen, **facts)
    when = weekday_date(first) if first == last else f"{weekday_date(first)} to {weekday_date(last)}"
    if moved is None:
        messages.success(request, f"Nothing to change: {subject.title} is set to {when} already.")
    else:
        messages.success(request, f"{subject.title} is set to {when}. {_said(moved, subject)}")
    return redirect("inspections:date", viewer.inspection.slug, subject.word, subject.key)


def _typed(viewer: InspectionViewer, subject: Subject, form: DateForm) -> tuple[date, date]:
    """The first and last date that were typed. Raises Refused for a working day that does not exist."""
    actions.check_open(viewer.snapshot)
    calendar, data = viewer.snapshot.calendar, form.cleaned_data
    notified = viewer.inspection.notified_on
    assert notified is not None  # It is open, so it was notified.
    try:
        first = data["first"] or calendar.add(notified, data["number"] - 1)
        if data.get("last"):
            return first, data["last"]
        length = subject.working_days(calendar)
        return first, calendar.add(first, length - 1) if length > 1 and calendar.is_working(first) else first
    except NoWorkingDay as error:
        raise Refused(str(error), field="number" if data.get("number") else "first") from None


def _check_page(
    request: HttpRequest, viewer: InspectionViewer, subject: Subject, form: DateForm, proposal: DateProposal, words: str
) -> HttpResponse:
    first, last = (date.fromisoformat(part) for part in words.split("/"))
    context = {
        **_context(viewer),
        "subject": subject,
        "form": form,
        "first": first,
        "last": last,
        "words": words,
        "day": proposal.after.number_on(first),
        "why_not": viewer.snapshot.calendar.why_not(first),
        "date_warnings": proposal.date_warnings,
        "moved": [Moves(viewer.inspection, proposal.moves)] if proposal.moves else [],
        "breadcrumbs": [*_crumbs(viewer), (subject.title, reverse("inspections:date", args=_args(viewer, subject)))],
    }
    return render(request, "inspections/check_date.html", context)


def _form(request: HttpRequest, viewer: InspectionViewer, subject: Subject) -> DateForm:
    there = set_date_of(viewer.snapshot, subject.kind, subject.key)
    initial = {"seen": there.pk if there else 0}
    return DateForm(posted(request), initial=initial, is_event=subject.kind == ACTUAL, is_range=subject.is_range)


def _undone(viewer: InspectionViewer, subject: Subject, there: SetDate | None) -> DateProposal | None:
    """What would follow if the set date were taken back."""
    if there is None or viewer.snapshot.schedule is None:
        return None
    return propose(viewer.snapshot, subject.kind, subject.key, None)


def _subject(viewer: InspectionViewer, kind: str, key: str) -> Subject:
    if kind not in KINDS:
        raise Http404
    try:
        return subject_of(viewer.snapshot, KINDS[kind], key)
    except KeyError:
        raise Http404 from None


def _context(viewer: InspectionViewer) -> dict[str, Any]:
    is_open = viewer.inspection.is_notified and not viewer.inspection.is_withdrawn
    return {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "may_move": viewer.may(Permission.SET_DATES),
        "is_open": is_open,
    }


def _args(viewer: InspectionViewer, subject: Subject) -> list[str]:
    return [viewer.inspection.slug, subject.word, subject.key]


def _timetable(viewer: InspectionViewer) -> tuple[str, str]:
    return ("Timetable", reverse("timetable:days", args=[viewer.inspection.slug]))


def _crumbs(viewer: InspectionViewer) -> Crumbs:
    dates = ("Set dates", reverse("inspections:dates", args=[viewer.inspection.slug]))
    return [*inspection_crumbs(viewer.inspection), _timetable(viewer), dates]


def _said(moved: tuple[Move, ...], subject: Subject) -> str:
    followed = [move for move in moved if subject.kind != MOVED or move.step != subject.key]
    if not followed:
        return "Nothing else moves."
    deadlines = sum(move.deadline for move in followed)
    words = "1 date moves" if len(followed) == 1 else f"{len(followed)} dates move"
    of_ours = f", {deadlines} of them our deadline{'' if deadlines == 1 else 's'}" if deadlines else ""
    return f"{words} with it{of_ours}."
