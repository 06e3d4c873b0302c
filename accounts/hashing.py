"""Passwords are hashed a few at a time, so that most threads stay free for pages however many people sign in.

Hashing is slow on purpose. Without a limit, one wrong password for each thread would stop every page.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

# How many seconds a hash waits for its turn.
PATIENCE = 5.0
# After how many seconds somebody who got no turn should try again.
TRY_AGAIN = 5


class TooManyAtOnce(Exception):
    """There was no turn for a hash: as many are being hashed, and as many are waiting, as allowed."""


class Turns:
    """At most `at_once` at a time, and at most `in_all` counting those that wait for their turn."""

    def __init__(self, *, at_once: int, in_all: int) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(in_all)

    @contextmanager
    def one(self, *, patience: float | None = None) -> Iterator[None]:
        """A turn for the length of a `with` block; raises TooManyAtOnce if no place is free or no turn comes."""
        if not self._places.acquire(blocking=False):
            raise TooManyAtOnce
        try:
            if not self._turns.acquire(timeout=PATIENCE if patience is None else patience):
                raise TooManyAtOnce
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._places.release()


# An eighth of this process's threads may hash, and at most half of them are kept from serving pages.
turns = Turns(at_once=max(1, settings.WEB_THREADS // 8), in_all=max(1, settings.WEB_THREADS // 2))


class BoundedHasher(PBKDF2PasswordHasher):
    """Django's own hasher, in turns, for every password: when somebody signs in and when somebody chooses a new one."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """The hash. Raises TooManyAtOnce, which `busy_is_said` turns into a page."""
        with turns.one():
            return super().encode(password, salt, iterations)


def busy_is_said(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: a request that got no turn for its hash is told that the site is busy and when to try again.

    Nothing has been changed by then.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TooManyAtOnce):
            return None
        return try_again(request, status=503, seconds=TRY_AGAIN)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def try_again(request: HttpRequest, *, status: int, seconds: int) -> HttpResponse:
    """The page that asks somebody to wait for so many seconds: 429 for too many wrong passwords, 503 for too busy."""
    context = {"seconds": seconds, "wrong_passwords": status == 429}
    response = render(request, "accounts/try_again.html", context, status=status)
    response.headers["Retry-After"] = str(seconds)
    return response
