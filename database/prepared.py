"""Queries that every page makes, compiled to SQL once, and queries that are sent together as one.

Django takes several times as long to compile a queryset as the database takes to answer it, and pages ask the same
dozen questions with other ids. Only the compiled query is kept, never an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

#: Stands for the real values while the SQL is made; no row has one of these values.
STAND_INS = tuple(-8_610_000_000_000_000 - number for number in range(4))
MOMENTS = tuple(datetime(1086, 8, 1, number, tzinfo=UTC) for number in range(4))

T = TypeVar("T", bound=Model)
Value = int | str | datetime
Converters = list[tuple[int, list[Any], Any]]


@dataclass(frozen=True, slots=True)
class _CompiledQuery:
    """The SQL with its parameters. `places` says which value goes where, `types` what the columns are."""

    sql: str
    params: tuple[Any, ...]
    places: dict[int, int]
    types: tuple[str, ...]
    converters: Converters


class Prepared:
    """The rows of `queryset(*stand-ins)` for the values that it is called with, as tuples.

    `queryset` is called once for each kind of database, with a stand-in for each of the values: ids or texts, or times
    where `takes` says `datetime`. Each has to become a parameter of the SQL. It returns a queryset of `values_list`.
    Raises ValueError if a stand-in does not appear in the SQL.
    """

    def __init__(self, queryset: Callable[..., QuerySet[Any, Any]], *, takes: Sequence[type] = (int,)) -> None:
        self._together = PreparedTogether(queryset, takes=takes)

    def __call__(self, *values: Value) -> list[tuple[Any, ...]]:
        return self._together(*values)[0]


class PreparedTogether:
    """Several queries sent as one, for a page that needs all of them, since each query costs a round trip.

    Otherwise like `Prepared`. With several queries, the rows of each come in no order.
    """

    def __init__(self, *querysets: Callable[..., QuerySet[Any, Any]], takes: Sequence[type] = (int,)) -> None:
        self._querysets = querysets
        self._takes = tuple(takes)
        self._made: dict[str, tuple[str, list[_CompiledQuery]]] = {}

    def __call__(self, *values: Value) -> list[list[tuple[Any, ...]]]:
        connection = connections[DEFAULT_DB_ALIAS]
        sql, parts = self._made.get(connection.vendor) or self._make(connection)
        params = [param for part in parts for param in _filled(part, values, connection)]
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            rows = cursor.fetchall()
        if len(parts) == 1:
            found = [rows]
        else:
            ends = list(accumulate(len(part.types) for part in parts))
            found = [[] for _ in parts]
            for number, *cells in rows:
                found[number].append(tuple(cells[ends[number] - len(parts[number].types) : ends[number]]))
        return [_converted(rows, part.converters, connection) for rows, part in zip(found, parts, strict=True)]

    def _make(self, connection: Any) -> tuple[str, list[_CompiledQuery]]:
        stand_ins = [(MOMENTS if kind is datetime else STAND_INS)[n] for n, kind in enumerate(self._takes)]
        parts = [_compiled(queryset(*stand_ins), stand_ins, connection) for queryset in self._querysets]
        if {number for part in parts for number in part.places.values()} != set(range(len(stand_ins))):
            raise ValueError("Each value of a prepared query has to be a parameter of its SQL.")
        sql = parts[0].sql if len(parts) == 1 else _union(parts)
        self._made[connection.vendor] = sql, parts
        return sql, parts


def _compiled(queryset: QuerySet[Any, Any], stand_ins: Sequence[Value], connection: Any) -> _CompiledQuery:
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    # As they look in the SQL: an id compared with a text column is text there, and SQLite stores a time as text.
    adapt = connection.ops.adapt_datetimefield_value
    looks = [str(adapt(each) if isinstance(each, datetime) else each) for each in stand_ins]
    places = {place: looks.index(str(param)) for place, param in enumerate(params) if str(param) in looks}
    types = tuple(column[0].output_field.cast_db_type(connection) for column in compiler.select)
    found = compiler.get_converters([column[0] for column in compiler.select])
    return _CompiledQuery(sql, tuple(params), places, types, [(place, *each) for place, each in found.items()])


def _union(parts: Sequence[_CompiledQuery]) -> str:
    """One query for all: the number of the query, then a column for each column of each, empty in the rows of the
    others.
    """
    selects = []
    for number, part in enumerate(parts):
        cells = [
            "part.*" if other is part else ", ".join(f"CAST(NULL AS {kind})" for kind in other.types) for other in parts
        ]
        selects.append(f"SELECT {number}, {', '.join(cells)} FROM ({part.sql}) part")  # noqa: S608  # Django's own SQL; values stay parameters
    return " UNION ALL ".join(selects)


def _filled(part: _CompiledQuery, values: Sequence[Value], connection: Any) -> list[Any]:
    """The parameters, with the values in place of their stand-ins."""
    params = list(part.params)
    for place, number in part.places.items():
        value = values[number]
        adapt = connection.ops.adapt_datetimefield_value
        params[place] = adapt(value) if isinstance(value, datetime) else value
    return params


def _converted(rows: list[tuple[Any, ...]], converters: Converters, connection: Any) -> list[tuple[Any, ...]]:
    """Rows with the fields' own types, where the database has no such types (dates in SQLite)."""
    if not converters:
        return rows
    found = []
    for row in rows:
        cells = list(row)
        for place, functions, expression in converters:
            for function in functions:
                cells[place] = function(cells[place], expression, connection)
        found.append(tuple(cells))
    return found


def columns(model: type[Model], prefix: str = "") -> list[str]:
    """The names of a model's columns for `values_list`, as reached over `prefix`."""
    return [f"{prefix}{field.attname}" for field in model._meta.concrete_fields]


def instance(model: type[T], row: Sequence[Any]) -> T:
    """A row of `columns(model)` as an object of the model, as a queryset would give it."""
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in model._meta.concrete_fields], row)
