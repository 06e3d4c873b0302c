"""Queries that every page asks for, put into SQL once.

A queryset spends several times as long on becoming SQL as the database spends on answering it, and the pages ask the
same dozen questions with other ids. Nothing that the database answered is kept: only the question is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

#: Ids that stand in for the real ones while the SQL is made; no row has one of them.
STAND_INS = (-8_610_000_000_000_001, -8_610_000_000_000_002, -8_610_000_000_000_003)

T = TypeVar("T", bound=Model)
Converters = list[tuple[int, list[Any], Any]]


class Prepared:
    """The rows of `queryset(*stand-ins)` for the ids (or texts) that it is called with, as tuples.

    `queryset` is called once for each kind of database, with as many stand-ins as `values` says, each of which has to
    become a parameter of the SQL; it answers a queryset of `values_list`. A stand-in that is looked for in a text
    column is found there as text. Raises ValueError when a stand-in does not arrive in the SQL.
    """

    def __init__(self, queryset: Callable[..., QuerySet[Any, Any]], *, values: int = 1) -> None:
        self._queryset = queryset
        self._values = values
        self._made: dict[str, tuple[str, tuple[Any, ...], dict[int, int], Converters]] = {}

    def __call__(self, *values: int | str) -> list[tuple[Any, ...]]:
        connection = connections[DEFAULT_DB_ALIAS]
        made = self._made.get(connection.vendor)
        if made is None:
            made = self._made[connection.vendor] = self._make()
        sql, params, places, converters = made
        given = tuple(values[places[place]] if place in places else param for place, param in enumerate(params))
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            rows = cursor.fetchall()
        return [_converted(row, converters, connection) for row in rows] if converters else rows

    def _make(self) -> tuple[str, tuple[Any, ...], dict[int, int], Converters]:
        stand_ins = STAND_INS[: self._values]
        compiler = self._queryset(*stand_ins).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        names = {str(stand_in): number for number, stand_in in enumerate(stand_ins)}
        places = {place: names[str(param)] for place, param in enumerate(params) if str(param) in names}
        if set(places.values()) != set(range(self._values)):
            raise ValueError("Each value of a prepared query has to be a parameter of its SQL.")
        found = compiler.get_converters([column[0] for column in compiler.select])
        return sql, tuple(params), places, [(place, *each) for place, each in found.items()]


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
