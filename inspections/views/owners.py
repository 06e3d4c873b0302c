"""The owner of each item of an inspection: listed by item or by post, set on the page, or read from a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Post
from accounts.permissions import Permission
from govuk.forms import posted
from inspections import owners_actions
from inspections.access import InspectionViewer, inspection_page
from inspections.actions import set_owners
from inspections.duty import Owner
from inspections.forms import ApplyOwnersForm, OwnersFileForm, OwnersForm
from inspections.models import OwnersImport
from inspections.owners_cells import OwnableItem, items_of
from inspections.owners_import import Examination, examine, rows_of
from inspections.owners_sheet import LIMITS
from inspections.snapshot import Snapshot
from inspections.views.crumbs import inspection_crumbs
from outbox.tasks import nudge
from refusals import Refused, refusal_on

FAULTS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class OwnedItem:
    """One item with its owners now and the council's own wording of them."""

    item: OwnableItem
    owners: tuple[Owner, ...]
    as_written: str

    @property
    def is_vacant(self) -> bool:
        return bool(self.owners) and all(owner.is_vacant for owner in self.owners)

    @property
    def order(self) -> int:
        """Items without an owner first, then vacant ones."""
        return 0 if not self.owners else 1 if self.is_vacant else 2


@dataclass(frozen=True, slots=True)
class OwnersSection:
    """Items of one kind, and of one strand if they have strands, worst first."""

    title: str
    items: list[OwnedItem]

    @property
    def unowned(self) -> int:
        return sum(not item.owners for item in self.items)


def owned_items(snapshot: Snapshot) -> list[OwnedItem]:
    """Every item of the framework with its owners, in the framework's order."""
    written = {row.item: row.as_written for row in snapshot.plan.ownerships} if snapshot.plan else {}
    return [
        OwnedItem(item, snapshot.owners_of(item.key), written.get(item.key, ""))
        for item in items_of(snapshot.framework)
    ]


def sections(snapshot: Snapshot, items: list[OwnedItem]) -> list[OwnersSection]:
    """The items in the sections of the page: documents, groups by strand, steps of the council."""
    parts = [("Core documents", [row for row in items if row.item.kind == "document"])]
    parts += [
        (f"Focus groups: {strand.title}", [row for row in items if row.item.strand == strand.key])
        for strand in snapshot.framework.strands
    ]
    parts.append(("The council’s steps in the timetable", [row for row in items if row.item.kind == "step"]))
    return [OwnersSection(title, sorted(rows, key=lambda row: row.order)) for title, rows in parts if rows]


@require_safe
@inspection_page(Permission.READ_OWNERS)
def owners(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    snapshot = viewer.snapshot
    items = owned_items(snapshot)
    by_post = request.GET.get("by") == "post"
    # The DCS office owes a step without an owner, so it is not a risk and not counted as one.
    risky = [row for row in items if row.item.kind != "step"]
    context = {
        "inspection": viewer.inspection,
        "sections": [] if by_post else sections(snapshot, items),
        "posts": _by_post(viewer, items) if by_post else [],
        "by_post": by_post,
        "total": len(risky),
        "unowned": sum(not row.owners for row in risky),
        "vacant": sum(row.is_vacant for row in risky),
        "may_change": viewer.may(Permission.NAME_OWNERS),
        "breadcrumbs": [*inspection_crumbs(viewer.inspection), ("Owners", "")],
    }
    return render(request, "inspections/owners.html", context)


def _by_post(viewer: InspectionViewer, items: list[OwnedItem]) -> list[tuple[Owner, list[OwnableItem]]]:
    """Every post that owns something with what it owns; vacant ones first, then those that own most."""
    owned: dict[int, tuple[Owner, list[OwnableItem]]] = {}
    for row in items:
        for owner in row.owners:
            owned.setdefault(owner.post, (owner, []))[1].append(row.item)
    return sorted(owned.values(), key=lambda pair: (not pair[0].is_vacant, -len(pair[1]), pair[0].name))


@inspection_page(Permission.NAME_OWNERS)
def own_item(request: HttpRequest, viewer: InspectionViewer, item: str) -> HttpResponse:
    found = next((row for row in owned_items(viewer.snapshot) if row.item.key == item), None)
    if found is None:
        raise Http404
    posts = list(Post.objects.filter(council=viewer.council))
    by_pk = {post.pk: post for post in posts}
    form = OwnersForm(posted(request), posts=posts, owners=[by_pk[owner.post] for owner in found.owners])
    if form.is_valid():
        with refusal_on(form, renamed={"posts": "owner_2"}):
            changed = set_owners(
                inspection=viewer.inspection, item=item, posts=form.chosen(), by=viewer.user, now=timezone.now()
            )
            names = " and ".join(post.name for post in form.chosen()) or "nobody yet"
            said = f"{found.item.short} is now owned by {names}." if changed else "Nothing changed."
            messages.success(request, said)
            return redirect("inspections:owners", viewer.inspection.slug)
    context = {
        "inspection": viewer.inspection,
        "row": found,
        "form": form,
        "breadcrumbs": [*inspection_crumbs(viewer.inspection, owners=True), (found.item.short, "")],
    }
    return render(request, "inspections/own_item.html", context, status=422 if form.errors else 200)


@inspection_page(Permission.NAME_OWNERS)
def import_owners(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    """Receives a spreadsheet; the next page shows what it would change."""
    form = OwnersFileForm(posted(request), request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        with refusal_on(form):
            kept = owners_actions.keep_owners_file(
                inspection=viewer.inspection,
                file_name=file.name,
                content=file.read(LIMITS.size + 1),
                by=viewer.user,
                now=timezone.now(),
            )
            return redirect("inspections:check-owners", viewer.inspection.slug, kept.pk)
    context = {
        "inspection": viewer.inspection,
        "form": form,
        "former": OwnersImport.objects.filter(inspection=viewer.inspection, applied_at__isnull=False).select_related(
            "applied_by"
        )[:10],
        "breadcrumbs": [*inspection_crumbs(viewer.inspection, owners=True), ("Import", "")],
    }
    return render(request, "inspections/import_owners.html", context, status=422 if form.errors else 200)


@inspection_page(Permission.NAME_OWNERS)
def check_owners(request: HttpRequest, viewer: InspectionViewer, pk: int) -> HttpResponse:
    """Shows what a spreadsheet would change, or every fault in it, and applies it once that is confirmed."""
    kept = get_object_or_404(OwnersImport, inspection=viewer.inspection, pk=pk)
    if kept.applied_at is not None:
        messages.success(request, f"{kept.file_name} is applied.")
        return redirect("inspections:owners", viewer.inspection.slug)
    found = examine(viewer.inspection, rows_of(kept))
    form = ApplyOwnersForm(posted(request), initial={"seen": found.digest}, new_posts=len(found.posts))
    if form.is_valid():
        try:
            owners_actions.apply_owners_file(
                kept=kept,
                seen=form.cleaned_data["seen"],
                add_posts=form.cleaned_data.get("add_posts", False),
                by=viewer.user,
                now=timezone.now(),
            )
        except Refused as refused:
            # The page shows what is true now, so the next confirmation is about that.
            form = ApplyOwnersForm({"seen": found.digest}, new_posts=len(found.posts))
            form.is_valid()
            refused.show_on(form)
        else:
            nudge()
            messages.success(request, _applied(kept, found))
            return redirect("inspections:owners", viewer.inspection.slug)
    context = {
        "inspection": viewer.inspection,
        "kept": kept,
        "found": found,
        "faults": found.faults[:FAULTS_SHOWN],
        "more_faults": max(0, len(found.faults) - FAULTS_SHOWN),
        "form": form,
        "breadcrumbs": [*inspection_crumbs(viewer.inspection, owners=True), ("Import", "")],
    }
    return render(request, "inspections/check_owners.html", context, status=422 if form.errors else 200)


def _applied(kept: OwnersImport, found: Examination) -> str:
    counts = (
        (len(found.owners), "item has new owners", "items have new owners"),
        (len(found.holders), "post has a new holder", "posts have new holders"),
        (len(found.posts), "post was added", "posts were added"),
        (len(found.people), "person was added and invited", "people were added and invited"),
    )
    said = [f"{number} {one if number == 1 else several}" for number, one, several in counts if number]
    return f"{kept.file_name} applied: {', '.join(said) or 'nothing changed'}."
