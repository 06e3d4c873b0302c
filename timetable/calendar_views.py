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
from inspections.access import InspectionSight, inspection_page
from inspections.doubts import doubts_of
from inspections.inspectors import inspectors_of
from inspections.working_days import EARLIEST, LATEST
from timetable.chart import chart
from timetable.countdown import countdown, others_of, where
from timetable.duties import all_duties, if_called_today, other_duties
from timetable.months import month_of, months_of, title_of
from timetable.poster import poster

DECEMBER = 12


@require_safe
@inspection_page(Permission.READ_TIMETABLE)
def days_page(request: HttpRequest, sight: InspectionSight) -> HttpResponse:
    """Every day; before notification, as the dates would be if the call came today."""
    return render(
        request, "timetable/days.html", {**_context(sight, "days"), "inspectors": inspectors_of(sight.standing)}
    )


@require_safe
@inspection_page(Permission.READ_TIMETABLE)
def month_page(
    request: HttpRequest, sight: InspectionSight, year: int | None = None, month: int | None = None
) -> HttpResponse:
    """One month in whole weeks; where none is named, that of today or, before and after the days, of the first."""
    context = _context(sight, "month")
    dates, today = context["dates"], sight.standing.today
    if year is None or month is None:
        is_running = dates.notified <= today <= dates.days[-1].date
        first = (today if is_running else dates.notified).replace(day=1)
    elif EARLIEST.year <= year <= LATEST.year and 1 <= month <= DECEMBER:
        first = date(year, month, 1)
    else:
        raise Http404
    owed = other_duties(sight.standing)
    if not context["watches"]:
        # Whoever owes something sees their own, as on my work.
        owed = [duty for duty in owed if duty.is_of(sight.posts, sight.roles)]
    found = month_of(
        dates,
        sight.standing.calendar,
        first,
        today=today,
        others=others_of(owed, sight.now),
        meeting=set_up_meeting_of(sight.standing),
    )
    months = [(each, title_of(each), each == first) for each in months_of(dates)]
    return render(request, "timetable/month.html", {**context, "month": found, "months": months})


@require_safe
@inspection_page(Permission.READ_COUNTDOWN)
def chart_page(request: HttpRequest, sight: InspectionSight) -> HttpResponse:
    """All days at once, with today's line and what is done, late and to come."""
    context = _context(sight, "chart")
    standing = sight.standing if sight.standing.schedule else if_called_today(sight.standing)
    found = countdown(standing, all_duties(standing))
    today = None if context["is_forecast"] else standing.today
    drawn = chart(
        found,
        today=today,
        meeting=set_up_meeting_of(sight.standing),
        contact_page=address_of("contact:contact", sight.inspection.slug),
    )
    return render(request, "timetable/chart.html", {**context, "chart": drawn, "where": where(sight.standing)})


@require_safe
@inspection_page(Permission.READ_TIMETABLE)
def print_page(request: HttpRequest, sight: InspectionSight) -> HttpResponse:
    """A PDF of one page for the wall. Who owns what is for those who watch the inspection."""
    with_owners = sight.may(Permission.READ_COUNTDOWN)
    pdf = poster(sight.standing, with_owners=with_owners, made_at=sight.now)
    name = f"{slugify(sight.inspection.title) or 'inspection'}-timetable.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def _context(sight: InspectionSight, here: str) -> dict[str, Any]:
    standing = sight.standing
    dates = standing.schedule or standing.if_called_today
    last = dates.days[-1].date
    return {
        "inspection": sight.inspection,
        "standing": standing,
        "dates": dates,
        "last": last,
        "is_forecast": standing.schedule is None,
        "here": here,
        "watches": sight.may(Permission.READ_COUNTDOWN),
        "doubts": doubts_of(standing),
        "said": f"Notified on {weekday_date(dates.notified)}. The last day is {weekday_date(last)}.",
    }
