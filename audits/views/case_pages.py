"""What the pages of one selected case share: its breadcrumbs, its heading, the log."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from audits.access import CaseViewer, NotTheirs
from audits.models import Audit
from audits.state import CaseState, audits_state
from audits.writing.answers import AuditForm
from cases.models import Access
from cases.privacy.log import log
from inspections.access import InspectionViewer


def crumbs(viewer: InspectionViewer, *way: tuple[str, str]) -> list[tuple[str, str]]:
    """The breadcrumbs from the list of audits."""
    return [("Audits", reverse("audits:list", args=[viewer.inspection.slug])), *way]


def case_address(seen: CaseViewer, name: str = "audits:case", *args: Any) -> str:
    """The address of a page of the case."""
    return reverse(name, args=[seen.viewer.inspection.slug, seen.case.number, *args])


def to_case(seen: CaseViewer, place: str = "") -> HttpResponse:
    """A redirect to the case's page, or to a place on it."""
    return redirect(case_address(seen) + (f"#{place}" if place else ""))


def note_reading(seen: CaseViewer, what: Access.What = Access.What.AUDIT, detail: str = "") -> None:
    """Log that the person read something of the case."""
    child = seen.case.child
    said = f"{seen.case.title}: {detail}" if detail else seen.case.title
    viewer = seen.viewer
    log(viewer.inspection, by=viewer.user, what=what, now=viewer.now, child=child.key if child else "", detail=said)


def audit_or_404(seen: CaseViewer, may: bool = True) -> Audit:
    """The case's audit. Raises Http404 if there is none, and NotTheirs if the person may not do this with it."""
    if seen.audit is None:
        raise Http404
    if not may:
        raise NotTheirs
    return seen.audit


def state_of(seen: CaseViewer) -> CaseState | None:
    """How far the audit is; None if the framework does not know the selection."""
    try:
        return audits_state(seen.viewer.snapshot).case(seen.case.number)
    except KeyError:
        return None


def asked_of(seen: CaseViewer) -> AuditForm:
    """What the audit asks."""
    snapshot = seen.viewer.snapshot
    return AuditForm(snapshot.framework, snapshot.plan)


def show_case_form(
    request: HttpRequest,
    seen: CaseViewer,
    form: Any,
    *,
    title: str,
    button: str,
    more: str = "",
    harm: bool = False,
    quote: str = "",
    back: str = "",
) -> HttpResponse:
    """A page of the case with one form and one button; `harm` makes it red, `quote` is what the form is about."""
    back = back or case_address(seen)
    context = {
        "inspection": seen.viewer.inspection,
        "breadcrumbs": crumbs(seen.viewer, (seen.case.title, case_address(seen)), (title, "")),
        "case": seen.case,
        "form": form,
        "title": title,
        "button": button,
        "more": more,
        "harm": harm,
        "quote": quote,
        "back": back,
    }
    return render(request, "audits/form.html", context, status=422 if form.errors else 200)


def wants_json(request: HttpRequest) -> bool:
    """Whether the page's own script saves, and wants JSON rather than a page."""
    return request.headers.get("Accept", "").startswith("application/json")
