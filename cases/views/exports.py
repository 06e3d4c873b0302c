"""Exports for the lead inspector: build, download, encrypt, record as sent."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from cases import tasks
from cases.exports import actions
from cases.exports.encryption import write_encrypted
from cases.exports.forms import ExportSendingForm, PassphraseForm
from cases.exports.queue import UNFINISHED
from cases.exports.tables import applied_lists
from cases.models import Access, CaseExport, CaseExportFile, CaseExportSending
from cases.privacy.log import log
from cases.state import cases_state
from cases.stored_files import FOLDER
from cases.views.lists import crumbs
from cases.views.pages import case_page
from files import serving
from inspections.access import InspectionViewer
from refusals import refusal_in_banner, refusal_on

State, Kind = CaseExport.State, CaseExportFile.Kind
MIMES = {
    Kind.WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.CSV: "application/zip",
}
ZIP = "application/zip"


@require_safe
@case_page(Permission.EXPORT_CASES, Access.What.EXPORT)
def all_exports(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    exports = CaseExport.objects.filter(inspection=viewer.inspection).select_related("requested_by", "as_of")
    exports = exports.prefetch_related("sendings")
    imports = applied_lists(viewer.inspection)
    lists = viewer.inspection.framework.case_lists
    latest = max(imports.values(), key=lambda row: (row.applied_at, row.number), default=None)
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, ("Exports", "")),
        "exports": exports,
        "unfinished": next((row for row in exports if row.state in UNFINISHED), None),
        "current": next((row for row in exports if row.state == State.READY and row.as_of == latest), None),
        "sent": CaseExportSending.objects.filter(export__inspection=viewer.inspection).select_related("export").first(),
        "has_lists": bool(imports),
        "may_import": viewer.may(Permission.IMPORT_CASES) and not viewer.inspection.is_withdrawn,
        "contradictions": cases_state(viewer.snapshot).contradictions,
        "not_imported": [each for each in lists if each.key not in imports],
    }
    return render(request, "cases/exports/all.html", context)


@require_POST
@case_page(Permission.EXPORT_CASES, Access.What.EXPORT)
def make_export(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    with refusal_in_banner(request):
        export, is_new = actions.request_export(inspection=viewer.inspection, by=viewer.user, now=timezone.now())
        if is_new:
            tasks.ask_for_export(export.pk)
        elif export.state == State.READY:
            messages.info(request, f"No list has changed since export {export.number}, so this is still the export.")
        return redirect("cases:export", viewer.inspection.slug, export.number)
    return redirect("cases:exports", viewer.inspection.slug)


@require_safe
@case_page(Permission.EXPORT_CASES, Access.What.EXPORT)
def export_page(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    """One export. The page's script asks for progress every second and gets only that part."""
    export = _export(viewer, number)
    if request.headers.get("X-Requested-With") == "fetch":
        return render(request, "cases/exports/_progress.html", {"inspection": viewer.inspection, "export": export})
    return _show(request, viewer, export)


@require_safe
@case_page(Permission.EXPORT_CASES, Access.What.EXPORT)
def download(request: HttpRequest, viewer: InspectionViewer, number: int, kind: str) -> HttpResponseBase:
    """A file of an export. The download is logged."""
    file = get_object_or_404(CaseExportFile, export=_export(viewer, number), kind=kind, stored_name__isnull=False)
    path = FOLDER.path_of(file.stored_name or "")
    try:
        response = serving.from_disk(path, path.parent, FOLDER.name, name=_name(viewer, file), mime=MIMES[Kind(kind)])
    except OSError:
        raise Http404 from None
    if request.method == "GET":
        detail = f"Export {number}: {file.get_kind_display()}"
        log(viewer.inspection, by=viewer.user, what=Access.What.EXPORT, now=timezone.now(), detail=detail)
    return response


@sensitive_post_parameters("passphrase", "again")
@require_POST
@case_page(Permission.EXPORT_CASES, Access.What.EXPORT)
def encrypt(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponseBase:
    """All files in one ZIP with a passphrase. It is made for this response and not stored."""
    export = _export(viewer, number)
    form = PassphraseForm(request.POST)
    if form.is_valid():
        with refusal_on(form):
            return _encrypted(viewer, export, form.cleaned_data["passphrase"])
    return _show(request, viewer, export, passphrase_form=form)


def _encrypted(viewer: InspectionViewer, export: CaseExport, passphrase: str) -> HttpResponseBase:
    now, name = timezone.now(), "case-lists-encrypted.zip"
    with ExitStack() as opened:
        try:
            kept = export.files.exclude(stored_name=None)
            files = {row.name: opened.enter_context(FOLDER.path_of(row.stored_name or "").open("rb")) for row in kept}
        except OSError:
            raise Http404 from None
        if not files:
            raise Http404
        # Only encrypted bytes are written to this temporary file, which has no name.
        target = tempfile.TemporaryFile()  # noqa: SIM115  # closed by the response
        size, sha256 = write_encrypted(files, target, passphrase)  # type: ignore[arg-type]
    file = actions.record_encrypted(export=export, name=name, size=size, sha256=sha256, by=viewer.user, now=now)
    detail = f"Export {export.number}: {file.get_kind_display()}"
    log(viewer.inspection, by=viewer.user, what=Access.What.EXPORT, now=now, detail=detail)
    response = FileResponse(target, as_attachment=True, filename=_name(viewer, file), content_type=ZIP)
    response["Content-Length"] = str(size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@case_page(Permission.RECORD_CASES_SENT, Access.What.EXPORT)
def record_sent(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    export = _export(viewer, number)
    form = ExportSendingForm(request.POST, export=export)
    if form.is_valid():
        given = form.cleaned_data
        facts = {name: given[name] for name in ("sent_at", "recipient", "how", "once")}
        with refusal_on(form, renamed={"sent_at": "day", "files": "chosen"}):
            sending = actions.record_sent(
                export=export, files=given["chosen"], by=viewer.user, now=timezone.now(), **facts
            )
            messages.success(request, f"Recorded: export {number} was sent to {sending.recipient}.")
            return redirect("cases:export", viewer.inspection.slug, number)
    return _show(request, viewer, export, sending_form=form)


def _export(viewer: InspectionViewer, number: int) -> CaseExport:
    rows = CaseExport.objects.select_related("requested_by", "as_of")
    export = get_object_or_404(rows, inspection=viewer.inspection, number=number)
    export.inspection = viewer.inspection
    return export


def _name(viewer: InspectionViewer, file: CaseExportFile) -> str:
    return f"{viewer.inspection.slug}-{file.name}"


def _show(
    request: HttpRequest,
    viewer: InspectionViewer,
    export: CaseExport,
    *,
    passphrase_form: PassphraseForm | None = None,
    sending_form: ExportSendingForm | None = None,
) -> HttpResponse:
    forms: list[Any] = [passphrase_form, sending_form]
    now = timezone.localtime(viewer.now)
    initial = {"day": now.date(), "time": now.time()}
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(
            viewer,
            ("Exports", reverse("cases:exports", args=[viewer.inspection.slug])),
            (f"Export {export.number}", ""),
        ),
        "export": export,
        "is_unfinished": export.state in UNFINISHED,
        "lists": _lists(viewer, export),
        "files": export.files.exclude(stored_name=None),
        "encrypted": export.files.filter(kind=Kind.ENCRYPTED),
        "sendings": export.sendings.select_related("recorded_by").prefetch_related("files"),
        "passphrase_form": passphrase_form or PassphraseForm(),
        "form": sending_form or ExportSendingForm(export=export, initial=initial),
        "may_record": viewer.may(Permission.RECORD_CASES_SENT),
    }
    return render(
        request, "cases/exports/one.html", context, status=422 if any(form and form.errors for form in forms) else 200
    )


def _lists(viewer: InspectionViewer, export: CaseExport) -> list[dict[str, Any]]:
    """Each list of the framework with its number of children in the export; None if it was never imported."""
    return [
        {"list": each, "children": export.lists.get(each.key), "lacking": export.lacking.get(each.key, [])}
        for each in viewer.inspection.framework.case_lists
    ]
