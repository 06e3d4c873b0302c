"""Pages about one file: replacing, describing, removing; and its versions, downloaded and restored."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from documents import access, presenting
from documents.evidence import actions, concurrent_replacements
from documents.evidence.actions import Added
from documents.forms import DescribeForm, ReplaceForm
from documents.models import File, Version
from documents.state import DocumentState
from documents.views.documents import afresh, crumbs, document_or_404, part_or_404, to_document
from files import serving
from govuk.forms import posted
from inspections import audit
from inspections.access import InspectionViewer, inspection_page
from refusals import refusal_in_banner, refusal_on

WIDENED = "Everybody who sees the document can open it now, so it needs a new approval."


# --- One file ---------------------------------------------------------------------------------------------------------


def _file_or_404(viewer: InspectionViewer, pk: int) -> File:
    """The file, if the person works on its document. Everybody who may do that may open the file too."""
    file = get_object_or_404(File.objects.select_related("inspection"), inspection=viewer.inspection, pk=pk)
    access.found_or_404(access.may_fill(viewer, file.document))
    return file


def _may_replace(viewer: InspectionViewer, pk: int) -> None:
    _file_or_404(viewer, pk)


def _about(viewer: InspectionViewer, file: File, here: str, **more: Any) -> dict[str, Any]:
    """What all pages of one file need."""
    state = document_or_404(viewer, file.document)
    versions = list(file.versions.select_related("uploaded_by").order_by("-number"))
    return {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, state, here),
        "state": state,
        "part": part_or_404(state, file.part),
        "file": file,
        "current": versions[0],
        "covers": part_or_404(state, file.part).covered(versions[0].covers),
        "earlier": versions[1:],
        **presenting.upload_facts(),
        **more,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@access.receiving_page(_may_replace)
def replace(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """A new version of a file; the old version stays in its history."""
    file = _file_or_404(viewer, pk)
    state = document_or_404(viewer, file.document)
    asked = part_or_404(state, file.part)
    form = ReplaceForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        part=asked.part,
        asked=asked.asked,
        current=file.versions.order_by("-number")[0],
        today=viewer.snapshot.today,
    )
    if form.is_valid():
        given = form.cleaned_data
        with refusal_on(form):
            added = actions.replace_file(
                file=file,
                received=given["file"][0],
                as_at=given.get("as_at"),
                note=given["note"],
                covers=given.get("covers"),
                seen=given["seen"],
                by=viewer.user,
                now=timezone.now(),
            )
            messages.success(request, _words_for_replacement(added, afresh(viewer, file.document)))
            return to_document(viewer, file.document, file.part)
    context = _about(viewer, file, "Replace a file", form=form)
    return render(request, "documents/replace.html", context, status=422 if form.is_bound else 200)


def _words_for_replacement(added: Added, state: DocumentState) -> str:
    if not added.is_new:
        return "This is the version that is here already, so nothing was changed."
    kept = concurrent_replacements.in_words(added.version, added.made_meanwhile) or "The earlier ones are kept."
    follows = presenting.what_follows(state)
    return f"Version {added.version.number} added. {kept} {added.version.remark} {follows}".replace("  ", " ")


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def describe(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """A file's name on the page, its date, and whether it names children; its history is shown beside."""
    file = _file_or_404(viewer, pk)
    context = _about(viewer, file, "Change a file")
    form = DescribeForm(
        posted(request),
        part=context["part"].part,
        asked=context["part"].asked,
        current=context["current"],
        today=viewer.snapshot.today,
    )
    if form.is_valid():
        given = form.cleaned_data
        with refusal_on(form):
            changed = actions.describe_file(
                file=file,
                label=given["label"],
                names_children=given["names_children"],
                as_at=given.get("as_at"),
                covers=given.get("covers"),
                by=viewer.user,
                now=timezone.now(),
            )
            if changed:
                widened = f" {WIDENED}" if file.names_children and not given["names_children"] else ""
                follows = presenting.what_follows(afresh(viewer, file.document))
                messages.success(request, f"File changed.{widened} {follows}")
            return to_document(viewer, file.document, file.part)
    return render(request, "documents/describe.html", context | {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def remove(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """Asks once more, then takes the file out of the document; it can be put back."""
    file = _file_or_404(viewer, pk)
    if request.method != "POST":
        return render(request, "documents/remove.html", _about(viewer, file, "Remove a file"))
    with refusal_in_banner(request):
        if actions.remove_file(file=file, by=viewer.user, now=timezone.now()):
            follows = presenting.what_follows(afresh(viewer, file.document))
            messages.success(request, f"File removed. It is kept and can be put back below. {follows}")
    return to_document(viewer, file.document, file.part)


@require_POST
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def put_back(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    file = _file_or_404(viewer, pk)
    with refusal_in_banner(request):
        if actions.put_back_file(file=file, by=viewer.user, now=timezone.now()):
            follows = presenting.what_follows(afresh(viewer, file.document))
            messages.success(request, f"File put back. {follows}")
    return to_document(viewer, file.document, file.part)


# --- Versions ---------------------------------------------------------------------------------------------------------


def version_or_404(viewer: InspectionViewer, pk: int) -> Version:
    return get_object_or_404(
        Version.objects.select_related("file__inspection"), file__inspection=viewer.inspection, pk=pk
    )


@require_POST
@inspection_page(Permission.FILL_OWN_DOCUMENTS)
def restore(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """An old version becomes the current one again."""
    version = version_or_404(viewer, pk)
    file = version.file
    access.found_or_404(access.may_fill(viewer, file.document))
    with refusal_in_banner(request):
        added = actions.restore_version(version=version, by=viewer.user, now=timezone.now())
        if added.is_new:
            follows = presenting.what_follows(afresh(viewer, file.document))
            messages.success(request, f"Version {version.number} restored as version {added.version.number}. {follows}")
    return to_document(viewer, file.document, file.part)


def openable_or_404(viewer: InspectionViewer, pk: int) -> Version:
    """The version, if the person may open its file."""
    version = version_or_404(viewer, pk)
    file = version.file
    access.found_or_404(access.may_open(viewer, file.document, names_children=file.names_children))
    return version


@require_safe
@inspection_page(Permission.OPEN_FILES)
def download(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponseBase:
    """Download the bytes of a version; if they are known to be damaged, show a warning instead."""
    version = openable_or_404(viewer, pk)
    return _warning(request, viewer, version) if version.is_damaged else _bytes(request, viewer, version)


@require_safe
@inspection_page(Permission.OPEN_FILES)
def download_anyway(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponseBase:
    """Download the bytes of a version, for somebody who has read what is wrong with them."""
    return _bytes(request, viewer, openable_or_404(viewer, pk))


def _warning(request: HttpRequest, viewer: InspectionViewer, version: Version) -> HttpResponse:
    """What is known to be wrong with a version, and what can be done."""
    file = version.file
    may_see = access.may_see(viewer, file.document)
    state = document_or_404(viewer, file.document) if may_see else None
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, state, "Damaged file") if state else [],
        "document": viewer.snapshot.framework.document(file.document),
        "may_see": may_see,
        "may_replace": access.may_fill(viewer, file.document)
        and not (file.is_archived or viewer.inspection.is_withdrawn),
        "version": version,
    }
    return render(request, "documents/damaged.html", context)


def _bytes(request: HttpRequest, viewer: InspectionViewer, version: Version) -> HttpResponseBase:
    """The bytes of a version, always as a download and never shown under the site's own address.

    Opening a file that names children is recorded, with who and when.
    """
    file = version.file
    try:
        response = serving.download_of(
            version.stored_name,
            name=version.original_name,
            mime=version.detected_type,
            size=version.size,
            # An address that anybody may use for a minute does not control who opens a file that names children.
            by_address=request.method == "GET" and not file.names_children,
        )
    except OSError:
        return render(request, "documents/unreadable.html", {"inspection": viewer.inspection}, status=503)
    if file.names_children and request.method == "GET":
        with transaction.atomic():
            detail = {"document": file.document, "file": file.pk, "version": version.number}
            audit.record(
                viewer.inspection,
                by=viewer.user,
                verb="file that names children opened",
                subject=viewer.snapshot.framework.document(file.document).title,
                now=timezone.now(),
                detail=detail,
            )
    return response
