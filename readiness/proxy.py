"""Whose address a request comes from."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address that sign-in failures are counted under.

    X-Forwarded-For is believed only where `BEHIND_PROXY` says that the council's own proxy sets it, and then only its
    last entry, the one which that proxy added; whatever stands before it was sent by the browser.
    """
    if settings.BEHIND_PROXY:
        forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))
