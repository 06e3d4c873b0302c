"""The private address of a feed: computed from its row and the installation's key, and stored nowhere."""

from __future__ import annotations

import base64
import secrets

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from feeds.models import Feed

_SALT = "feeds.secret"


def new_nonce() -> str:
    """A random value (128 bits) that makes the next address a new one."""
    return secrets.token_hex(16)


def token_of(feed: Feed) -> str:
    """The secret part of the feed's address (256 bits)."""
    return _token(feed, settings.SECRET_KEY)


def opens(feed: Feed | None, token: str) -> bool:
    """Whether the token is the feed's, compared in constant time; never if the feed has no address."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    # A feed that does not exist takes as long to answer as one that does.
    asked = feed if feed is not None else Feed(pk=0, user=User())
    matches = [constant_time_compare(_token(asked, key), token) for key in keys]
    return feed is not None and feed.is_live and any(matches)


def address_of_feed(feed: Feed) -> str:
    """The full address, as a calendar program needs it."""
    return f"{settings.PUBLIC_URL}{reverse('feeds:feed', args=[feed.pk, token_of(feed)])}"


def _token(feed: Feed, key: str | bytes) -> str:
    # The person's email address is included, so that somebody who had the former address loses the feed too.
    said = f"{feed.pk}/{feed.nonce}/{feed.user.email}"
    made = salted_hmac(_SALT, said, secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
