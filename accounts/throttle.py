"""Wrong passwords from one network slow down what comes from it; nobody is locked out by it.

A whole council can sit behind one address. So only failures count, a network is slowed and never shut out, and a
browser in which somebody signed in before is not slowed for that person. django-axes beside it locks a name and an
address together after ten wrong passwords, which holds for such a browser too.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import FailedSignIns

# So many wrong passwords of one network within so long are nobody's attack; after that, one try at a time is looked at
# from there, and the next one this much later if it failed.
FREE = 20
WINDOW = timedelta(minutes=15)
PAUSE = timedelta(seconds=3)
# Rows of networks that nothing came from are taken away after this long.
KEPT = timedelta(days=1)
KNOWN_FOR = timedelta(days=90)


def seconds_to_wait(network: str, *, now: datetime) -> int:
    """0 where a password from the network may be checked now, else in how many seconds.

    Of a network that is slowed 0 is answered once, however many ask at the same time: `failed` or `give_turn_back` says
    what became of it.
    """
    row = FailedSignIns.objects.filter(network=network, since__gt=now - WINDOW, failures__gte=FREE).first()
    if row is None or FailedSignIns.objects.filter(pk=row.pk, next_at__lte=now).update(next_at=now + PAUSE):
        return 0
    # Another try may have taken this turn since the row was read: the pause is the longest that there is to wait.
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
    """No password was wrong, so the next try from the network need not wait. Only for who was told not to wait."""
    FailedSignIns.objects.filter(network=network, next_at__gt=now).update(next_at=now)


def is_known(request: HttpRequest, email: str) -> bool:
    """Whether the person with this address has signed in with this browser before."""
    return constant_time_compare(request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, ""), _mark_of(email))


def remember(response: HttpResponseBase, email: str) -> None:
    """Have the browser remembered as one in which the person with this address has signed in."""
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
