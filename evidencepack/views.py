"""What the inspectors would get, building a pack with progress, and what they got."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from documents.pack import naming_children
from evidencepack import actions, presenting, tasks
from evidencepack.changes import changes_between, held, is_current, last_sent
from evidencepack.fingerprint import fingerprint
from evidencepack.forms import SendingForm
from evidencepack.material import material
from evidencepack.models import CHILDREN_PDF, CHILDREN_ZIP, FRONT, PDF, UNFINISHED, ZIP, Pack, PackSending, PackState
from files import serving
from inspections.access import InspectionViewer, inspection_page
from refusals import Refused, refusal_on

# Fields that pages about a pack do not need.
HEAVY = ("manifest", "changes", "since__manifest", "since__changes", "supplements__manifest", "supplements__changes")
# The files of a pack: name in the address -> (file, words in its download name, type, names children).
FILES = {
    "pdf": (PDF, "", "application/pdf", False),
    "zip": (ZIP, "", "application/zip", False),
    "front": (FRONT, " front matter", "application/pdf", False),
    "children-pdf": (CHILDREN_PDF, " naming children", "application/pdf", True),
    "children-zip": (CHILDREN_ZIP, " naming children", "application/zip", True),
}


@require_safe
@inspection_page(Permission.READ_PACKS)
def pack_list(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    made_from = material(viewer.snapshot)
    packs = list(
        Pack.objects.filter(inspection=viewer.inspection)
        .defer(*HEAVY[:2], *HEAVY[4:])
        .select_related("requested_by", "supplements")
        .prefetch_related("sendings")
    )
    latest = next((pack for pack in packs if pack.state == PackState.READY and not pack.is_supplement), None)
    mark, sent = fingerprint(made_from), last_sent(viewer.inspection)
    changes = changes_between(held(sent), made_from) if sent else []
    context = {
        "inspection": viewer.inspection,
        "sent": sent,
        "changes": presenting.nameless(changes, with_children=viewer.may(Permission.READ_PACKS_THAT_NAME_CHILDREN)),
        "outlook": presenting.outlook(made_from),
        **presenting.newest(packs),
        "unfinished": next((pack for pack in packs if pack.state in UNFINISHED), None),
        "is_current": latest is not None and is_current(latest, mark, sent),
        "latest": latest,
        "may_build": viewer.may(Permission.BUILD_PACKS),
    }
    return render(request, "evidencepack/list.html", context)


@require_POST
@inspection_page(Permission.BUILD_PACKS)
def build_pack(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    return _ask(request, viewer, supplement=False)


@require_POST
@inspection_page(Permission.BUILD_PACKS)
def build_supplement(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    return _ask(request, viewer, supplement=True)


def _ask(request: HttpRequest, viewer: InspectionViewer, *, supplement: bool) -> HttpResponse:
    try:
        pack, is_new = actions.request_pack(
            inspection=viewer.inspection, by=viewer.user, now=timezone.now(), supplement=supplement
        )
    except Refused as refused:
        messages.warning(request, refused.message)
        return redirect("evidencepack:list", viewer.inspection.slug)
    what = "supplement" if supplement else "pack"
    if pack.state == PackState.QUEUED:
        tasks.ask(pack.pk)
    if is_new:
        messages.info(request, f"The {what} is being built. You can leave this page; it goes on without you.")
    elif pack.is_unfinished:
        messages.info(request, f"This {what} is being built already.")
    else:
        messages.info(request, f"Nothing has changed since pack {pack.number}, so this is still the {what}.")
    return redirect("evidencepack:pack", viewer.inspection.slug, pack.number)


def _pack(viewer: InspectionViewer, number: int) -> Pack:
    packs = Pack.objects.select_related("requested_by", "since", "supplements").defer(*HEAVY[2:])
    pack = get_object_or_404(packs, inspection=viewer.inspection, number=number)
    pack.inspection = viewer.inspection
    return pack


@require_safe
@inspection_page(Permission.READ_PACKS)
def pack_page(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    """One pack. While it is built, the page's script (house.js) asks every second and gets only the progress."""
    pack = _pack(viewer, number)
    if request.headers.get("X-Requested-With") == "fetch":
        context = {"inspection": viewer.inspection, "pack": pack}
        return render(request, "evidencepack/progress.html", context)
    return _show(request, viewer, pack)


def _show(request: HttpRequest, viewer: InspectionViewer, pack: Pack, form: SendingForm | None = None) -> HttpResponse:
    may_read_children = viewer.may(Permission.READ_PACKS_THAT_NAME_CHILDREN)
    context = {
        "inspection": viewer.inspection,
        "pack": pack,
        # First, since it marks the rows that the others show.
        "is_held_back": _is_held_back(viewer, pack),
        "documents": presenting.documents(pack, viewer.inspection.framework, with_children=may_read_children),
        "damaged": presenting.damaged(pack, with_children=may_read_children),
        "changes": presenting.changes(pack, with_children=may_read_children),
        "sendings": PackSending.objects.filter(pack=pack).select_related("recorded_by"),
        "files_are_gone": pack.state == PackState.READY and not pack.has_its_files,
        "may_build": viewer.may(Permission.BUILD_PACKS),
        "may_read_children": may_read_children,
        "form": form or SendingForm(has_children_part=pack.has_children_part),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "evidencepack/pack.html", context, status=status)


def _is_held_back(viewer: InspectionViewer, pack: Pack) -> bool:
    """Whether a file of the pack has since been marked as naming children, and the person may not open such files."""
    if viewer.may(Permission.READ_PACKS_THAT_NAME_CHILDREN):
        return False
    return presenting.hide_marked_since(pack, naming_children(viewer.inspection))


@require_POST
@inspection_page(Permission.BUILD_PACKS)
def record_sent(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    pack = _pack(viewer, number)
    form = SendingForm(request.POST, has_children_part=pack.has_children_part)
    if form.is_valid():
        given = form.cleaned_data
        with refusal_on(form, renamed={"sent_at": "day"}):
            sending = actions.record_sent(
                pack=pack,
                sent_at=given["sent_at"],
                recipient=given["recipient"],
                how=given["how"],
                once=given["once"],
                by=viewer.user,
                now=timezone.now(),
                with_children_part=given.get("with_children_part", False),
            )
            messages.success(request, f"Recorded: pack {pack.number} was sent to {sending.recipient}.")
            return redirect("evidencepack:pack", viewer.inspection.slug, number)
    return _show(request, viewer, pack, form)


@require_safe
@inspection_page(Permission.DOWNLOAD_PACKS)
def download(request: HttpRequest, viewer: InspectionViewer, number: int, kind: str) -> HttpResponseBase:
    """One file of a ready pack, as an attachment. Opening the part that names children is recorded."""
    if kind not in FILES:
        raise Http404
    name, words, content_type, names_children = FILES[kind]
    if not viewer.may(Permission.READ_PACKS_THAT_NAME_CHILDREN if names_children else Permission.READ_PACKS):
        raise Http404
    pack = _pack(viewer, number)
    if pack.state != PackState.READY or name not in pack.file_names or _is_held_back(viewer, pack):
        raise Http404
    called = f"{viewer.inspection.slug} evidence pack {pack.number}{words}{pack.folder.joinpath(name).suffix}"
    try:
        response = serving.from_disk(pack.folder / name, settings.PACKS_DIR, "packs", name=called, mime=content_type)
    except OSError:
        raise Http404 from None  # The pack's own page says that its files are gone.
    if names_children and request.method == "GET":
        actions.record_opened(pack=pack, by=viewer.user, now=timezone.now())
    return response
