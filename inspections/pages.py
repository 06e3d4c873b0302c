"""Pages that are not drawn again while nothing has changed that they show."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string

from inspections.access import InspectionSight
from inspections.unchanged import kept

#: Where a form's token stands in a page that is kept. Nobody knows it, so nobody can write it into what a page shows.
_TOKEN = f"token-{secrets.token_hex(16)}"


def page(
    request: HttpRequest, sight: InspectionSight, template: str, context: Callable[[], Mapping[str, Any]]
) -> HttpResponse:
    """The page of `template` with `context()`, or as it was drawn for the same person earlier in this minute.

    A page says times to the minute, and what is due falls late on one, so by then it may say something else though
    nobody did anything. The token of its forms is the reader's own each time. A page with a banner, which is shown
    once, and one that is narrowed or sorted in its address are drawn every time.
    """
    if request.META.get("QUERY_STRING") or len(get_messages(request)):
        return render(request, template, context())

    def drawn() -> tuple[bytes, ...]:
        text = render_to_string(template, {**context(), "csrf_token": _TOKEN}, request)
        return tuple(part.encode() for part in text.split(_TOKEN))

    if sight.seen is None:
        return render(request, template, context())
    user, now = sight.user, sight.now
    minute = now.replace(second=0, microsecond=0)
    parts = kept(
        sight.seen,
        ("page", template, request.path, user.pk),
        drawn,
        # At the very moment at which something is due it is not late; after it, it is.
        given=(user.full_name, sight.roles, sight.posts, minute, now == minute),
        size=lambda parts: sum(len(part) for part in parts),
    )
    return HttpResponse(get_token(request).encode().join(parts))
