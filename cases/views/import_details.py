"""Details of an import: all faults, all rows that change, the files and their marked copies."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from cases.imports import presenting
from cases.imports.difference import KINDS, RowChange, changed_rows
from cases.imports.fault_kinds import kinds_of_import
from cases.imports.marking import write_marked_copy
from cases.models import Access, CaseImport, ImportFault, ImportFile
from cases.stored_files import FOLDER
from cases.views.imports import case_list_or_404, crumbs, import_or_404, log_reading
from cases.views.pages import case_page
from files import serving
from files.types import TYPES
from govuk.export import FORMATS
from inspections.access import InspectionViewer
from spreadsheets.limits import Unreadable

FAULTS_A_PAGE = 100
ROWS_A_PAGE = 50
LEVELS = ("error", "warning")


@require_safe
@case_page(Permission.IMPORT_CASES, Access.What.FAULTS)
def faults(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    """All faults of an import, or those of one level and kind."""
    found = import_or_404(viewer, number)
    framework = viewer.snapshot.framework
    kinds = [each for level in LEVELS for each in kinds_of_import(found, level, framework, first=0)]
    asked = (request.GET.get("level", ""), request.GET.get("kind", ""))
    chosen = next((each for each in kinds if (each.level, each.kind) == asked), None)
    rows: QuerySet[ImportFault] = found.faults.all()
    if chosen is not None:
        rows = rows.filter(level=chosen.level, kind=chosen.kind)
    page = Paginator(rows, FAULTS_A_PAGE).get_page(request.GET.get("page"))
    title = chosen.title if chosen else "Everything that was found"
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, title, number=number),
        "import": found,
        "title": title,
        "kinds": kinds,
        "chosen": chosen,
        "page": page,
        "counted": _counted(page, chosen.level if chosen else "fault"),
        "several_files": found.files.count() > 1,
    }
    log_reading(request, viewer, Access.What.FAULTS, found)
    return render(request, "cases/imports/faults.html", context)


def _counted(page: Page[ImportFault], one: str) -> str:
    count = page.paginator.count
    return f"{count:,} {one if count == 1 else f'{one}s'}"


@require_safe
@case_page(Permission.IMPORT_CASES, Access.What.IMPORT)
def rows(request: HttpRequest, viewer: InspectionViewer, number: int, list: str) -> HttpResponse:
    """The rows of a list that an import adds, changes or removes."""
    found = import_or_404(viewer, number)
    case_list = case_list_or_404(viewer, list)
    changes = presenting.list_changes(found.difference, viewer.snapshot.framework)
    change = next((each for each in changes if each.key == case_list.key), None)
    if change is None or found.state not in (CaseImport.State.CHECKED, CaseImport.State.APPLIED):
        raise Http404
    what = next((kind for kind in KINDS if kind == request.GET.get("what")), change.first_kind)
    pages: Paginator[RowChange] = Paginator(cast("Any", changed_rows(found, case_list.key, what)), ROWS_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, case_list.short, number=number),
        "import": found,
        "list": case_list,
        "what": what,
        "tabs": [(kind, presenting.WHAT[kind], getattr(change, kind)) for kind in KINDS],
        "page": page,
        "rows": presenting.row_changes(page, viewer.snapshot.framework),
        "is_applied": found.state == CaseImport.State.APPLIED,
    }
    log_reading(request, viewer, Access.What.IMPORT, found, case_list.key)
    return render(request, "cases/imports/rows.html", context)


def _file_or_404(found: CaseImport, pk: int) -> ImportFile:
    return get_object_or_404(found.files.exclude(stored_name=None), pk=pk)


@require_safe
@case_page(Permission.IMPORT_CASES, Access.What.MARKED_COPY)
def marked_copy(request: HttpRequest, viewer: InspectionViewer, number: int, pk: int) -> HttpResponseBase:
    """An imported file as a workbook, with every faulty cell marked."""
    found = import_or_404(viewer, number)
    file = _file_or_404(found, pk)
    target = io.BytesIO()
    try:
        write_marked_copy(found, file, target)
    except FileNotFoundError:
        raise Http404 from None
    except Unreadable:
        messages.error(request, "There is no marked copy of this file, since it cannot be read as a spreadsheet.")
        return redirect("cases:import", viewer.inspection.slug, number)
    target.seek(0)
    log_reading(request, viewer, Access.What.MARKED_COPY, found)
    name = f"{PurePath(file.name).stem} marked.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=FORMATS["xlsx"])


@require_safe
@case_page(Permission.IMPORT_CASES, Access.What.SOURCE_FILE)
def source_file(request: HttpRequest, viewer: InspectionViewer, number: int, pk: int) -> HttpResponseBase:
    """A file of an import as it was received."""
    found = import_or_404(viewer, number)
    file = _file_or_404(found, pk)
    path = FOLDER.path_of(str(file.stored_name))
    mime = TYPES[PurePath(file.name).suffix.lower().removeprefix(".")].mime
    try:
        response = serving.from_disk(path, path.parent, FOLDER.name, name=file.name, mime=mime)
    except OSError:
        raise Http404 from None
    log_reading(request, viewer, Access.What.SOURCE_FILE, found)
    return response
