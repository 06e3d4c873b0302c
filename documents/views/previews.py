"""Previews of a version, page by page, only for people who may open the file."""

from __future__ import annotations

from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from documents import access, tasks
from documents.evidence import previews
from documents.models import Version
from documents.state import states
from documents.views.documents import crumbs
from documents.views.files import openable_or_404
from inspections import audit
from inspections.access import InspectionViewer, inspection_page

_SALT = "documents.preview"
#: How long the pictures of a file that names children can be fetched after its page was recorded as opened.
OPEN_FOR = 15 * 60
#: For this many seconds a list that refreshes itself does not ask for the same preview again.
ASKED_AGAIN = 120


def _is_asked_by_script(request: HttpRequest) -> bool:
    """Whether a page's script asks for a part of the page again."""
    return request.headers.get("X-Requested-With") == "fetch"


@require_safe
@inspection_page(Permission.OPEN_FILES)
def preview(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """The first pages of a version as pictures, or that they are being drawn, or that there are none."""
    version = openable_or_404(viewer, pk)
    found = previews.preview_of(version.sha256, version.detected_type)
    if found.state == previews.WAITING and not _is_asked_by_script(request):
        tasks.ask_for_preview(version.pk)
    if version.file.names_children and request.method == "GET" and found.state == previews.READY:
        _record_opening(viewer, version)
    state = states(viewer.snapshot)[version.file.document]
    context = {
        "inspection": viewer.inspection,
        "breadcrumbs": crumbs(viewer, state, "Preview") if access.may_see(viewer, version.file.document) else [],
        "document": state.document,
        "may_see": access.may_see(viewer, version.file.document),
        "version": version,
        "preview": found,
        "pictures": [(page, _address(viewer, version, page)) for page in found.numbers],
    }
    return render(request, "documents/preview.html", context)


def _record_opening(viewer: InspectionViewer, version: Version) -> None:
    """Recorded like a download: who opened what, without its name."""
    file = version.file
    with transaction.atomic():
        audit.record(
            viewer.inspection,
            by=viewer.user,
            verb="file that names children opened",
            subject=viewer.snapshot.framework.document(file.document).title,
            now=timezone.now(),
            detail={"document": file.document, "file": file.pk, "version": version.number, "how": "preview"},
        )


def _address(viewer: InspectionViewer, version: Version, page: int) -> str:
    """The address of a picture; for a file that names children it includes a pass from the page that was recorded."""
    address = reverse("documents:picture", args=[viewer.inspection.slug, version.pk, page])
    if not version.file.names_children:
        return address
    return f"{address}?pass={signing.dumps([version.pk, viewer.user.pk], salt=_SALT)}"


def _has_pass(request: HttpRequest, viewer: InspectionViewer, version: Version) -> bool:
    try:
        said = signing.loads(request.GET.get("pass", ""), salt=_SALT, max_age=OPEN_FOR)
    except signing.BadSignature:
        return False
    return bool(said == [version.pk, viewer.user.pk])


@require_safe
@inspection_page(Permission.OPEN_FILES)
def picture(request: HttpRequest, viewer: InspectionViewer, pk: int, page: int) -> HttpResponseBase:
    """The picture of one page; page 0 is the thumbnail of the first."""
    version = openable_or_404(viewer, pk)
    access.found_or_404(not version.file.names_children or (page > 0 and _has_pass(request, viewer, version)))
    try:
        stream = previews.picture(version.sha256, page).open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(stream, content_type="image/webp")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Content-Disposition"] = "inline"
    return response


@require_safe
@inspection_page(Permission.OPEN_FILES)
def thumbnail(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """The thumbnail for a list, for a page whose script asks whether it is ready; in a browser, the preview."""
    version = openable_or_404(viewer, pk)
    access.found_or_404(not version.file.names_children)
    if not _is_asked_by_script(request):
        return redirect("documents:preview", viewer.inspection.slug, version.pk)
    state = previews.state_of(version.sha256, version.detected_type)
    # Beat draws new ones; an older one (brought from elsewhere, or its pictures lost) is drawn when a page asks.
    if state == previews.WAITING and cache.add(f"documents.preview.{version.pk}", True, ASKED_AGAIN):
        tasks.ask_for_preview(version.pk)
    context = {
        "inspection": viewer.inspection,
        "version_pk": version.pk,
        "name": version.file.label,
        "preview": state,
    }
    return render(request, "documents/_thumbnail.html", context)
