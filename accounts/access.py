"""Who may reach a council: only people who have a membership of it.

Every page of a council is behind `council_page`. A page that a person may not see answers 404, so that nobody can tell
whether it exists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate

from django.http import Http404, HttpRequest, HttpResponseBase

from accounts.models import Council, Holding, Membership, Role, User
from accounts.permissions import Permission, allows
from database.prepared import Prepared

_ROLES = Prepared(
    lambda user, council: Membership.objects.filter(user=user, council=council).values_list("role"), takes=(int, int)
)
_POSTS = Prepared(
    lambda user, council: (
        Holding.objects.current().filter(user=user, post__council=council).order_by().values_list("post_id")
    ),
    takes=(int, int),
)


@dataclass(frozen=True)
class Viewer:
    """A person's place in one council: their roles and the posts they hold now (by id)."""

    user: User
    council: Council
    roles: frozenset[Role]
    posts: frozenset[int]

    def may(self, permission: Permission) -> bool:
        """Whether one of the person's roles here has the permission."""
        return allows(self.roles, permission)

    def holds_any(self, posts: object) -> bool:
        """Whether the person holds one of these posts (ids)."""
        return not self.posts.isdisjoint(posts)  # type: ignore[arg-type]


def roles_of(user: User, council: Council) -> frozenset[Role]:
    """The person's roles in the council; none for an inactive person."""
    if not user.is_active:
        return frozenset()
    return frozenset(Role(role) for (role,) in _ROLES(user.pk, council.pk))


def posts_of(user: User, council: Council) -> frozenset[int]:
    """Ids of the posts that the person holds now in the council."""
    return frozenset(post for (post,) in _POSTS(user.pk, council.pk))


def viewer_of(user: User, council: Council) -> Viewer:
    """A `Viewer` with the person's roles and posts in the council."""
    return Viewer(user=user, council=council, roles=roles_of(user, council), posts=posts_of(user, council))


View = Callable[Concatenate[HttpRequest, Viewer, ...], HttpResponseBase]


def council_page(permission: Permission | None = None) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """Decorator for a page of the council named by `council` in the address, for people who have the permission there.

    Without a permission the page is for anybody in the council. The view is called with the request and a `Viewer`.
    Everybody else gets 404.
    """

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def page(request: HttpRequest, council: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = request.user
            if not isinstance(user, User):
                raise Http404
            found = Council.objects.filter(slug=council, memberships__user=user).distinct().first()
            if found is None:
                raise Http404
            viewer = viewer_of(user, found)
            if permission is not None and not viewer.may(permission):
                raise Http404
            request.viewer = viewer  # type: ignore[attr-defined]  # read by the navigation in every page's head
            return view(request, viewer, *args, **kwargs)

        return page

    return decorate
