"""Passwords are hashed a few at once, so that however many people sign in, most threads are free for pages.

A hash is slow on purpose. Without a bound, as many wrong passwords as there are threads stop every page.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

# For how many seconds a hash waits for its turn.
PATIENCE = 5.0
# After how many seconds somebody who had none should try again.
TRY_AGAIN = 5


class TooManyAtOnce(Exception):
    """No turn for a hash: as many passwords as may be are being hashed, and as many wait as may wait."""


class Turns:
    """At most `at_once` at a time, and at most `in_all` with those that wait for their turn."""

    def __init__(self, *, at_once: int, in_all: int) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(in_all)

    @contextmanager
    def one(self, *, patience: float | None = None) -> Iterator[None]:
        """A turn for the length of a `with` block; raises TooManyAtOnce where no place is free or no turn comes."""
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


# An eighth of the threads of this process hash, and at most half of them are kept from pages.
turns = Turns(at_once=max(1, settings.WEB_THREADS // 8), in_all=max(1, settings.WEB_THREADS // 2))


class BoundedHasher(PBKDF2PasswordHasher):
    """Django's own, in turns: for whatever hashes a password, a sign-in or a new password alike."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """The hash; raises TooManyAtOnce, which `busy_is_said` answers."""
        with turns.one():
            return super().encode(password, salt, iterations)


def busy_is_said(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: a page that found no turn for its hash says so and when to try again; it has done nothing."""

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
