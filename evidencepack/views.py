"""What the inspectors would get, building it with progress, and what they got."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role
from accounts.refusal import Refused
from evidencepack import actions, building, tasks
from evidencepack.changes import changes_since_sent
from evidencepack.forms import SendingForm
from evidencepack.material import fingerprint, material
from evidencepack.models import UNFINISHED, Pack, Sending, State
from inspections.access import InspectionSight, inspection_page

READERS = (Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE)
BUILDERS = (Role.COORDINATOR, Role.DCS_OFFICE)
# The files of a pack: name in the address -> (file, ending, only for those who may open files that name children).
FILES = {
    "pdf": (building.PDF, "pdf", False),
    "zip": (building.ZIP, "zip", False),
    "front": (building.FRONT, "pdf", False),
    "children-pdf": (building.CHILDREN_PDF, "pdf", True),
    "children-zip": (building.CHILDREN_ZIP, "zip", True),
}
CHILDREN_READERS = (Role.COORDINATOR, Role.CASE_OFFICER)


@require_safe
@inspection_page(*READERS)
def pack_list(request: HttpRequest, sight: InspectionSight) -> HttpResponse:
    made_from = material(sight.standing)
    packs = list(
        Pack.objects.filter(inspection=sight.inspection).select_related("requested_by").prefetch_related("sendings")
    )
    latest = next((pack for pack in packs if pack.state == State.READY), None)
    parts: list[dict[str, Any]] = [
        {"document": document, "part": part, "is_supplied": bool(part.files) or part.nil_return is not None}
        for document, part in made_from.parts()
        if not part.part.optional or part.files
    ]
    context = {
        "inspection": sight.inspection,
        "standing": sight.standing,
        "documents": made_from.documents,
        "supplied": sum(row["is_supplied"] for row in parts),
        "not_supplied": [row for row in parts if not row["is_supplied"]],
        "files": sum(len(part.files) for _, part in made_from.parts()),
        "packs": packs,
        "unfinished": next((pack for pack in packs if pack.state in UNFINISHED), None),
        "is_current": latest is not None and latest.fingerprint == fingerprint(made_from),
        "latest": latest,
        "may_build": sight.has(*BUILDERS),
    }
    return render(request, "evidencepack/list.html", context)


@require_POST
@inspection_page(*BUILDERS)
def build_pack(request: HttpRequest, sight: InspectionSight) -> HttpResponse:
    pack, is_new = actions.request_pack(inspection=sight.inspection, by=sight.user, now=timezone.now())
    if is_new:
        tasks.ask(pack.pk)
        messages.info(request, "The pack is being built. You can leave this page; it goes on without you.")
    elif pack.is_unfinished:
        messages.info(request, "This pack is being built already.")
    else:
        messages.info(request, f"Nothing has changed since pack {pack.number}, so this is still the pack.")
    return redirect("evidencepack:pack", sight.inspection.slug, pack.number)


def _pack(sight: InspectionSight, number: int) -> Pack:
    return get_object_or_404(Pack.objects.select_related("requested_by"), inspection=sight.inspection, number=number)


@require_safe
@inspection_page(*READERS)
def pack_page(request: HttpRequest, sight: InspectionSight, number: int) -> HttpResponse:
    return _show(request, sight, _pack(sight, number))


def _show(request: HttpRequest, sight: InspectionSight, pack: Pack, form: SendingForm | None = None) -> HttpResponse:
    may_read_children = sight.has(*CHILDREN_READERS)
    context = {
        "inspection": sight.inspection,
        "standing": sight.standing,
        "pack": pack,
        # What names children keeps its names to those who may open it.
        "rows": [row for row in pack.manifest if may_read_children or not row["names_children"]],
        "hidden": sum(bool(row["names_children"]) for row in pack.manifest) if not may_read_children else 0,
        "sendings": Sending.objects.filter(pack=pack).select_related("recorded_by"),
        "changes": changes_since_sent(pack) if pack.state == State.READY else None,
        "may_build": sight.has(*BUILDERS),
        "may_read_children": may_read_children,
        "form": form if form is not None else SendingForm(),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "evidencepack/pack.html", context, status=status)


@require_POST
@inspection_page(*BUILDERS)
def record_sent(request: HttpRequest, sight: InspectionSight, number: int) -> HttpResponse:
    pack = _pack(sight, number)
    form = SendingForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            sending = actions.record_sent(
                pack=pack,
                sent_at=given["sent_at"],
                recipient=given["recipient"],
                how=given["how"],
                once=given["once"],
                by=sight.user,
                now=timezone.now(),
            )
        except Refused as refused:
            form.add_error("day" if refused.field == "sent_at" else refused.field, refused.message)
        else:
            messages.success(request, f"Recorded: pack {pack.number} was sent to {sending.recipient}.")
            return redirect("evidencepack:pack", sight.inspection.slug, number)
    return _show(request, sight, pack, form)


@require_safe
@inspection_page(*READERS, Role.CASE_OFFICER)
def download(request: HttpRequest, sight: InspectionSight, number: int, kind: str) -> HttpResponseBase:
    """One file of a ready pack, as an attachment."""
    if kind not in FILES:
        raise Http404
    name, ending, names_children = FILES[kind]
    if not sight.has(*(CHILDREN_READERS if names_children else READERS)):
        raise Http404
    pack = _pack(sight, number)
    path = pack.folder / name
    if pack.state != State.READY or not path.is_file():
        raise Http404
    suffix = {"front": " front matter", "children-pdf": " naming children", "children-zip": " naming children"}
    called = f"{sight.inspection.slug} evidence pack {pack.number}{suffix.get(kind, '')}.{ending}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=called)
