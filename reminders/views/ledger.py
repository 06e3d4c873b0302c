"""The ledger of an inspection: who was told what, what could not be delivered, and what comes next."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from govuk.export import FORMATS, rows_response
from inspections.access import InspectionViewer, inspection_page
from outbox.models import Message
from refusals import refusal_in_banner
from reminders import actions
from reminders.coming import coming
from reminders.forms import LedgerFilter
from reminders.ledger import counts_of, messages_of, rows_of, table_of, unreachable
from reminders.records.reading import reading_of

PER_PAGE = 25


@require_safe
@inspection_page(Permission.READ_REMINDERS)
def ledger_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    form, found = _found(request, viewer)
    page, read = Paginator(found, PER_PAGE).get_page(request.GET.get("page")), reading_of(viewer.snapshot)
    context = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "counts": counts_of(viewer.inspection),
        "rows": rows_of(page.object_list, read),
        "page": page,
        "filter": form,
        "coming": coming(read),
        "unreachable": unreachable(viewer.inspection),
        "may_set": viewer.may(Permission.SET_REMINDERS),
        "may_send": viewer.may(Permission.SEND_REMINDERS),
    }
    return render(request, "reminders/ledger.html", context)


@require_safe
@inspection_page(Permission.READ_REMINDERS)
def export(request: HttpRequest, viewer: InspectionViewer, fmt: str) -> HttpResponse:
    """The ledger with its filters, as a file."""
    if fmt not in FORMATS:
        raise Http404
    _, found = _found(request, viewer)
    return rows_response(table_of(found, reading_of(viewer.snapshot)), fmt, f"reminders-{viewer.inspection.slug}")


def _found(request: HttpRequest, viewer: InspectionViewer) -> tuple[LedgerFilter, QuerySet[Message]]:
    """The emails that match the filters in the address."""
    form = LedgerFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {"q": "", "state": ""}
    states = LedgerFilter.STATES.get(wanted["state"], ())
    return form, messages_of(viewer.inspection, words=wanted["q"].strip(), states=states)


@require_POST
@inspection_page(Permission.SEND_REMINDERS)
def send_again(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    message = get_object_or_404(messages_of(viewer.inspection), pk=pk)
    with refusal_in_banner(request):
        changed = actions.send_again(inspection=viewer.inspection, message=message, by=viewer.user, now=timezone.now())
        said = "is on its way again" if changed else "is on its way already"
        messages.success(request, f"The email to {message.to_name or message.to} {said}.")
    return redirect("reminders:ledger", viewer.inspection.slug)
