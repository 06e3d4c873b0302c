"""The posts of a council: which are vacant, who holds which since when, and what each owns."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import actions
from accounts.access import Viewer, council_page
from accounts.invitations import give_post_to
from accounts.models import Holding, Invitation, Post, User
from accounts.permissions import Permission
from govuk.forms import posted
from inspections.forms import AddPostForm, GivePostForm, PostFilter
from inspections.models import Inspection, Ownership, current_inspection
from inspections.owners_cells import OwnableItem, items_of
from inspections.views.crumbs import council_crumbs
from refusals import refusal_on


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post with its present holder and what it owns in one inspection."""

    post: Post
    holding: Holding | None
    items: list[OwnableItem]

    def matches(self, words: str) -> bool:
        """Whether the words are part of its name, aliases, organisation or holder."""
        parts = [self.post.name, self.post.organisation, *(alias.name for alias in self.post.aliases.all())]
        if self.holding is not None:
            parts += [self.holding.user.full_name, self.holding.user.email]
        return words.casefold() in "\n".join(parts).casefold()


def post_rows(council_id: int, inspection: Inspection | None) -> list[PostRow]:
    """All posts of the council, vacant ones first, then by name."""
    holdings = Holding.objects.current().filter(post__council_id=council_id).select_related("user")
    held = {holding.post_id: holding for holding in holdings}
    owned = _owned(inspection)
    posts = Post.objects.filter(council_id=council_id).prefetch_related("aliases", "invitations").order_by("name")
    rows = [PostRow(post, held.get(post.pk), owned.get(post.pk, [])) for post in posts]
    return sorted(rows, key=lambda row: row.holding is not None)


def _owned(inspection: Inspection | None) -> dict[int, list[OwnableItem]]:
    """What each post owns in the inspection, in the framework's order."""
    owned: dict[int, list[OwnableItem]] = {}
    if inspection is None:
        return owned
    order = {item.key: (place, item) for place, item in enumerate(items_of(inspection.framework))}
    rows = Ownership.objects.filter(inspection=inspection).values_list("post_id", "item")
    found = [(order[item], post) for post, item in rows if item in order]
    for (_, item), post in sorted(found, key=lambda pair: pair[0][0]):
        owned.setdefault(post, []).append(item)
    return owned


@require_safe
@council_page(Permission.READ_POSTS)
def posts(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    inspection = current_inspection(viewer.council, today=timezone.localdate())
    rows = post_rows(viewer.council.pk, inspection)
    form = PostFilter(request.GET or None)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    context = {
        "council": viewer.council,
        "inspection": inspection,
        "filter": form,
        "narrowed": bool(words),
        "rows": [row for row in rows if row.matches(words)],
        "total": len(rows),
        "vacant": sum(row.holding is None for row in rows),
        "may_change": viewer.may(Permission.MANAGE_POSTS),
        "breadcrumbs": [*council_crumbs(viewer.council), ("Posts", "")],
    }
    return render(request, "inspections/posts.html", context)


@council_page(Permission.MANAGE_POSTS)
def add_post(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    form = AddPostForm(posted(request), initial={"organisation": viewer.council.name})
    if form.is_valid():
        with refusal_on(form):
            post = actions.add_post(council=viewer.council, by=viewer.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, f"{post.name} added. It is vacant until you give it to somebody.")
            return redirect("inspections:post", viewer.council.slug, post.pk)
    crumbs = [*council_crumbs(viewer.council, posts=True), ("Add a post", "")]
    context = {"council": viewer.council, "form": form, "breadcrumbs": crumbs}
    return render(request, "inspections/add_post.html", context, status=422 if form.errors else 200)


@council_page(Permission.READ_POSTS)
def post(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """One post; before it is given to somebody, the page says who leaves it."""
    found = get_object_or_404(Post.objects.prefetch_related("aliases"), council=viewer.council, pk=pk)
    may_change = viewer.may(Permission.MANAGE_POSTS)
    if request.method == "POST" and not may_change:
        raise Http404
    people = _people(viewer) if may_change else []
    invited = list(Invitation.objects.filter(council=viewer.council)) if may_change else []
    form = GivePostForm(posted(request), people=people, invited=invited)
    holding = Holding.objects.current().filter(post=found).select_related("user").first()
    leaving = None
    if form.is_valid():
        user = form.chosen()
        if isinstance(user, User) and holding is not None and holding.user_id != user.pk and not form.is_confirmed():
            leaving = (holding.user, user)
            chosen = {"user": str(user.pk), "confirmed": str(user.pk)}
            form = GivePostForm(initial=chosen, people=people, invited=invited)
        elif _given(request, viewer, found, user, form):
            return redirect("inspections:post", viewer.council.slug, pk)
    inspection = current_inspection(viewer.council, today=timezone.localdate())
    context = {
        "council": viewer.council,
        "post": found,
        "holding": holding,
        "invited": found.invitations.first(),
        "history": Holding.objects.filter(post=found).select_related("user", "given_by"),
        "inspection": inspection,
        "items": _owned(inspection).get(found.pk, []),
        "form": form,
        "leaving": leaving,
        "may_change": may_change,
        "may_add_people": viewer.may(Permission.MANAGE_PEOPLE),
        "breadcrumbs": [*council_crumbs(viewer.council, posts=True), (found.name, "")],
    }
    return render(request, "inspections/post.html", context, status=422 if form.errors else 200)


def _people(viewer: Viewer) -> list[User]:
    return list(
        User.objects.filter(memberships__council=viewer.council, is_active=True).distinct().order_by("full_name", "pk")
    )


def _given(request: HttpRequest, viewer: Viewer, found: Post, user: User | Invitation, form: GivePostForm) -> bool:
    """Whether somebody has the post now, or gets it when they accept their invitation; otherwise the form says
    why not.
    """
    with refusal_on(form):
        if isinstance(user, Invitation):
            give_post_to(post=found, email=user.email, by=viewer.user, now=timezone.now())
            said = f"{user.full_name} gets {found.name} on accepting the invitation."
        elif actions.give_post(post=found, user=user, by=viewer.user, now=timezone.now()):
            said = f"{user.full_name} holds {found.name} from today."
        else:
            said = f"{user.full_name} holds it already."
        messages.success(request, said)
        return True
    return False


@council_page(Permission.MANAGE_POSTS)
def vacate(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Asks once more, then ends the holding."""
    found = get_object_or_404(Post, council=viewer.council, pk=pk)
    holding = Holding.objects.current().filter(post=found).select_related("user").first()
    if request.method == "POST" or holding is None:
        if request.method == "POST" and actions.vacate_post(post=found, by=viewer.user, now=timezone.now()):
            messages.success(request, f"{found.name} is vacant from today.")
        return redirect("inspections:post", viewer.council.slug, pk)
    inspection = current_inspection(viewer.council, today=timezone.localdate())
    context = {
        "council": viewer.council,
        "post": found,
        "holding": holding,
        "inspection": inspection,
        "items": _owned(inspection).get(found.pk, []),
        "breadcrumbs": [*council_crumbs(viewer.council, posts=True), (found.name, "")],
    }
    return render(request, "inspections/vacate.html", context)
