"""What will be sent over the next working days: to whom, when, and the emails themselves."""

from __future__ import annotations

from datetime import date

from csp.decorators import csp, csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from inspections.access import InspectionViewer, inspection_page
from reminders.coming import DAYS, ComingMail, coming
from reminders.forms import PersonFilter
from reminders.mails.threads import answers_go_to
from reminders.records.reading import reading_of

# An email's own styles, in a frame that can do nothing else.
IN_FRAME = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'self'"],
    "sandbox": [""],
}


@require_safe
@inspection_page(Permission.READ_REMINDERS)
def coming_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    reading = reading_of(viewer.snapshot)
    found = coming(reading)
    form = PersonFilter(request.GET, people=found.people())
    person = form.cleaned_data["person"] if form.is_valid() else ""
    context = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "arrangement": reading.arrangement,
        "answers": answers_go_to(reading).words,
        "coming": found,
        "days": found.of(int(person)) if person else found.days,
        "is_narrowed": bool(person),
        "working_days": DAYS,
        "filter": form,
        "may_set": viewer.may(Permission.SET_REMINDERS),
        "breadcrumbs": [_ledger_crumb(viewer), ("The next ten working days", "")],
    }
    return render(request, "reminders/coming.html", context)


@require_safe
@csp_update({"frame-src": ["'self'"]})
@inspection_page(Permission.READ_REMINDERS)
def coming_mail(request: HttpRequest, viewer: InspectionViewer, day: date, person: int, number: int) -> HttpResponse:
    """One email as it would be sent."""
    found = _found(viewer, day, person, number)
    back = reverse("reminders:coming", args=[viewer.inspection.slug])
    if found is None:
        messages.info(request, "That email is not coming any more: something was done, or it has been sent.")
        return redirect(back)
    message = found.message()
    context = {
        "inspection": viewer.inspection,
        "found": found,
        "is_hidden": _is_hidden(found, viewer),
        "mail": message,
        "reply_to": message.headers.get("Reply-To", ""),
        "day": day,
        "breadcrumbs": [_ledger_crumb(viewer), ("The next ten working days", back), (found.person.name, "")],
    }
    return render(request, "reminders/coming_mail.html", context)


@require_safe
@xframe_options_sameorigin
@csp(IN_FRAME)
@inspection_page(Permission.READ_REMINDERS)
def coming_html(request: HttpRequest, viewer: InspectionViewer, day: date, person: int, number: int) -> HttpResponse:
    """Only the email's HTML, for the frame on its page."""
    found = _found(viewer, day, person, number)
    if found is None or _is_hidden(found, viewer):
        raise Http404
    return HttpResponse(found.message().html)


def _found(viewer: InspectionViewer, day: date, person: int, number: int) -> ComingMail | None:
    return coming(reading_of(viewer.snapshot)).mail(day, person, number)


def _is_hidden(found: ComingMail, viewer: InspectionViewer) -> bool:
    """Whether the email says who audits which case, which its reader alone may read."""
    return found.is_private and found.person.pk != viewer.user.pk


def _ledger_crumb(viewer: InspectionViewer) -> tuple[str, str]:
    return "Reminders", reverse("reminders:ledger", args=[viewer.inspection.slug])
