"""Wrong passwords from one network slow that network down, but never lock anybody out.

A whole council can share one address. So only failures count, and a browser in which a person has signed in before is
not slowed down for that person. Beside it, django-axes locks the pair of a name and an address after ten wrong
passwords, even for such a browser.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import FailedSignIns

# So many wrong passwords from one network within this time are not treated as an attack. After that, one password at a
# time is checked from there, and after a failure the next one only this much later.
FREE = 20
WINDOW = timedelta(minutes=15)
PAUSE = timedelta(seconds=3)
# Rows of networks are deleted after so long without a request from them.
KEPT = timedelta(days=1)
KNOWN_FOR = timedelta(days=90)


def seconds_to_wait(network: str, *, now: datetime) -> int:
    """0 if a password from the network may be checked now, else in how many seconds.

    A network that is slowed down gets 0 once, however many ask at the same time. The caller then reports the outcome
    with `failed` or `give_turn_back`.
    """
    row = FailedSignIns.objects.filter(network=network, since__gt=now - WINDOW, failures__gte=FREE).first()
    if row is None or FailedSignIns.objects.filter(pk=row.pk, next_at__lte=now).update(next_at=now + PAUSE):
        return 0
    # Another try may have taken this turn since the row was read, so the wait is the longest pause.
    left = (row.next_at - now) if row.next_at > now else PAUSE
    return max(1, math.ceil(left.total_seconds()))


def failed(network: str, *, now: datetime) -> None:
    """Count one wrong password of the network."""
    FailedSignIns.objects.filter(since__lte=now - KEPT).delete()
    next_at = now + PAUSE
    counted = FailedSignIns.objects.filter(network=network, since__gt=now - WINDOW)
    if not counted.update(failures=F("failures") + 1, next_at=next_at):
        FailedSignIns.objects.update_or_create(
            network=network, defaults={"since": now, "failures": 1, "next_at": next_at}
        )


def give_turn_back(network: str, *, now: datetime) -> None:
    """The password was right, so the next try from the network need not wait. Call it only if the wait was 0."""
    FailedSignIns.objects.filter(network=network, next_at__gt=now).update(next_at=now)


def is_known(request: HttpRequest, email: str) -> bool:
    """Whether the person with this address has signed in with this browser before."""
    return constant_time_compare(request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, ""), _mark_of(email))


def remember(response: HttpResponseBase, email: str) -> None:
    """Have this browser remembered as one in which the person with this address has signed in."""
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        _mark_of(email),
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _mark_of(email: str) -> str:
    return salted_hmac("accounts.throttle.known_browser", email, algorithm="sha256").hexdigest()
