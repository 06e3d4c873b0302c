"""The timetable in its four views: day by day, as a calendar, as a chart, and on one page of paper for the wall."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from contact.reading import set_up_meeting_of
from govuk.addresses import address_of
from govuk.dates import weekday_date
from inspections.access import InspectionViewer, inspection_page
from inspections.date_warnings import date_warnings_of
from inspections.inspectors import inspectors_of
from inspections.working_days import EARLIEST, LATEST
from timetable.chart import chart
from timetable.countdown import countdown, others_of, where
from timetable.duties import all_duties, if_called_today, other_duties
from timetable.months import month_of, month_title, months_of
from timetable.poster import poster

DECEMBER = 12


@require_safe
@inspection_page(Permission.READ_TIMETABLE)
def days_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Every day; before notification, with the dates that would follow if the call came today."""
    return render(
        request, "timetable/days.html", {**_context(viewer, "days"), "inspectors": inspectors_of(viewer.snapshot)}
    )


@require_safe
@inspection_page(Permission.READ_TIMETABLE)
def month_page(
    request: HttpRequest, viewer: InspectionViewer, year: int | None = None, month: int | None = None
) -> HttpResponse:
    """One month in whole weeks; without a month in the address, today's or, before and after the inspection's days, its
    first.
    """
    context = _context(viewer, "month")
    dates, today = context["dates"], viewer.snapshot.today
    if year is None or month is None:
        is_running = dates.notified <= today <= dates.days[-1].date
        first = (today if is_running else dates.notified).replace(day=1)
    elif EARLIEST.year <= year <= LATEST.year and 1 <= month <= DECEMBER:
        first = date(year, month, 1)
    else:
        raise Http404
    owed = other_duties(viewer.snapshot)
    if not context["watches"]:
        # People who owe something see their own duties, as in my work.
        owed = [duty for duty in owed if duty.is_of(viewer.user.pk, viewer.posts, viewer.roles)]
    found = month_of(
        dates,
        viewer.snapshot.calendar,
        first,
        today=today,
        others=others_of(owed, viewer.now),
        meeting=set_up_meeting_of(viewer.snapshot),
    )
    months = [(each, month_title(each), each == first) for each in months_of(dates)]
    return render(request, "timetable/month.html", {**context, "month": found, "months": months})


@require_safe
@inspection_page(Permission.READ_COUNTDOWN)
def chart_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """All days at once, with a line for today and what is done, late and to come."""
    context = _context(viewer, "chart")
    snapshot = viewer.snapshot if viewer.snapshot.schedule else if_called_today(viewer.snapshot)
    found = countdown(snapshot, all_duties(snapshot))
    today = None if context["is_forecast"] else snapshot.today
    drawn = chart(
        found,
        today=today,
        meeting=set_up_meeting_of(viewer.snapshot),
        contact_page=address_of("contact:contact", viewer.inspection.slug),
    )
    return render(request, "timetable/chart.html", {**context, "chart": drawn, "where": where(viewer.snapshot)})


@require_safe
@inspection_page(Permission.READ_TIMETABLE)
def print_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """A PDF of one page for the wall. Owners are shown only to people who watch the inspection."""
    with_owners = viewer.may(Permission.READ_COUNTDOWN)
    pdf = poster(viewer.snapshot, with_owners=with_owners, made_at=viewer.now)
    name = f"{slugify(viewer.inspection.title) or 'inspection'}-timetable.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def _context(viewer: InspectionViewer, here: str) -> dict[str, Any]:
    snapshot = viewer.snapshot
    dates = snapshot.schedule or snapshot.if_called_today
    last = dates.days[-1].date
    return {
        "inspection": viewer.inspection,
        "snapshot": snapshot,
        "dates": dates,
        "last": last,
        "is_forecast": snapshot.schedule is None,
        "here": here,
        "watches": viewer.may(Permission.READ_COUNTDOWN),
        "date_warnings": date_warnings_of(snapshot),
        "said": f"Notified on {weekday_date(dates.notified)}. The last day is {weekday_date(last)}.",
    }
