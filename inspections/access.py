"""Who may reach an inspection: only people with a role in its council."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, Concatenate

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone

from accounts.access import Viewer
from accounts.models import Council, Holding, Role, User
from accounts.permissions import Permission
from database.prepared import PreparedTogether, columns, instance
from inspections.models import Inspection
from inspections.snapshot import Snapshot, snapshot_of

#: The inspection with its council, once for each role that the person has there, and the posts that they hold there.
_REACHED = PreparedTogether(
    lambda user, slug: (
        Inspection.objects.filter(council__memberships__user=user, slug=slug)
        .order_by()
        .values_list("council__memberships__role", *columns(Inspection), *columns(Council, "council__"))
    ),
    lambda user, slug: (
        Holding.objects.current()
        .filter(user=user, post__council__inspections__slug=slug)
        .order_by()
        .values_list("post_id")
    ),
    takes=(int, str),
)
_WIDTH = 1 + len(columns(Inspection))


@dataclass(frozen=True)
class InspectionViewer(Viewer):
    """A person's place in the council of the inspection that the page is about; `now` is the time of the page."""

    inspection: Inspection
    now: datetime

    @cached_property
    def snapshot(self) -> Snapshot:
        """The inspection at this moment, read once for the page."""
        return snapshot_of(self.inspection, now=self.now)

    def owns(self, item: str) -> bool:
        """Whether the person holds a post that owns the item ("document:1")."""
        return any(owner.post in self.posts for owner in self.snapshot.owners_of(item))


View = Callable[Concatenate[HttpRequest, InspectionViewer, ...], HttpResponseBase]


def inspection_page(permission: Permission) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """Decorator for a page of the inspection named by `slug` in the address, for people who have the permission there.

    The view is called with the request and an `InspectionViewer`, and reaches records only through it. Everybody else
    gets 404, as if the inspection did not exist.
    """

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def page(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            viewer = viewer_of_inspection(request.user, slug)
            if viewer is None or not viewer.may(permission):
                raise Http404
            request.viewer = viewer  # type: ignore[attr-defined]  # read by the navigation in every page's head
            return view(request, viewer, *args, **kwargs)

        return page

    return decorate


def viewer_of_inspection(user: object, slug: str) -> InspectionViewer | None:
    """A viewer with the person's roles and posts in the inspection's council; None if they have none there."""
    if not isinstance(user, User) or not user.is_active:
        return None
    rows, held = _REACHED(user.pk, slug)
    if not rows:
        return None
    inspection = instance(Inspection, rows[0][1:_WIDTH])
    inspection.council = council = instance(Council, rows[0][_WIDTH:])
    roles = frozenset(Role(row[0]) for row in rows)
    posts = frozenset(post for (post,) in held)
    return InspectionViewer(
        user=user, council=council, roles=roles, posts=posts, inspection=inspection, now=timezone.now()
    )
