"""Queries that every page asks for, put into SQL once.

A queryset spends several times as long on becoming SQL as the database spends on answering it, and the pages ask the
same dozen questions with other ids. Nothing that the database answered is kept: only the question is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

#: What stands in for the real values while the SQL is made; no row has one of them.
STAND_INS = tuple(-8_610_000_000_000_000 - number for number in range(4))
MOMENTS = tuple(datetime(1086, 8, 1, number, tzinfo=UTC) for number in range(4))

T = TypeVar("T", bound=Model)
Value = int | str | datetime
Converters = list[tuple[int, list[Any], Any]]


@dataclass(frozen=True, slots=True)
class _Made:
    """The SQL with its parameters; `places` says which value stands in which place of them."""

    sql: str
    params: tuple[Any, ...]
    places: dict[int, int]
    converters: Converters


class Prepared:
    """The rows of `queryset(*stand-ins)` for the values that it is called with, as tuples.

    `queryset` is called once for each kind of database, with a stand-in for each of the values: ids or texts, or
    moments where `takes` says `datetime`. Each has to become a parameter of the SQL. It answers a queryset of
    `values_list`. Raises ValueError when a stand-in does not arrive in the SQL.
    """

    def __init__(self, queryset: Callable[..., QuerySet[Any, Any]], *, takes: Sequence[type] = (int,)) -> None:
        self._queryset = queryset
        self._takes = tuple(takes)
        self._made: dict[str, _Made] = {}

    def __call__(self, *values: Value) -> list[tuple[Any, ...]]:
        connection = connections[DEFAULT_DB_ALIAS]
        made = self._made.get(connection.vendor)
        if made is None:
            made = self._made[connection.vendor] = self._make(connection)
        params = list(made.params)
        for place, number in made.places.items():
            value = values[number]
            if isinstance(value, datetime):
                params[place] = connection.ops.adapt_datetimefield_value(value)
            else:
                params[place] = value
        with connection.cursor() as cursor:
            cursor.execute(made.sql, params)
            rows = cursor.fetchall()
        return [_converted(row, made.converters, connection) for row in rows] if made.converters else rows

    def _make(self, connection: Any) -> _Made:
        stand_ins = [(MOMENTS if kind is datetime else STAND_INS)[n] for n, kind in enumerate(self._takes)]
        compiler = self._queryset(*stand_ins).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        # As they look in the SQL: an id looked for in a text column is a text there, a moment is one in SQLite.
        adapt = connection.ops.adapt_datetimefield_value
        looks = [str(adapt(each) if isinstance(each, datetime) else each) for each in stand_ins]
        places = {place: looks.index(str(param)) for place, param in enumerate(params) if str(param) in looks}
        if set(places.values()) != set(range(len(stand_ins))):
            raise ValueError("Each value of a prepared query has to be a parameter of its SQL.")
        found = compiler.get_converters([column[0] for column in compiler.select])
        return _Made(sql, tuple(params), places, [(place, *each) for place, each in found.items()])


def _converted(row: Sequence[Any], converters: Converters, connection: Any) -> tuple[Any, ...]:
    """A row as the fields' own types, where the database has no such types (dates in SQLite)."""
    cells = list(row)
    for place, functions, expression in converters:
        for function in functions:
            cells[place] = function(cells[place], expression, connection)
    return tuple(cells)


def columns(model: type[Model], prefix: str = "") -> list[str]:
    """The names of a model's columns for `values_list`, as reached over `prefix`."""
    return [f"{prefix}{field.attname}" for field in model._meta.concrete_fields]


def instance(model: type[T], row: Sequence[Any]) -> T:
    """A row of `columns(model)` as an object of the model, as a queryset would give it."""
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in model._meta.concrete_fields], row)
