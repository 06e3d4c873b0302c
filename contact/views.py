"""Contact with the inspectors: who they are, the set-up meeting and what was said. Requests are in `requests_views`."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from contact import actions
from contact.duties import duties
from contact.forms import ContactForm, InspectorForm, SetUpMeetingForm, moment
from contact.models import Contact, Request, SetUpMeeting
from govuk.dates import long_datetime
from govuk.forms import posted
from inspections import inspectors_actions
from inspections.access import InspectionViewer, inspection_page
from inspections.duty import in_order
from inspections.inspectors import inspectors_of
from inspections.models import Inspector
from refusals import refusal_in_banner, refusal_on


@require_safe
@inspection_page(Permission.READ_CONTACT)
def contact_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """What is owed to the inspectors first, then who they are, the set-up meeting and the log."""
    owed = duties(viewer.snapshot) if not viewer.inspection.is_withdrawn else []
    texts = {row.number: row for row in Request.objects.filter(inspection=viewer.inspection)}
    rows = [(duty, texts[int(duty.key.partition(":")[2])]) for duty in in_order(owed)]
    now = viewer.snapshot.now
    context = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "open": [row for row in rows if not row[0].done],
        "late": [duty for duty in owed if duty.is_late(now)],
        "answered": sorted((row for row in rows if row[0].done), key=lambda row: row[0].done_at or now, reverse=True),
        "withdrawn": [row for row in texts.values() if row.withdrawn_at],
        "inspectors": inspectors_of(viewer.snapshot),
        "removed": Inspector.objects.filter(inspection=viewer.inspection).exclude(removed_at=None),
        "meetings": SetUpMeeting.objects.filter(inspection=viewer.inspection).select_related("recorded_by"),
        "log": Contact.objects.filter(inspection=viewer.inspection).select_related("recorded_by", "withdrawn_by"),
        "may_record": viewer.may(Permission.RECORD_CONTACT) and not viewer.inspection.is_withdrawn,
    }
    return render(request, "contact/contact.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.RECORD_CONTACT)
def add_contact(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    now = timezone.localtime(viewer.now)
    lead = next((person.name for person in inspectors_of(viewer.snapshot) if person.is_lead), "")
    initial = {"on": now.date(), "at": now.time(), "with_whom": lead, "by_whom": viewer.user.full_name, "once": uuid4()}
    form = ContactForm(posted(request), initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        facts = {name: given[name] for name in ("how", "with_whom", "by_whom", "said", "once")}
        with refusal_on(form):
            actions.record_contact(
                inspection=viewer.inspection,
                at=moment(given["on"], given["at"]),
                by=viewer.user,
                now=timezone.now(),
                **facts,
            )
            messages.success(request, f"Logged: contact with {given['with_whom']}.")
            return redirect("contact:contact", viewer.inspection.slug)
    title = "Log a call, an email or a meeting"
    more = "Was something asked for, with a time by which it is due? Then record a request, so that nobody forgets it."
    return show_form(request, viewer, form, title=title, button="Log it", more=more)


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.RECORD_CONTACT)
def withdraw_contact(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """Asks for confirmation first, because the words are deleted for good."""
    contact = get_object_or_404(Contact.objects.select_related("inspection"), inspection=viewer.inspection, pk=pk)
    form = forms.Form(posted(request))
    if request.method == "POST":
        with refusal_in_banner(request):
            if actions.withdraw_contact(contact=contact, by=viewer.user, now=timezone.now()):
                messages.success(request, "Taken out of the log. Its words are gone; that there was a contact stays.")
        return redirect("contact:contact", viewer.inspection.slug)
    title = f"Take this {contact.get_how_display().lower()} out of the log?"
    more = (
        f"It was logged for {long_datetime(contact.at)}, with {contact.with_whom}. Its words are deleted for good. "
        "That there was a contact, when and with whom stays."
    )
    return show_form(request, viewer, form, title=title, button="Delete its words", more=more, harm=True)


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.RECORD_CONTACT)
def add_inspector(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    form = InspectorForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            inspector = inspectors_actions.add_inspector(
                inspection=viewer.inspection, by=viewer.user, now=timezone.now(), **form.cleaned_data
            )
            messages.success(request, f"{inspector.name} added. Everybody who sees the timetable sees who inspects.")
            return redirect("contact:contact", viewer.inspection.slug)
    return show_form(request, viewer, form, title="Add an inspector", button="Add")


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.RECORD_CONTACT)
def change_inspector(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    inspector = _inspector(viewer, pk)
    initial = {name: getattr(inspector, name) for name in ("name", "part", "telephone", "email")}
    form = InspectorForm(posted(request), initial=initial)
    if form.is_valid():
        with refusal_on(form):
            changed = inspectors_actions.change_inspector(
                inspector=inspector, by=viewer.user, now=timezone.now(), **form.cleaned_data
            )
            messages.success(request, f"{form.cleaned_data['name']} changed." if changed else "Nothing changed.")
            return redirect("contact:contact", viewer.inspection.slug)
    return show_form(request, viewer, form, title=f"Change {inspector.name}", button="Save")


@require_POST
@inspection_page(Permission.RECORD_CONTACT)
def remove_inspector(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    inspector = _inspector(viewer, pk)
    with refusal_in_banner(request):
        if inspectors_actions.remove_inspector(inspector=inspector, by=viewer.user, now=timezone.now()):
            messages.success(request, f"{inspector.name} taken off the list. You can put them back below.")
    return redirect("contact:contact", viewer.inspection.slug)


@require_POST
@inspection_page(Permission.RECORD_CONTACT)
def restore_inspector(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    inspector = _inspector(viewer, pk)
    with refusal_in_banner(request):
        if inspectors_actions.restore_inspector(inspector=inspector, by=viewer.user, now=timezone.now()):
            messages.success(request, f"{inspector.name} put back on the list.")
    return redirect("contact:contact", viewer.inspection.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.RECORD_CONTACT)
def set_up_meeting(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    latest = SetUpMeeting.objects.filter(inspection=viewer.inspection).first()
    initial: dict[str, Any] = {}
    if latest is not None:
        held = timezone.localtime(latest.held_at)
        initial = {"on": held.date(), "at": held.time(), "place": latest.place, "notes": latest.notes}
    form = SetUpMeetingForm(posted(request), initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        with refusal_on(form):
            actions.record_set_up_meeting(
                inspection=viewer.inspection,
                held_at=moment(given["on"], given["at"]),
                place=given["place"],
                notes=given["notes"],
                by=viewer.user,
                now=timezone.now(),
            )
            messages.success(request, f"Recorded: set-up meeting {long_datetime(moment(given['on'], given['at']))}.")
            return redirect("contact:contact", viewer.inspection.slug)
    more = "If it is on another day than the timetable says, move that step too: whatever depends on it follows."
    return show_form(request, viewer, form, title="Set-up meeting", button="Save", more=more)


def show_form(
    request: HttpRequest,
    viewer: InspectionViewer,
    form: forms.Form,
    *,
    title: str,
    button: str,
    more: str = "",
    harm: bool = False,
    back: str = "",
) -> HttpResponse:
    """A page with one form and one button; `harm` makes it red."""
    here = reverse("contact:contact", args=[viewer.inspection.slug])
    context = {
        "inspection": viewer.inspection,
        "form": form,
        "title": title,
        "button": button,
        "more": more,
        "harm": harm,
        "back": back or here,
        "breadcrumbs": [("Contact with the inspectors", here), (title, "")],
    }
    return render(request, "contact/form.html", context, status=422 if form.errors else 200)


def _inspector(viewer: InspectionViewer, pk: int) -> Inspector:
    return get_object_or_404(Inspector.objects.select_related("inspection"), inspection=viewer.inspection, pk=pk)
