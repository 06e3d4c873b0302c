"""A list of children, the search for a child, and a child's record. For case officers only; every reading is logged."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from cases.imports.difference import last_applied
from cases.lists.bands import age_on
from cases.lists.forms import ExplainForm, FindForm, ListFilter
from cases.lists.history import ChildHistory, history_of
from cases.lists.presenting import change, contradictions_in_words, facts_of, history_lines, who_is
from cases.lists.querying import MOST_HITS, ListQuery, RowPages, found_children, known_number, narrowed
from cases.lists.showing import spreadsheet, table_of
from cases.models import Access, CaseImport, Child, ListRow
from cases.privacy.log import log
from cases.state import ListState, cases_state
from cases.value_labels import ValueLabels, value_labels_of
from cases.views.lists import crumbs, list_or_404, show_lists
from cases.views.pages import case_page
from govuk.export import FORMATS, csv_response, rows_response
from govuk.forms import lower_first
from inspections.access import InspectionViewer

#: A workbook is built in memory, so longer lists are available as CSV only.
MOST_IN_A_WORKBOOK = 20_000


def _narrowed(
    request: HttpRequest, viewer: InspectionViewer, shown: ListState, labels: ValueLabels
) -> tuple[ListFilter, ListQuery, QuerySet[ListRow]]:
    """The filter in the address, the query it stands for, and the rows that match."""
    key = shown.case_list.key
    form = ListFilter(request.GET, labels=labels, case_list=key)
    wanted = form.wanted(request.GET.get("sort", ""))
    return form, wanted, narrowed(viewer.inspection.pk, key, wanted, labels, on=_day(shown, viewer))


def _day(shown: ListState, viewer: InspectionViewer) -> date:
    """The day that the list describes; today if it was never imported."""
    return shown.last.day if shown.last else viewer.snapshot.today


@require_safe
@case_page(Permission.READ_CASES, Access.What.LIST)
def list_page(request: HttpRequest, viewer: InspectionViewer, list: str) -> HttpResponse:
    shown = list_or_404(cases_state(viewer.snapshot), list)
    labels = value_labels_of(viewer.snapshot.framework)
    form, wanted, rows = _narrowed(request, viewer, shown, labels)
    known = known_number(list, wanted, shown.last) if shown.last else 0
    page = RowPages(rows, known).get_page(request.GET.get("page"))
    log(
        viewer.inspection,
        by=viewer.user,
        what=Access.What.LIST,
        now=viewer.now,
        list=list,
        detail=f"Page {page.number}",
    )
    found = page.paginator.count
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, (shown.case_list.short, "")),
        "state": shown,
        "changed": lower_first(change(shown)),
        "filter": form,
        "is_narrow": wanted.is_narrow,
        "page": page,
        "found": found,
        "is_erased": bool(found) and not page.object_list,
        "table": table_of(
            [*page.object_list], labels, list, viewer.inspection.slug, sort=wanted.sort, on=_day(shown, viewer)
        ),
        "find": FindForm(a=viewer.snapshot.framework.grain.a),
        "who": shown.case_list.rows_are,
        "formats": sorted(FORMATS) if found <= MOST_IN_A_WORKBOOK else ["csv"],
        "most_in_a_workbook": MOST_IN_A_WORKBOOK,
    }
    return render(request, "cases/list.html", context)


@require_safe
@case_page(Permission.READ_CASES, Access.What.EXPORT)
def export_list(request: HttpRequest, viewer: InspectionViewer, list: str, fmt: str) -> HttpResponseBase:
    """The filtered list as a spreadsheet. A long list is available as streamed CSV only."""
    shown = list_or_404(cases_state(viewer.snapshot), list)
    labels = value_labels_of(viewer.snapshot.framework)
    _, wanted, rows = _narrowed(request, viewer, shown, labels)
    known = known_number(list, wanted, shown.last) if shown.last else 0
    found = rows.count() if known is None else known
    if fmt not in FORMATS or (fmt != "csv" and found > MOST_IN_A_WORKBOOK):
        raise Http404
    detail = f"{found} rows as {fmt.upper()}{', narrowed' if wanted.is_narrow else ''}"
    log(viewer.inspection, by=viewer.user, what=Access.What.EXPORT, now=viewer.now, list=list, detail=detail)
    made = spreadsheet(rows.iterator(chunk_size=2000), labels, list)
    name = f"{list}-{viewer.inspection.slug}"
    return csv_response(made, name) if fmt == "csv" else rows_response(made, fmt, name)


@require_POST
@case_page(Permission.READ_CASES, Access.What.SEARCH)
def find_child(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Searches for an identifier, which is posted so that no address contains it. A single hit opens at once."""
    who = viewer.snapshot.framework.grain
    form = FindForm(request.POST, a=who.a)
    if not form.is_valid():
        return show_lists(request, viewer, form)
    found = found_children(viewer.inspection.pk, form.cleaned_data["identifier"])
    detail = f"{len(found)} found"
    log(viewer.inspection, by=viewer.user, what=Access.What.SEARCH, now=viewer.now, detail=detail)
    if not found:
        form.add_error(
            "identifier", f"No {who.one} on the lists, now or before, has this identifier. Check its spelling."
        )
        return show_lists(request, viewer, form)
    if len(found) == 1:
        return redirect("cases:child", viewer.inspection.slug, found[0].key)
    names = {each.key: each.short for each in viewer.snapshot.framework.case_lists}
    on: dict[int, list[str]] = {child.pk: [] for child in found[:MOST_HITS]}
    for child, case_list in ListRow.objects.filter(child__in=on, until=None).values_list("child_id", "list"):
        on[child].append(names.get(case_list, case_list))
    context = {
        "inspection": viewer.inspection,
        "who": who,
        "breadcrumbs": crumbs(viewer, (f"{who.several.capitalize()} found", "")),
        "hits": [(child, sorted(on[child.pk])) for child in found[:MOST_HITS]],
        "is_cut": len(found) > MOST_HITS,
        "find": form,
    }
    return render(request, "cases/found.html", context)


@require_safe
@case_page(Permission.READ_CASES, Access.What.CHILD)
def child_page(request: HttpRequest, viewer: InspectionViewer, key: str) -> HttpResponse:
    return show_child(request, viewer, child_or_404(viewer, key))


def child_or_404(viewer: InspectionViewer, key: str) -> Child:
    """A child of the inspection by its random key."""
    return get_object_or_404(Child, inspection=viewer.inspection, key=key)


def show_child(
    request: HttpRequest, viewer: InspectionViewer, child: Child, *, form: ExplainForm | None = None, of: int = 0
) -> HttpResponse:
    """The child's page. If the form of one of its contradictions (`of`) has errors, the status is 422."""
    labels = value_labels_of(viewer.snapshot.framework)
    past = history_of(child)
    rows = _rows_in_order(past, labels)
    contradictions = contradictions_in_words(child.contradictions.select_related("noted_by").order_by("pk"), labels)
    log(viewer.inspection, by=viewer.user, what=Access.What.CHILD, now=viewer.now, child=child.key)
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, (child.identifier, "")),
        "child": child,
        "who": who_is((line.list for line in past.happenings), labels.framework),
        "past": past,
        "lists": [_short(labels, row.list) for row in rows],
        "facts": facts_of(rows, labels),
        "age": _age(rows, last_applied(viewer.inspection.pk)),
        "left": past.happenings[0] if past.is_gone and past.happenings else None,
        "lines": history_lines(past, labels),
        "contradictions": [(each, form if each.row.pk == of else ExplainForm()) for each in contradictions],
        "is_open": not viewer.inspection.is_withdrawn,
        "form": form,
    }
    return render(request, "cases/child.html", context, status=422 if form else 200)


def _rows_in_order(past: ChildHistory, labels: ValueLabels) -> list[ListRow]:
    """The child's current rows, in the order of the framework's lists."""
    return [past.current[each.key] for each in labels.framework.case_lists if each.key in past.current]


def _short(labels: ValueLabels, case_list: str) -> str:
    return labels.framework.case_list(case_list).short


def _age(rows: list[ListRow], last: CaseImport | None) -> str:
    """The child's age on the day of the latest import, in words; empty if it is not known."""
    born = next((row.born for row in rows if row.born), None)
    if born is None or last is None:
        return ""
    years = age_on(born, last.day)
    return "not yet born" if years < 0 else "under 1" if years == 0 else str(years)
