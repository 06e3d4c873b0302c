"""Erasure, for the data protection officer: what is due when, and erasing one child on request."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Viewer, council_page
from accounts.permissions import Permission
from cases.lists.presenting import who_is
from cases.models import Access, CaseImport, Child, Erasure
from cases.privacy import erasure, superseded
from cases.privacy.forms import EraseChildForm, EraseDueForm, FindChildForm
from cases.privacy.holders import holders
from cases.privacy.log import log
from cases.privacy.retention import retention_of
from cases.privacy.searching import child_called, titles_of
from cases.views.pages import case_page
from frameworks import Grain
from govuk.forms import posted
from inspections.access import InspectionViewer
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from refusals import refusal_on


@require_safe
@case_page(Permission.ERASE_CASES, Access.What.ERASURE)
def erasure_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    return _show(request, viewer, FindChildForm())


@require_http_methods(["GET", "HEAD", "POST"])
@case_page(Permission.ERASE_CASES, Access.What.ERASURE)
def erase_due(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Erase everything that is due today, after confirmation."""
    form = EraseDueForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            done = erasure.erase_due(
                inspection=viewer.inspection, on=viewer.snapshot.today, by=viewer.user, now=timezone.now()
            )
            messages.success(request, _said(done, viewer.snapshot.framework.grain) if done else "Nothing was due.")
            return redirect("cases:erasure", viewer.inspection.slug)
    context = {**_facts(viewer), "form": form}
    return render(request, "cases/erase_due.html", context, status=422 if form.errors else 200)


@require_POST
@case_page(Permission.ERASE_CASES, Access.What.ERASURE)
def find_child(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Redirects to a child's page, which is addressed by its key."""
    form = FindChildForm(request.POST)
    if form.is_valid():
        child = child_called(viewer.inspection, form.cleaned_data["identifier"])
        # Whether somebody is on the lists is told here already, whoever follows the redirect.
        log(
            viewer.inspection,
            by=viewer.user,
            what=Access.What.ERASURE,
            now=timezone.now(),
            child=child.key if child else "",
            detail="Found" if child else "Not found",
        )
        if child is not None:
            return redirect("cases:erase-child", viewer.inspection.slug, child.key)
        form.add_error("identifier", f"No {viewer.snapshot.framework.grain.one} of these lists has this identifier.")
    return _show(request, viewer, form)


@require_http_methods(["GET", "HEAD", "POST"])
@case_page(Permission.ERASE_CASES, Access.What.ERASURE)
def erase_child(request: HttpRequest, viewer: InspectionViewer, key: str) -> HttpResponse:
    """Shows what would go and what would stay, then erases the child. The child's values are not shown."""
    child = get_object_or_404(Child, inspection=viewer.inspection, key=key)
    on = list(child.rows.values_list("list", "until"))
    who = who_is((key for key, _ in on), viewer.snapshot.framework)
    form = EraseChildForm(posted(request), one=who.one)
    if form.is_valid():
        with refusal_on(form):
            erasure.erase_child(child=child, why=form.cleaned_data["why"], by=viewer.user, now=timezone.now())
            messages.success(
                request, f"The {who.one} was erased, and comes back with the next import whose file has it."
            )
            return redirect("cases:erasure", viewer.inspection.slug)
    log(viewer.inspection, by=viewer.user, what=Access.What.ERASURE, now=timezone.now(), child=child.key)
    titles = titles_of(viewer.inspection)
    context = {
        "inspection": viewer.inspection,
        "form": form,
        "who": who,
        "lists": [titles.get(key, key) for key, until in on if until is None],
        "imports": erasure.imports_with(child),
        "exports": erasure.exports_with(child),
        "of_others": [line for holder in holders() for line in holder.of_child(child)],
    }
    return render(request, "cases/erase_child.html", context, status=422 if form.errors else 200)


def _show(request: HttpRequest, viewer: InspectionViewer, form: FindChildForm) -> HttpResponse:
    context = {
        **_facts(viewer),
        "form": form,
        "erasures": Erasure.objects.filter(inspection=viewer.inspection).select_related("by"),
    }
    return render(request, "cases/erasure.html", context, status=422 if form.errors else 200)


def _facts(viewer: InspectionViewer) -> dict[str, Any]:
    """What is held, what is due today and what comes next."""
    snapshot, today = viewer.snapshot, viewer.snapshot.today
    keeps = retention_of(snapshot)
    imports = list(CaseImport.objects.filter(inspection=viewer.inspection))
    held = erasure.held(viewer.inspection)
    due = superseded.to_erase(imports, on=today, days=keeps.days.superseded_days)
    return {
        "inspection": viewer.inspection,
        "keeps": keeps,
        "held": held,
        "of_others": [_counted(held[what], what) for what in _OTHERS if held.get(what)],
        "has_any": any(held.values()),
        "is_over": keeps.is_over(today),
        "is_near": keeps.is_near(today),
        "due_imports": due,
        "is_due": any(held.values()) if keeps.is_over(today) else bool(due),
        "coming": superseded.coming(imports, days=keeps.days.superseded_days),
    }


#: What is counted besides children, and the word for one of it. The last ones are what rooms above hold.
_ONE = {
    "imports": "import",
    "exports": "export",
    "files": "file",
    "selected cases": "selected case",
    "audits": "audit",
    "audit exports": "audit export",
}
_OTHERS = ("selected cases", "audits", "audit exports")


def _counted(number: int, many: str) -> str:
    """How many of something: "1 import", "1,200 files"."""
    return f"{number:,} {_ONE[many] if number == 1 else many}"


def _said(done: list[Erasure], who: Grain) -> str:
    counts = done[0].counts
    one, many = who
    children = counts.get("children")
    parts = [f"{children:,} {one if children == 1 else many}"] if children else []
    parts += [_counted(counts[what], what) for what in _ONE if counts.get(what)]
    return f"Erased: {', '.join(parts)}." if parts else "Erased: rows that later imports had changed."


@require_safe
@council_page(Permission.ERASE_CASES)
def inspections_page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every inspection of the council, with the day on which its child-level data is erased."""
    inspections = Inspection.objects.filter(council=viewer.council).order_by("-opened_at", "-pk")
    rows = []
    for inspection in inspections:
        inspection.council = viewer.council
        keeps = retention_of(snapshot_of(inspection, now=timezone.now()))
        rows.append({"inspection": inspection, "keeps": keeps, "has_any": any(erasure.held(inspection).values())})
    return render(request, "cases/data_protection.html", {"council": viewer.council, "rows": rows})
