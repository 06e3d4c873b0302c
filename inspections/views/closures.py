"""The days that do not count in a council; what adding or removing one moves is shown before it is done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import Viewer, council_page
from accounts.permissions import Permission
from govuk.dates import long_date
from govuk.forms import posted
from inspections import closures as actions
from inspections.forms import ClosureForm
from inspections.models import ClosureDay
from inspections.moves import Moves, live_inspections, moved_by_closures
from inspections.views.crumbs import Crumbs, council_crumbs
from refusals import refusal_on


@council_page(Permission.SET_CLOSURE_DAYS)
def closures(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    form = ClosureForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            moved = _check(viewer, form)
            date_warnings = actions.stranded(viewer.council, form.cleaned_data["date"])
            if (moved or date_warnings) and not form.is_confirmed():
                context = {"council": viewer.council, "form": form, "moved": moved, "date_warnings": date_warnings}
                context["breadcrumbs"] = _crumbs(viewer, "Add")
                return render(request, "inspections/check_closure.html", context)
            day = form.cleaned_data["date"]
            added = {name: form.cleaned_data[name] for name in ("date", "kind", "reason")}
            moved = actions.add_closure(council=viewer.council, by=viewer.user, now=timezone.now(), **added)
            messages.success(request, f"{long_date(day)} does not count any more. {_said(moved)}")
            return redirect("inspections:closures", viewer.council.slug)
    days = list(ClosureDay.objects.filter(council=viewer.council).select_related("added_by"))
    today = timezone.localdate()
    context = {
        "council": viewer.council,
        "form": form,
        "coming": [day for day in days if day.date >= today],
        "past": [day for day in reversed(days) if day.date < today],
        "breadcrumbs": _crumbs(viewer),
    }
    return render(request, "inspections/closures.html", context, status=422 if form.errors else 200)


def _check(viewer: Viewer, form: ClosureForm) -> list[Moves]:
    """What the typed day would move; nothing if it is already there with the same reason, as in a form sent twice."""
    added = {name: form.cleaned_data[name] for name in ("date", "kind", "reason")}
    existing = list(ClosureDay.objects.filter(council=viewer.council))
    if any(all(getattr(row, name) == value for name, value in added.items()) for row in existing):
        return []
    day = ClosureDay(council=viewer.council, added_at=timezone.now(), added_by=viewer.user, **added)
    return actions.check_closure(day, existing)


@council_page(Permission.SET_CLOSURE_DAYS)
def remove_closure(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Asks once more, with what would move, then lets the day count again."""
    if request.method == "POST":
        day = ClosureDay.objects.filter(council=viewer.council, pk=pk).first()
        # Gone already: the form was sent twice.
        if day is not None:
            moved = actions.remove_closure(day=day, by=viewer.user, now=timezone.now())
            messages.success(request, f"{long_date(day.date)} counts again. {_said(moved)}")
        return redirect("inspections:closures", viewer.council.slug)
    day = get_object_or_404(ClosureDay, council=viewer.council, pk=pk)
    existing = list(ClosureDay.objects.filter(council=viewer.council))
    after = [row for row in existing if row.pk != pk]
    moved = moved_by_closures(live_inspections(viewer.council.pk), existing, after)
    context = {"council": viewer.council, "day": day, "moved": moved, "breadcrumbs": _crumbs(viewer, "Remove")}
    return render(request, "inspections/remove_closure.html", context)


def _crumbs(viewer: Viewer, last: str = "") -> Crumbs:
    crumbs = council_crumbs(viewer.council)
    if not last:
        return [*crumbs, ("Closure days", "")]
    return [*crumbs, ("Closure days", reverse("inspections:closures", args=[viewer.council.slug])), (last, "")]


def _said(moved: list[Moves]) -> str:
    if not moved:
        return "No date of a live inspection moved."
    parts = [f"{len(moves.steps)} of {moves.inspection.title}" for moves in moved]
    return f"Dates moved: {', '.join(parts)}."
