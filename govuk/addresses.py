"""Addresses of pages, each computed only once, because a page of duties has a hundred of them."""

from __future__ import annotations

from functools import lru_cache

from django.urls import get_script_prefix, reverse


def address_of(name: str, *args: str | int) -> str:
    """What `reverse` returns for a page's name and the parts of its address. Raises NoReverseMatch as it does.

    All requests use the same addresses; the project may be served below a prefix.
    """
    return _address(get_script_prefix(), name, args)


@lru_cache(maxsize=8192)
def _address(prefix: str, name: str, args: tuple[str | int, ...]) -> str:
    return reverse(name, args=args)
