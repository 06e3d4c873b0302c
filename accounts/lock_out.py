"""Whose sign-in an attempt was, for the count of wrong passwords."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from accounts.models import User


def name_tried(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str:
    """The email address that was tried, as it is kept: capitals and spaces do not make it another person's."""
    tried = (credentials or {}).get("username")
    if tried is None and request is not None:
        tried = request.POST.get("username", "")
    return User.objects.normalize_email(str(tried or ""))
