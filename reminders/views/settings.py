"""When a council's reminders go and who gets them, instead of what its local plan says."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import Viewer, council_page
from accounts.permissions import Permission
from frameworks import Plan
from inspections.models import Inspection, current_inspection
from inspections.snapshot import snapshot_of
from refusals import refusal_on
from reminders import actions
from reminders.due import mails_due
from reminders.forms import SettingsForm
from reminders.models import CouncilSettings
from reminders.records.reading import reading_of
from reminders.rules.arrangements import arrangement


@council_page(Permission.SET_REMINDERS)
def settings_page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    plan, row = _plan(viewer), CouncilSettings.objects.filter(council=viewer.council).first()
    form = SettingsForm(request.POST or None, initial=SettingsForm.initial_of(arrangement(plan, row)))
    if form.is_valid():
        with refusal_on(form):
            changed = actions.change_settings(
                council=viewer.council, plan=plan, by=viewer.user, now=timezone.now(), **form.cleaned_data
            )
            said = f"Saved. {_what_follows(viewer)}" if changed else "Nothing was changed."
            messages.success(request, said)
            return redirect("reminders:settings", viewer.council.slug)
    context = {
        "council": viewer.council,
        "form": form,
        "row": row,
        "plan": plan,
        "plans": arrangement(plan, None),
        "inspection": current_inspection(viewer.council, today=timezone.localdate()),
        "may_preview": viewer.may(Permission.READ_REMINDERS),
        "breadcrumbs": [("Reminders of the council", "")],
    }
    return render(request, "reminders/settings.html", context, status=422 if form.errors else 200)


@require_POST
@council_page(Permission.SET_REMINDERS)
def restore_plan(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Returns to the plan's days, hours and recipients."""
    if actions.restore_plan(council=viewer.council, by=viewer.user, now=timezone.now()):
        messages.success(request, f"The local plan holds again. {_what_follows(viewer)}")
    return redirect("reminders:settings", viewer.council.slug)


def _plan(viewer: Viewer) -> Plan | None:
    """The local plan of the inspection that the council is working on."""
    inspection = current_inspection(viewer.council, today=timezone.localdate())
    return inspection.plan if inspection else None


def _what_follows(viewer: Viewer) -> str:
    """How many emails are sent at once under the new rules, in a sentence."""
    live = Inspection.objects.filter(council=viewer.council, withdrawn_at=None).select_related("council")
    now = timezone.now()
    count = sum(len(mails_due(reading_of(snapshot_of(inspection, now=now)))) for inspection in live)
    if not count:
        return "No email goes out at once; the preview follows the new rules."
    return f"By these rules {count} email{' goes' if count == 1 else 's go'} out now."
