"""The feeds, which calendar programs fetch without signing in, and the page on which people make them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import parse_etags
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import Viewer, council_page, roles_of
from accounts.models import Council, Role
from accounts.permissions import Permission, allows
from feeds import actions
from feeds.models import Feed, FeedKind
from feeds.publishing import inspections_of, lines_of
from feeds.secret import address_of_feed, opens
from feeds.writing import calendar_file_of
from inspections.models import Inspection, library

# Who may have which feed: the same as for my work and the timetable (docs/roles.md).
ALLOWED = {
    FeedKind.WORK: Permission.READ_OWN_WORK,
    FeedKind.OFFICE: Permission.READ_OFFICE_WORK,
    FeedKind.TIMETABLE: Permission.READ_TIMETABLE,
}
EXPLAINED = {
    FeedKind.WORK: "Every deadline of yours, over all your posts and roles. What is done is marked as done.",
    FeedKind.OFFICE: "The deadlines of the DCS office, without those of your posts: for a calendar that it shares.",
    FeedKind.TIMETABLE: "Every step of the inspection on its days, and the council’s deadlines, whoever owes them.",
}
# Increase it when the file is written differently, so that no program is told that nothing has changed.
EDITION = 2
NOTED_EACH = timedelta(hours=1)
# A calendar program asks once an hour; one that asks this often in a minute is broken or malicious.
MOST_A_MINUTE = 30


@login_not_required
@require_safe
def feed(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """The calendar at a private address. Whatever is wrong with the address or its person, the answer is 404."""
    row = Feed.objects.select_related("user", "council").filter(pk=pk).first()
    if not opens(row, token) or row is None:
        raise Http404
    if _is_asked_too_often(row):
        words = "This calendar was asked for too often. Ask again in a minute.\n"
        return HttpResponse(words, status=429, content_type="text/plain; charset=utf-8", headers={"Retry-After": "60"})
    roles = roles_of(row.user, row.council)
    if not allows(roles, ALLOWED[FeedKind(row.kind)]):
        raise Http404
    now, inspections = timezone.now(), inspections_of(row)
    tag = _etag(row, roles, inspections, now)
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        body = calendar_file_of(row, lines_of(row, inspections, now=now))
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = f'inline; filename="{row.kind}.ics"'
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    _note_fetched(row, now)
    return response


def _is_asked_too_often(row: Feed) -> bool:
    """Counted for each feed behind its secret, so that nobody can block another person's feed."""
    key = f"feeds-asked-{row.pk}"
    cache.add(key, 0, timeout=60)
    try:
        return cache.incr(key) > MOST_A_MINUTE
    except ValueError:  # The minute has ended in between.
        return False


def _etag(row: Feed, roles: Iterable[Role], inspections: Iterable[Inspection], now: datetime) -> str:
    """Stays the same while nothing can have changed: every action moves a version on, and some states depend on the
    day.
    """
    stands = [(inspection.pk, inspection.version) for inspection in inspections]
    facts = (
        EDITION, row.pk, row.nonce, row.council.version, row.council.name, sorted(roles), stands,
        library().stamp(), timezone.localdate(now), settings.PUBLIC_URL,
    )  # fmt: skip
    return f'"{hashlib.sha256(repr(facts).encode()).hexdigest()[:40]}"'


def _note_fetched(row: Feed, now: datetime) -> None:
    """Once an hour at most, and without a new version: only the person's own page shows it."""
    if row.fetched_at is None or row.fetched_at <= now - NOTED_EACH:
        old = Q(fetched_at=None) | Q(fetched_at__lte=now - NOTED_EACH)
        Feed.objects.filter(old, pk=row.pk, nonce=row.nonce).update(fetched_at=now)


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of feed that the person may have, and the one they have."""

    kind: FeedKind
    explained: str
    feed: Feed | None
    address: str

    @property
    def webcal(self) -> str:
        """The address with the webcal scheme, which opens a calendar program on the same machine."""
        return f"webcal:{self.address.partition(':')[2]}"


@require_safe
@council_page(Permission.READ_OWN_WORK)
def own_feeds(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """One's own feeds in a council, with their addresses."""
    mine = Feed.objects.filter(user=viewer.user, council=viewer.council).exclude(nonce="").select_related("user")
    rows = {row.kind: row for row in mine}
    offers = []
    for kind in FeedKind:
        if viewer.may(ALLOWED[kind]):
            row = rows.get(kind)
            offers.append(Offer(kind, EXPLAINED[kind], row, address_of_feed(row) if row else ""))
    return render(request, "feeds/own.html", {"council": viewer.council, "offers": offers})


@require_POST
@council_page(Permission.READ_OWN_WORK)
def make(request: HttpRequest, viewer: Viewer, kind: str) -> HttpResponse:
    wanted = _kind(viewer, kind)
    if actions.make_feed(council=viewer.council, user=viewer.user, kind=wanted, now=timezone.now()):
        messages.success(request, f"“{wanted.label}” has an address. Copy it into your calendar program.")
    return redirect("feeds:own", viewer.council.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@council_page(Permission.READ_OWN_WORK)
def renew(request: HttpRequest, viewer: Viewer, kind: str) -> HttpResponse:
    said = "has a new address. Calendars with the old one are not kept up to date any more: give them the new one."
    return _confirmed(request, viewer, kind, actions.renew_feed, "feeds/renew.html", said)


@require_http_methods(["GET", "HEAD", "POST"])
@council_page(Permission.READ_OWN_WORK)
def end(request: HttpRequest, viewer: Viewer, kind: str) -> HttpResponse:
    said = "has ended. Remove it from your calendar program too: some keep what they have fetched."
    return _confirmed(request, viewer, kind, actions.end_feed, "feeds/end.html", said)


def _confirmed(
    request: HttpRequest, viewer: Viewer, kind: str, act: Callable[..., bool], template: str, said: str
) -> HttpResponse:
    wanted = _kind(viewer, kind)
    if request.method == "POST":
        if act(council=viewer.council, user=viewer.user, kind=wanted, now=timezone.now()):
            messages.success(request, f"“{wanted.label}” {said}")
        return redirect("feeds:own", viewer.council.slug)
    row = Feed.objects.filter(user=viewer.user, council=viewer.council, kind=wanted).exclude(nonce="").first()
    if row is None:
        return redirect("feeds:own", viewer.council.slug)
    crumbs = _breadcrumbs(viewer.council, wanted)
    return render(request, template, {"council": viewer.council, "kind": wanted, "feed": row, "breadcrumbs": crumbs})


def _breadcrumbs(council: Council, kind: FeedKind) -> list[tuple[str, str]]:
    return [("Your calendar feeds", reverse("feeds:own", args=[council.slug])), (kind.label, "")]


def _kind(viewer: Viewer, kind: str) -> FeedKind:
    """The kind in the address, for people who may have it; 404 for others."""
    if kind not in FeedKind.values or not viewer.may(ALLOWED[FeedKind(kind)]):
        raise Http404
    return FeedKind(kind)
