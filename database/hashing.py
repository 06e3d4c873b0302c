"""Statements over many rows that were written just now, of which PostgreSQL knows no numbers yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def hashing() -> Iterator[Any]:
    """A cursor whose joins are made by hashing, inside a transaction.

    PostgreSQL takes a table that was filled a moment ago for nearly empty, and would look up each of its rows in each
    row of another one.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            yield cursor
            return
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield cursor
        cursor.execute("SET LOCAL enable_nestloop = on")
