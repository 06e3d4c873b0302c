"""For statements over many rows that were written just now and that PostgreSQL has no statistics about yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def hashing() -> Iterator[Any]:
    """A cursor that joins tables by hashing, inside a transaction.

    PostgreSQL takes a table that was filled a moment ago for nearly empty, and would compare each of its rows with each
    row of another table.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            yield cursor
            return
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield cursor
        cursor.execute("SET LOCAL enable_nestloop = on")
