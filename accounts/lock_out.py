"""Counting wrong passwords by name, and the answer after too many of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User


def name_tried(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str:
    """The email address that was tried, tidied: capitals and spaces do not make it another person's."""
    tried = (credentials or {}).get("username")
    if tried is None and request is not None:
        tried = request.POST.get("username", "")
    return User.objects.normalize_email(str(tried or ""))


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: Mapping[str, Any] | None
) -> HttpResponse:
    """The page for a name that is locked for this address, instead of `response`."""
    page = render(request, "accounts/locked_out.html", status=429)
    page.headers["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME * 3600))
    return page
