"""Exports of audits: make, download, and record that they were handed over.

The pages show numbers and hashes only, so that the DCS office can hand over what it may not read. Only downloads are
child-level.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from audits import tasks
from audits.access import CaseViewer, audit_page
from audits.duties import not_handed_over
from audits.exports import actions
from audits.exports.content import content_of
from audits.exports.documents import one_audit
from audits.exports.forms import HandoverForm
from audits.exports.queue import UNFINISHED
from audits.models import Audit, AuditExport, AuditExportFile
from audits.moderating.blindness import hidden_from
from audits.state import SelectionState, audits_state
from audits.stored_files import FOLDER
from audits.views.audits import owns_a_step
from audits.views.case_pages import audit_or_404
from cases.models import Access
from cases.privacy.log import log
from cases.views.pages import case_page
from files import serving
from inspections.access import InspectionViewer, inspection_page
from refusals import Refused, refusal_in_banner, refusal_on

State, Kind = AuditExport.State, AuditExportFile.Kind
MIMES = {Kind.PDF: "application/pdf", Kind.ZIP: "application/zip"}


def crumbs(viewer: InspectionViewer, *way: tuple[str, str]) -> list[tuple[str, str]]:
    """The breadcrumbs from the list of audits."""
    return [("Audits", reverse("audits:list", args=[viewer.inspection.slug])), *way]


def _check(viewer: InspectionViewer) -> None:
    """Raises Http404 for whoever neither makes exports nor hands them over."""
    if not (viewer.may(Permission.RECORD_AUDITS_HANDED_OVER) or owns_a_step(viewer)):
        raise Http404


@require_safe
@inspection_page(Permission.READ_OWN_WORK)
def all_exports(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Each selection with what was handed over of it, what is missing, and its exports."""
    _check(viewer)
    exports = AuditExport.objects.filter(inspection=viewer.inspection).select_related("requested_by")
    exports = exports.prefetch_related("handovers")
    state = audits_state(viewer.snapshot)
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, ("Exports and handing over", "")),
        "selections": [_row(viewer, each, list(exports)) for each in state.selections if each.is_audited],
        "unfinished": next((row for row in exports if row.state in UNFINISHED), None),
        "may_make": viewer.may(Permission.EXPORT_AUDITS) and not viewer.inspection.is_withdrawn,
    }
    return render(request, "audits/exports/all.html", context)


def _row(viewer: InspectionViewer, each: SelectionState, exports: list[AuditExport]) -> dict[str, Any]:
    key = each.selection.handover_step
    dated = viewer.snapshot.dated(viewer.snapshot.framework.step(key)) if key else None
    own = [row for row in exports if row.selection == each.selection.key]
    ready = next((row for row in own if row.state == State.READY and not row.erased_at), None)
    waiting = [case for case in each.not_handed_over if case.is_submitted]
    return {
        "state": each,
        "submitted": sum(case.is_submitted and not case.is_erased for case in each.cases),
        "missing": not_handed_over(each) if key else (),
        "due": dated.due if dated else None,
        "exports": own,
        "ready": ready,
        # Whether the newest export holds all that is submitted and not handed over yet.
        "is_current": ready is not None and all(case.number in ready.cases for case in waiting),
    }


@require_POST
@inspection_page(Permission.EXPORT_AUDITS)
def make_export(request: HttpRequest, viewer: InspectionViewer, selection: str) -> HttpResponse:
    with refusal_in_banner(request):
        export, is_new = actions.request_export(
            inspection=viewer.inspection, selection=selection, by=viewer.user, now=timezone.now()
        )
        if is_new:
            tasks.ask_for_export(export.pk)
        return redirect("audits:export", viewer.inspection.slug, export.number)
    return redirect("audits:exports", viewer.inspection.slug)


@require_safe
@inspection_page(Permission.READ_OWN_WORK)
def export_page(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    """One export. The page's script asks for progress every second and gets only that part."""
    _check(viewer)
    export = _export(viewer, number)
    if request.headers.get("X-Requested-With") == "fetch":
        return render(request, "audits/exports/_progress.html", {"inspection": viewer.inspection, "export": export})
    return _show(request, viewer, export)


@require_safe
@case_page(Permission.EXPORT_AUDITS, Access.What.AUDIT_EXPORT)
def download(request: HttpRequest, viewer: InspectionViewer, number: int, kind: str) -> HttpResponseBase:
    """A file of an export. The download is logged. Whoever has to grade one of its audits unseen does not get it."""
    export = _export(viewer, number)
    file = get_object_or_404(AuditExportFile, export=export, kind=kind, stored_name__isnull=False)
    with refusal_in_banner(request):
        _check_grades(viewer, export.cases, f"{export}: {file.get_kind_display()}")
        path = FOLDER.path_of(file.stored_name or "")
        name = f"{viewer.inspection.slug}-{export.selection}-{file.name}"
        try:
            response = serving.from_disk(path, path.parent, FOLDER.name, name=name, mime=MIMES[Kind(kind)])
        except OSError:
            raise Http404 from None
        if request.method == "GET":
            _log(viewer, f"{export}: {file.get_kind_display()}")
        return response
    return redirect("audits:export", viewer.inspection.slug, number)


def _check_grades(viewer: InspectionViewer, cases: list[int], detail: str, child: str = "") -> None:
    """Raises Refused if the person moderates one of these cases and has not graded it. The attempt is logged."""
    hidden = Audit.objects.filter(pk__in=hidden_from(viewer.inspection, viewer.user.pk), case__number__in=cases)
    numbers = sorted(hidden.values_list("case__number", flat=True))
    if numbers:
        _log(viewer, detail, child, was_refused=True)
        raise Refused(
            f"You moderate {actions.in_words(numbers)} and have not graded yet. "
            "The files show the first grade, so grade first, then download them."
        )


def _log(viewer: InspectionViewer, detail: str, child: str = "", *, was_refused: bool = False) -> None:
    log(
        viewer.inspection,
        by=viewer.user,
        what=Access.What.AUDIT_EXPORT,
        now=timezone.now(),
        child=child,
        detail=detail,
        was_refused=was_refused,
    )


@require_POST
@inspection_page(Permission.READ_OWN_WORK)
def record_handed_over(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    _check(viewer)
    export = _export(viewer, number)
    form = HandoverForm(request.POST, missing=_missing(viewer, export))
    if form.is_valid():
        given = form.cleaned_data
        facts = {name: given[name] for name in ("handed_over_at", "recipient", "how", "once")}
        with refusal_on(form, renamed={"handed_over_at": "day"}):
            handover = actions.record_handed_over(
                export=export,
                is_partial=given.get("is_partial", False),
                by=viewer.user,
                now=timezone.now(),
                **facts,
            )
            messages.success(request, f"Recorded: {export} was handed over to {handover.recipient}.")
            return redirect("audits:export", viewer.inspection.slug, number)
    return _show(request, viewer, export, form=form)


@require_safe
@audit_page(Access.What.AUDIT_EXPORT)
def case_pdf(request: HttpRequest, seen: CaseViewer) -> HttpResponseBase:
    """One audit as a PDF: for case officers, and for its auditor once it is submitted."""
    audit_or_404(seen, seen.is_officer or seen.is_auditor)
    if not seen.may_have_pdf:
        raise Http404
    viewer, case = seen.viewer, seen.case
    with refusal_in_banner(request):
        _check_grades(viewer, [case.number], f"{case.title}: PDF", case.child.key if case.child else "")
        content = content_of(case)
        if content is None or case.child is None:
            raise Http404
        written = one_audit(viewer.inspection, content, made_at=viewer.now)
        if request.method == "GET":
            _log(viewer, f"{case.title}: PDF", child=case.child.key)
        return _attachment(written, f"{viewer.inspection.slug}-case-{case.number}.pdf")
    return redirect("audits:list", viewer.inspection.slug)


def _attachment(written: bytes, name: str) -> HttpResponse:
    response = HttpResponse(written, content_type=MIMES[Kind.PDF])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _export(viewer: InspectionViewer, number: int) -> AuditExport:
    rows = AuditExport.objects.select_related("requested_by")
    export = get_object_or_404(rows, inspection=viewer.inspection, number=number)
    export.inspection = viewer.inspection
    return export


def _missing(viewer: InspectionViewer, export: AuditExport) -> list[int]:
    try:
        return actions.missing_from(export, audits_state(viewer.snapshot).of(export.selection))
    except KeyError:
        return []


def _show(
    request: HttpRequest, viewer: InspectionViewer, export: AuditExport, *, form: HandoverForm | None = None
) -> HttpResponse:
    now = timezone.localtime(viewer.now)
    missing = _missing(viewer, export)
    initial = {"day": now.date(), "time": now.time()}
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(
            viewer,
            ("Exports and handing over", reverse("audits:exports", args=[viewer.inspection.slug])),
            (str(export), ""),
        ),
        "export": export,
        "selection": next(
            (each for each in viewer.snapshot.framework.case_selections if each.key == export.selection), None
        ),
        "is_unfinished": export.state in UNFINISHED,
        "files": export.files.all(),
        "handovers": export.handovers.select_related("recorded_by"),
        "missing": missing,
        "form": form or HandoverForm(missing=missing, initial=initial),
        "may_download": viewer.may(Permission.EXPORT_AUDITS) and not export.erased_at,
        "may_make": viewer.may(Permission.EXPORT_AUDITS) and not viewer.inspection.is_withdrawn,
        "may_record": export.state == State.READY and not export.erased_at and not viewer.inspection.is_withdrawn,
    }
    return render(request, "audits/exports/one.html", context, status=422 if form and form.errors else 200)
