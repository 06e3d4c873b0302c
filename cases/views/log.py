"""The log of readings, for the data protection officer: by person or child, and as a file for subject
access requests.
"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.permissions import Permission
from cases.models import Access, Child
from cases.privacy import searching
from cases.privacy.forms import LogSearchForm
from cases.privacy.log import log
from cases.views.pages import case_page
from govuk.export import FORMATS, rows_response
from inspections.access import InspectionViewer

PER_PAGE = 50
MOST_REFUSED = 10


@require_http_methods(["GET", "HEAD", "POST"])
@case_page(Permission.READ_CASE_LOG, Access.What.LOG)
def log_page(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Refused attempts come first. A search is posted and leads to an address with the child's key."""
    people = searching.people_in(viewer.inspection)
    if request.method != "POST":
        person, child = _wanted(request, viewer)
        form = LogSearchForm(people=people, initial={"person": person})
        return _show(request, viewer, form, person, child)
    form = LogSearchForm(request.POST, people=people)
    if form.is_valid():
        person, identifier = form.cleaned_data["person"], form.cleaned_data["identifier"]
        child = searching.child_called(viewer.inspection, identifier) if identifier else None
        if identifier:
            # Whether somebody is on the lists is told here already, whoever follows the redirect.
            _log_search(viewer, child, "Found" if child else "Not found")
        if child or not identifier:
            query = QueryDict(mutable=True)
            query.update({**({"person": str(person.pk)} if person else {}), **({"child": child.key} if child else {})})
            here = reverse("cases:log", args=[viewer.inspection.slug])
            return redirect(f"{here}?{query.urlencode()}" if query else here)
        one = viewer.snapshot.framework.grain.one
        form.add_error(
            "identifier",
            f"No {one} of these lists has this identifier. What was erased is not found any more.",
        )
    return _show(request, viewer, form, None, None)


@require_safe
@case_page(Permission.READ_CASE_LOG, Access.What.LOG)
def export_log(request: HttpRequest, viewer: InspectionViewer, fmt: str) -> HttpResponse:
    """The entries on the page as a file."""
    if fmt not in FORMATS:
        raise Http404
    person, child = _wanted(request, viewer)
    detail = "Downloaded the log" if child is None else "Downloaded the log of one record"
    _log_search(viewer, child, detail)
    found = searching.entries(viewer.inspection, person=person, child=child)
    return rows_response(searching.table_of(viewer.inspection, found), fmt, f"log-{viewer.inspection.slug}")


def _show(
    request: HttpRequest, viewer: InspectionViewer, form: LogSearchForm, person: User | None, child: Child | None
) -> HttpResponse:
    if child is not None:
        _log_search(viewer, child, "")
    refused = searching.entries(viewer.inspection, person=person, child=child, refused=True)
    only_refused = request.GET.get("show") == "refused"
    found = refused if only_refused else searching.entries(viewer.inspection, person=person, child=child, refused=False)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    number = refused.count()
    context = {
        "inspection": viewer.inspection,
        "form": form,
        "person": person,
        "child": child,
        "page": page,
        "refused": [] if only_refused else refused[:MOST_REFUSED],
        "refused_number": number,
        "more_refused": number > MOST_REFUSED and not only_refused,
        "only_refused": only_refused,
        "titles": searching.titles_of(viewer.inspection),
        "now": viewer.now,
    }
    return render(request, "cases/log.html", context, status=422 if form.errors else 200)


def _wanted(request: HttpRequest, viewer: InspectionViewer) -> tuple[User | None, Child | None]:
    """The person and the child in the address. Raises Http404 if the log does not know them."""
    person, key = request.GET.get("person", ""), request.GET.get("child", "")
    if person and not (person.isascii() and person.isdigit() and len(person) < 19):
        raise Http404
    found = get_object_or_404(searching.people_in(viewer.inspection), pk=int(person)) if person else None
    return found, get_object_or_404(Child, inspection=viewer.inspection, key=key) if key else None


def _log_search(viewer: InspectionViewer, child: Child | None, detail: str) -> None:
    log(
        viewer.inspection,
        by=viewer.user,
        what=Access.What.LOG,
        now=timezone.now(),
        child=child.key if child else "",
        detail=detail,
    )
