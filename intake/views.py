"""Adding many files: a folder, files or a ZIP are received, and one page puts each where it belongs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from documents import access as documents_access
from documents import presenting
from files.receiving import Received
from govuk.components import error_list
from govuk.rendering import error_summary
from inspections.access import InspectionViewer, inspection_page
from intake import access, actions, tasks, unpacking, waiting_files
from intake.models import Archive, WaitingFile
from intake.recogniser import Confidence
from intake.sorting import SortingRow, rows
from refusals import Refused, refusal_on

KEPT_DAYS = actions.KEPT_FOR.days


def _may_add(viewer: InspectionViewer) -> None:
    documents_access.found_or_404(access.fillable(viewer) and not viewer.inspection.is_withdrawn)


def _crumbs(viewer: InspectionViewer, here: str = "") -> list[tuple[str, str]]:
    slug = viewer.inspection.slug
    way = [("Documents", reverse("documents:list", args=[slug]))]
    way.append(("Add many files", reverse("intake:add-many", args=[slug]) if here else ""))
    return [*way, (here, "")] if here else way


# --- Receiving --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@documents_access.receiving_page(_may_add)
def add_many(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Receives files and ZIPs: from a form, or one by one from the page's own script."""
    if request.method != "POST":
        return _show_add(request, viewer, [], 200)
    received = [file for file in request.FILES.getlist("file") if isinstance(file, Received)]
    faults = [] if received else ["Choose a file, several files or a ZIP"]
    taken, remarks = 0, []
    for file in received:
        try:
            remarks.append(_take(viewer, file, str(request.POST.get("path", "")) if len(received) == 1 else ""))
            taken += 1
        except Refused as refused:
            faults.append(refused.message)
    if request.headers.get("Accept", "").startswith("application/json"):
        answer = {"added": taken, "already": False, "remark": " ".join(filter(None, remarks)), "faults": faults}
        return JsonResponse(answer, status=422 if faults else 200)
    if taken and faults:
        messages.success(request, f"{_files(taken)} received. See below why the rest was not.")
    if faults:
        return _show_add(request, viewer, faults, 422)
    return redirect("intake:sort", viewer.inspection.slug)


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _take(viewer: InspectionViewer, file: Received, path: str) -> str:
    """Store one file, or unpack one ZIP (at once if it is small). Returns what to tell the person about it."""
    name = file.name or "file"
    if not name.lower().endswith(".zip"):
        folders = path.replace("\\", "/").rpartition("/")[0]
        waiting = actions.take_in(
            inspection=viewer.inspection,
            received=file,
            path=f"{folders}/{name}" if folders else name,
            by=viewer.user,
            now=timezone.now(),
        )
        return waiting.remark
    archive = actions.take_archive(inspection=viewer.inspection, received=file, by=viewer.user, now=timezone.now())
    if unpacking.is_small(waiting_files.path_of(archive.stored_name)):
        unpacking.unpack(archive.pk, now=timezone.now)
    else:
        tasks.ask(archive.pk)
    return ""


def _show_add(request: HttpRequest, viewer: InspectionViewer, faults: list[str], status: int) -> HttpResponse:
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": _crumbs(viewer),
        "waiting": access.visible(viewer).filter(arrived_by=viewer.user).count(),
        "faults": faults,
        "error_summary": error_list([("id_file", fault) for fault in faults]) if faults else "",
        "kept_days": KEPT_DAYS,
        "most_files": actions.MOST_WAITING,
        **presenting.upload_facts(),
    }
    return render(request, "intake/add_many.html", context, status=status)


# --- Sorting ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def sort(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Every waiting file with its proposal; those that are confirmed are added to their documents."""
    _may_add(viewer)
    files = _asked_for(request, viewer)
    if request.method != "POST":
        return _show_sort(request, viewer, rows(viewer, files), 200)
    shown = [row for row in rows(viewer, files, request.POST) if row.form.is_bound]
    sound = [row for row in shown if row.form.is_valid()]
    out = [row.file.pk for row in sound if row.form.cleaned_data["leave_out"]]
    kept = [row for row in sound if not row.form.cleaned_data["leave_out"]]
    choices = {row.file.pk: row.form.choice() for row in kept}
    actions.leave_out(inspection=viewer.inspection, files=out, by=viewer.user, now=timezone.now())
    actions.decide(inspection=viewer.inspection, choices=choices, by=viewer.user, now=timezone.now())
    if request.POST.get("action") == "save" and len(sound) == len(shown):
        messages.success(request, f"Saved. The files wait here for {KEPT_DAYS} days from when they arrived.")
        return redirect(request.get_full_path())
    added = [] if request.POST.get("action") == "save" else _add(viewer, kept)
    return _after(request, viewer, added, len(out), [row for row in shown if row.form.errors])


def _asked_for(request: HttpRequest, viewer: InspectionViewer) -> QuerySet[WaitingFile]:
    """The person's own files or, if a coordinator asks, those of somebody else."""
    visible, of = access.visible(viewer), request.GET.get("of", "")
    return visible.filter(arrived_by=int(of) if of.isascii() and of.isdigit() and len(of) < 10 else viewer.user)


def _add(viewer: InspectionViewer, kept: list[SortingRow]) -> list[tuple[SortingRow, bool]]:
    """Add each file by itself; a row that could not be added gets an error. Returns each with whether it was new."""
    added = []
    for row in kept:
        choice = row.form.choice()
        if not choice.document:
            row.form.ask_where()
            continue
        with refusal_on(row.form, otherwise="to"):
            done = actions.add(waiting=row.file, choice=choice, by=viewer.user, now=timezone.now())
            if done is not None:
                added.append((row, done.is_new))
    return added


def _after(
    request: HttpRequest,
    viewer: InspectionViewer,
    added: list[tuple[SortingRow, bool]],
    out: int,
    faulty: list[SortingRow],
) -> HttpResponse:
    """Say what was done; then show the remaining files with their errors, or otherwise the register."""
    new = sum(is_new for _, is_new in added)
    documents = len({row.form.choice().document for row, is_new in added if is_new})
    words = [f"{_files(new)} added to {documents} document{'' if documents == 1 else 's'}."] if new else []
    if same := len(added) - new:
        words.append(f"{_files(same)} {'was' if same == 1 else 'were'} there already.")
    if out:
        words.append(f"{_files(out)} left out.")
    if faulty:
        words.append(f"{_files(len(faulty))} still wait{'s' if len(faulty) == 1 else ''}: see why below.")
    if words and (added or out):
        messages.success(request, " ".join(words))
    if not faulty:
        left = _asked_for(request, viewer).exists()
        return redirect("intake:sort" if left else "documents:list", viewer.inspection.slug)
    bound = {row.file.pk: row for row in faulty}
    left_rows = [bound.get(row.file.pk, row) for row in rows(viewer, _asked_for(request, viewer))]
    return _show_sort(request, viewer, left_rows, 422)


def _counted(shown: list[SortingRow]) -> str:
    """How well the files were recognised, leaving out zeros."""
    words = {Confidence.SURE: "recognised", Confidence.LIKELY: "likely", Confidence.UNKNOWN: "not recognised"}
    counts = {each: sum(row.proposal.confidence is each for row in shown) for each in words}
    return ", ".join(f"{count} {words[each]}" for each, count in counts.items() if count)


def _show_sort(request: HttpRequest, viewer: InspectionViewer, shown: list[SortingRow], status: int) -> HttpResponse:
    ready = sum(not row.is_undecided for row in shown)
    archives = access.visible_archives(viewer).filter(arrived_by=viewer.user)
    context: dict[str, Any] = {
        "inspection": viewer.inspection,
        "breadcrumbs": _crumbs(viewer, "Sort the files"),
        "rows": shown,
        "counted": _counted(shown),
        "ready": ready,
        "archives": [archive for archive in archives if archive.is_finished],
        "unpacking": [archive for archive in archives if not archive.is_finished],
        "others": _others(viewer),
        "form": next((row.form for row in shown if row.form.is_bound and row.form.errors), None),
        "faults": error_summary(*(row.form for row in shown)),
        "kept_days": KEPT_DAYS,
    }
    return render(request, "intake/sort.html", context, status=status)


def _others(viewer: InspectionViewer) -> list[tuple[int, str, int]]:
    """For a coordinator: whose files are waiting besides their own, and how many."""
    if not viewer.may(Permission.SORT_EVERYBODYS_FILES):
        return []
    found = access.visible(viewer).exclude(arrived_by=viewer.user).order_by()
    return list(found.values_list("arrived_by", "arrived_by__full_name").annotate(count=Count("pk")))


# --- ZIPs -------------------------------------------------------------------------------------------------------------


def _archive_or_404(viewer: InspectionViewer, pk: int) -> Archive:
    return get_object_or_404(access.visible_archives(viewer).select_related("inspection"), pk=pk)


@require_safe
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def progress(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """The progress of a ZIP, for a page whose script asks repeatedly; in a browser it redirects to that page."""
    context = {"inspection": viewer.inspection, "archive": _archive_or_404(viewer, pk)}
    if request.headers.get("X-Requested-With") != "fetch":
        return redirect("intake:sort", viewer.inspection.slug)
    return render(request, "intake/_progress.html", context)


@require_POST
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def dismiss(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """Deletes the messages about a ZIP that was unpacked, or a ZIP that is not to be unpacked after all."""
    actions.dismiss_archive(archive=_archive_or_404(viewer, pk), by=viewer.user, now=timezone.now())
    return redirect("intake:sort", viewer.inspection.slug)
