"""All imports of the case lists, and the page of each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from cases import tasks
from cases.imports import actions, fault_kinds, presenting
from cases.imports.difference import last_applied
from cases.imports.forms import ApplyForm, HeadingsForm
from cases.models import UNDER_WAY, Access, CaseImport, ListRow
from cases.privacy.log import log
from cases.views import lists
from cases.views.pages import case_page
from frameworks import CaseList
from govuk.forms import posted
from inspections.access import InspectionViewer
from refusals import refusal_in_banner, refusal_on

State = CaseImport.State
Crumbs = list[tuple[str, str]]
import_page = case_page(Permission.IMPORT_CASES, Access.What.IMPORT)


def crumbs(viewer: InspectionViewer, *here: str, number: int = 0) -> Crumbs:
    """The breadcrumbs from the list of imports to this page."""
    slug = viewer.inspection.slug
    way = [("Imports of case lists", reverse("cases:imports", args=[slug]))]
    if number:
        way.append((f"Import {number}", reverse("cases:import", args=[slug, number])))
    way += [(words, "") for words in here]
    return lists.crumbs(viewer, *way[:-1], (way[-1][0], ""))


def import_or_404(viewer: InspectionViewer, number: int) -> CaseImport:
    """The inspection's import with this number."""
    rows = CaseImport.objects.select_related("requested_by", "applied_by", "restored_from")
    found: CaseImport = get_object_or_404(rows, inspection=viewer.inspection, number=number)
    found.inspection = viewer.inspection
    return found


def case_list_or_404(viewer: InspectionViewer, key: str) -> CaseList:
    """The framework's list with this key."""
    found = next((each for each in viewer.snapshot.framework.case_lists if each.key == key), None)
    if found is None:
        raise Http404
    return found


def log_reading(
    request: HttpRequest, viewer: InspectionViewer, what: Access.What, found: CaseImport, list_key: str = ""
) -> None:
    """Log the reading, except for HEAD requests."""
    if request.method != "HEAD":
        detail = f"Import {found.number}"
        log(viewer.inspection, by=viewer.user, what=what, now=timezone.now(), list=list_key, detail=detail)


# --- All imports ------------------------------------------------------------------------------------------------------


@require_safe
@import_page
def all_imports(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Every import with who requested it and when, its files and what it changed. The current one is marked."""
    framework = viewer.snapshot.framework
    rows = CaseImport.objects.filter(inspection=viewer.inspection).prefetch_related("files")
    found = list(rows.select_related("requested_by", "applied_by", "restored_from"))
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer),
        "imports": [(each, presenting.difference_in_words(each, framework)) for each in found],
        "current": last_applied(viewer.inspection.pk),
        "open": next((each for each in found if each.state in presenting.OPEN), None),
        "lists": framework.case_lists,
        "may_import": not viewer.inspection.is_withdrawn,
    }
    return render(request, "cases/imports/list.html", context)


# --- One import -------------------------------------------------------------------------------------------------------


@require_safe
@import_page
def import_one(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    """One import. The page's script asks for progress every second and gets only that part."""
    found = import_or_404(viewer, number)
    if request.headers.get("X-Requested-With") == "fetch":
        return render(request, "cases/imports/_progress.html", {"inspection": viewer.inspection, "import": found})
    return show(request, viewer, found)


def show(
    request: HttpRequest,
    viewer: InspectionViewer,
    found: CaseImport,
    *,
    headings: HeadingsForm | None = None,
    apply: ApplyForm | None = None,
) -> HttpResponse:
    """The page of an import in its current state, with a submitted form if it had errors."""
    framework = viewer.snapshot.framework
    changes = presenting.list_changes(found.difference, framework)
    errors = fault_kinds.kinds_of_import(found, "error", framework)
    warnings = fault_kinds.kinds_of_import(found, "warning", framework)
    files, current = list(found.files.all()), last_applied(viewer.inspection.pk)
    context: dict[str, Any] = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, number=found.number),
        "import": found,
        "files": files,
        "several_files": len(files) > 1,
        "facts": presenting.facts(found, framework),
        "is_under_way": found.state in UNDER_WAY,
        "steps": presenting.steps(found.state) if found.kind == CaseImport.Kind.FILES else [],
        "changes": changes,
        "total": (total := presenting.totals(changes)),
        "words": presenting.change_in_words(total),
        "errors": errors,
        "counted_errors": fault_kinds.in_words(errors, "error"),
        "warnings": warnings,
        "counted_warnings": fault_kinds.in_words(warnings, "warning"),
        "columns_in_words": presenting.columns_in_words(found.columns),
        "sheets": presenting.sheets(found.columns, framework, several=len(files) > 1),
        "current": current,
    }
    if found.state == State.MAPPING:
        context["headings"] = headings or _headings_form(viewer, found, None)
        context["lacking"] = presenting.lacking(found, framework)
    elif found.state == State.CHECKED:
        context["apply"] = apply or _apply_form(viewer, found, None)
        context["overtaken_by"] = _overtaken_by(found, current)
    elif found.state == State.APPLIED:
        context["may_bring_back"] = current != found and found.erased_at is None and not viewer.inspection.is_withdrawn
    form = headings or apply
    context["form"] = form
    log_reading(request, viewer, Access.What.IMPORT, found)
    return render(request, "cases/imports/import.html", context, status=422 if form is not None else 200)


def _overtaken_by(found: CaseImport, current: CaseImport | None) -> CaseImport | None:
    """The import that was applied after this one was compared with the lists; None if there is none."""
    return current if current is not None and current.pk != found.compared_with_id else None


def _headings_form(viewer: InspectionViewer, found: CaseImport, data: Any) -> HeadingsForm:
    fields = [(each.key, each.label) for each in viewer.snapshot.framework.case_fields]
    return HeadingsForm(data, unmatched=presenting.unmatched(found.unmapped), fields=fields)


def _apply_form(viewer: InspectionViewer, found: CaseImport, data: Any) -> ApplyForm:
    changes = presenting.list_changes(found.difference, viewer.snapshot.framework)
    return ApplyForm(data, emptied=[each.short for each in changes if each.becomes_empty])


@require_POST
@import_page
def match_headings(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    """Stores what each heading stands for, for this import and later ones. Then the files are read again."""
    found = import_or_404(viewer, number)
    form = _headings_form(viewer, found, request.POST)
    if found.state != State.MAPPING:
        return redirect("cases:import", viewer.inspection.slug, number)
    if form.is_valid():
        with refusal_on(form):
            actions.match_headings(case_import=found, fields=form.matched(), by=viewer.user, now=timezone.now())
            tasks.ask(found.pk)
            return redirect("cases:import", viewer.inspection.slug, number)
    return show(request, viewer, found, headings=form)


@require_POST
@import_page
def apply_import(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    """Starts applying what was shown. Pressing the button again has no further effect."""
    found = import_or_404(viewer, number)
    if found.state != State.CHECKED:
        return redirect("cases:import", viewer.inspection.slug, number)
    form = _apply_form(viewer, found, request.POST)
    if form.is_valid():
        with refusal_on(form):
            actions.apply_import(
                case_import=found,
                by=viewer.user,
                now=timezone.now(),
                allow_empty=form.cleaned_data.get("allow_empty", False),
            )
            tasks.ask(found.pk)
            return redirect("cases:import", viewer.inspection.slug, number)
    return show(request, viewer, import_or_404(viewer, number), apply=form)


@require_POST
@import_page
def discard_import(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    """Discards an import that was not applied. The lists do not change."""
    found = import_or_404(viewer, number)
    with refusal_in_banner(request):
        actions.discard_import(case_import=found, by=viewer.user, now=timezone.now())
        messages.success(request, f"Import {number} discarded. Nothing on the lists has changed.")
        return redirect("cases:imports", viewer.inspection.slug)
    return redirect("cases:import", viewer.inspection.slug, number)


# --- Without files ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@import_page
def bring_back(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    """Asks for confirmation, then starts a new import that restores a former one."""
    found = import_or_404(viewer, number)
    if found.state != State.APPLIED:
        raise Http404
    if posted(request) is not None:
        with refusal_in_banner(request):
            begun = actions.bring_back(case_import=found, by=viewer.user, now=timezone.now())
            tasks.ask(begun.pk)
            return redirect("cases:import", viewer.inspection.slug, begun.number)
        return redirect("cases:import", viewer.inspection.slug, number)
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, "Bring back", number=number),
        "import": found,
        "current": last_applied(viewer.inspection.pk),
    }
    return render(request, "cases/imports/bring_back.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@import_page
def state_empty(request: HttpRequest, viewer: InspectionViewer, list: str) -> HttpResponse:
    """Asks for confirmation that a list is empty, and records it."""
    case_list = case_list_or_404(viewer, list)
    if posted(request) is not None:
        with refusal_in_banner(request):
            begun = actions.state_empty(
                inspection=viewer.inspection, list_key=case_list.key, by=viewer.user, now=timezone.now()
            )
            return redirect("cases:import", viewer.inspection.slug, begun.number)
        return redirect("cases:imports", viewer.inspection.slug)
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, case_list.short),
        "list": case_list,
        "on_it": ListRow.objects.filter(inspection=viewer.inspection, list=case_list.key, until=None).count(),
        "today": timezone.localdate(),
    }
    return render(request, "cases/imports/state_empty.html", context)
