"""Starting, renewing and ending a person's calendar feed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.locks import locked_council
from accounts.models import Council, User
from feeds.models import Feed, FeedKind
from feeds.secret import new_nonce


@transaction.atomic
def make_feed(*, council: Council, user: User, kind: FeedKind, now: datetime) -> bool:
    """Give the person's feed of that kind an address. Returns whether it had none.

    What it published before is remembered.
    """
    feed = _locked(council, user, kind)
    if feed is not None and feed.is_live:
        return False
    feed = feed or Feed(council=council, user=user, kind=kind)
    _begin(feed, now)
    audit.record(council, by=user, verb="calendar feed made", subject=kind.label, now=now)
    return True


@transaction.atomic
def renew_feed(*, council: Council, user: User, kind: FeedKind, now: datetime) -> bool:
    """Give the feed another address, so that the old one stops working. False if it had none."""
    feed = _locked(council, user, kind)
    if feed is None or not feed.is_live:
        return False
    _begin(feed, now)
    audit.record(council, by=user, verb="calendar feed renewed", subject=kind.label, now=now)
    return True


@transaction.atomic
def end_feed(*, council: Council, user: User, kind: FeedKind, now: datetime) -> bool:
    """Take the feed's address away. Returns whether it had one."""
    feed = _locked(council, user, kind)
    if feed is None or not feed.is_live:
        return False
    feed.nonce, feed.ended_at = "", now
    feed.save()
    audit.record(council, by=user, verb="calendar feed ended", subject=kind.label, now=now)
    return True


def _locked(council: Council, user: User, kind: FeedKind) -> Feed | None:
    # Locks the council's row, since there may be no feed yet: two requests at once would both find none.
    locked_council(council.pk)
    return Feed.objects.filter(council=council, user=user, kind=kind).first()


def _begin(feed: Feed, now: datetime) -> None:
    feed.nonce, feed.made_at, feed.ended_at, feed.fetched_at = new_nonce(), now, None, None
    feed.save()
