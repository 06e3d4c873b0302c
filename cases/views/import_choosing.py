"""Choose files of case lists, to import them or only to check them without storing anything."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import PurePath
from typing import Any, BinaryIO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from cases import tasks
from cases.imports import actions, fault_kinds, presenting
from cases.imports.checking import CheckResult, check
from cases.imports.files import check_files
from cases.imports.forms import ChooseFilesForm
from cases.imports.marking import mark_faults
from cases.models import Access
from cases.privacy.log import log
from cases.reading import CaseFault, SourceFile
from cases.views.imports import crumbs
from cases.views.pages import case_page
from files.receiving import Received, receiving_page
from govuk.export import FORMATS
from govuk.forms import posted
from inspections.access import InspectionViewer
from inspections.models import Inspection
from refusals import Refused, refusal_on
from spreadsheets.limits import Unreadable


def may_import(viewer: InspectionViewer) -> None:
    """Nothing can be imported into a withdrawn inspection. Raises Http404."""
    if viewer.inspection.is_withdrawn:
        raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@receiving_page(case_page(Permission.IMPORT_CASES, Access.What.IMPORT), may_import)
def choose_files(request: HttpRequest, viewer: InspectionViewer) -> HttpResponseBase:
    """Accepts files for an import. Other buttons only check them, or return a marked copy."""
    form = ChooseFilesForm(
        posted(request), request.FILES or None, framework=viewer.snapshot.framework, today=timezone.localdate()
    )
    if form.is_valid():
        with refusal_on(form, renamed={"files": "chosen"}):
            match request.POST.get("do"):
                case "check":
                    return _show_checked(request, viewer, form, _check(viewer, form))
                case "marked-copy":
                    return _marked_copies(viewer, form, _check(viewer, form))
            given = form.cleaned_data
            begun = actions.request_import(
                inspection=viewer.inspection,
                files=given["chosen"],
                on=given["on"],
                list_key=given["list_key"],
                source="",
                allow_empty=False,
                by=viewer.user,
                now=timezone.now(),
                once=given["once"],
            )
            tasks.ask(begun.pk)
            return redirect("cases:import", viewer.inspection.slug, begun.number)
    return _show(request, viewer, form, "cases/imports/new.html", {"steps": presenting.steps("")})


def _show(
    request: HttpRequest, viewer: InspectionViewer, form: ChooseFilesForm, template: str, context: dict[str, Any]
) -> HttpResponse:
    frame = {"inspection": viewer.inspection, "breadcrumbs": crumbs(viewer, "Choose files"), "form": form}
    return render(request, template, {**frame, **context}, status=422 if form.errors else 200)


# --- Only a check -----------------------------------------------------------------------------------------------------


def _check(viewer: InspectionViewer, form: ChooseFilesForm) -> CheckResult:
    """What is found in the files, which are deleted after the request. Raises Refused for files that cannot be
    accepted.
    """
    given = form.cleaned_data
    check_files(given["chosen"])
    log(viewer.inspection, by=viewer.user, what=Access.What.CHECK, now=timezone.now())
    return check(
        _sources(given["chosen"]),
        inspection=viewer.inspection,
        on=given["on"],
        today=timezone.localdate(),
        list_key=given["list_key"],
        # Whether a list may become empty is asked later, before the import is applied.
        allow_empty=True,
    )


def _sources(files: Sequence[Received]) -> list[SourceFile]:
    return [SourceFile(file.name or "file", _opener(file)) for file in files]


def _opener(file: Received) -> Callable[[], BinaryIO]:
    return lambda: file.path.open("rb")


def _show_checked(
    request: HttpRequest, viewer: InspectionViewer, form: ChooseFilesForm, checked: CheckResult
) -> HttpResponse:
    """The result of a check, with a form to choose the same files again. Nothing is stored."""
    framework, files = viewer.snapshot.framework, form.cleaned_data["chosen"]
    errors = fault_kinds.kinds_of_check(checked.errors, framework)
    warnings = fault_kinds.kinds_of_check(checked.warnings, framework)
    columns = [asdict(column) for column in checked.columns]
    changes = presenting.list_changes(checked.difference, framework)
    context = {
        "files": files,
        "several_files": len(files) > 1,
        "errors": errors,
        "counted_errors": fault_kinds.in_words(errors, "error"),
        "warnings": warnings,
        "counted_warnings": fault_kinds.in_words(warnings, "warning"),
        "columns_in_words": presenting.columns_in_words(columns),
        "sheets": presenting.sheets(columns, framework, several=len(files) > 1),
        "changes": changes,
        "words": presenting.change_in_words(presenting.totals(changes)),
        "rows_read": checked.rows,
    }
    return _show(request, viewer, form, "cases/imports/only_checked.html", context)


def _marked_copies(viewer: InspectionViewer, form: ChooseFilesForm, checked: CheckResult) -> HttpResponseBase:
    """The file as a workbook with its faults marked; a ZIP if there are several files. Raises Refused."""
    faults = [*checked.errors, *checked.warnings]
    sources = _sources(form.cleaned_data["chosen"])
    target = io.BytesIO()
    name, mime = f"{PurePath(sources[0].name).stem} marked.xlsx", FORMATS["xlsx"]
    try:
        if len(sources) == 1:
            mark_faults(viewer.inspection, sources[0], faults, target)
        else:
            name, mime = "Marked copies.zip", "application/zip"
            _write_zip(viewer.inspection, sources, faults, target)
    except Unreadable as unreadable:
        raise Refused(unreadable.message, field="files") from unreadable
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=name, content_type=mime)


def _write_zip(
    inspection: Inspection, sources: Sequence[SourceFile], faults: Sequence[CaseFault], target: BinaryIO
) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, source in enumerate(sources, start=1):
            book = io.BytesIO()
            mark_faults(inspection, source, faults, book)
            # Two files can have the same name.
            archive.writestr(f"{number} {PurePath(source.name).stem} marked.xlsx", book.getvalue())
