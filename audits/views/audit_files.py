"""The files of an audit: added by its auditor, downloaded by everybody who reads the answers, removed."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audits.access import CaseViewer, NotTheirs, audit_page
from audits.models import AuditFile
from audits.stored_files import FOLDER
from audits.views.case_pages import audit_or_404, note_reading, to_case
from audits.views.writing import show_case
from audits.writing import files
from audits.writing.forms import AddFilesForm
from cases.models import Access
from files import serving
from files.receiving import Received, receiving_page
from refusals import refusal_in_banner

FILE = Access.What.AUDIT_FILE


def may_add(seen: CaseViewer) -> None:
    """Only the auditor adds files. Raises Http404."""
    audit_or_404(seen, seen.is_auditor)


@require_POST
@receiving_page(audit_page(FILE), may_add)
def add_files(request: HttpRequest, seen: CaseViewer) -> HttpResponse:
    """Adds files. Each is handled by itself, so that a refused one does not hold up the others."""
    audit = audit_or_404(seen)
    chosen = cast("list[Received]", request.FILES.getlist("file"))
    if not chosen:
        return show_case(request, seen, files=AddFilesForm(request.POST, request.FILES))
    added, remarks = 0, []
    for received in chosen:
        with refusal_in_banner(request):
            file, remark = files.add_file(audit=audit, received=received, by=seen.viewer.user, now=timezone.now())
            added += 1
            if remark:
                remarks.append(f"{file.name}: {remark}")
    if added:
        words = "1 file added." if added == 1 else f"{added} files added."
        messages.success(request, " ".join([words, *remarks]))
    return to_case(seen, "files")


@require_safe
@audit_page(FILE)
def file(request: HttpRequest, seen: CaseViewer, pk: int) -> HttpResponseBase:
    """Downloads a file of the audit."""
    row = _file_or_404(seen, pk, seen.reads_answers)
    path = FOLDER.path_of(row.stored_name or "")
    try:
        response = serving.from_disk(path, path.parent, FOLDER.name, name=row.name, mime=row.mime)
    except OSError:
        raise Http404 from None
    note_reading(seen, FILE, f"file {row.pk}")
    return response


@require_POST
@audit_page(FILE)
def remove_file(request: HttpRequest, seen: CaseViewer, pk: int) -> HttpResponse:
    row = _file_or_404(seen, pk, seen.is_auditor)
    with refusal_in_banner(request):
        if files.remove_file(file=row, by=seen.viewer.user, now=timezone.now()):
            messages.success(request, "File removed. It is deleted for good.")
    return to_case(seen, "files")


def _file_or_404(seen: CaseViewer, pk: int, may: bool) -> AuditFile:
    audit = audit_or_404(seen, may)
    if AuditFile.objects.filter(pk=pk).exclude(audit=audit).exists():
        raise NotTheirs
    row = get_object_or_404(AuditFile.objects.exclude(stored_name=None), audit=audit, pk=pk)
    row.audit = audit
    return row
