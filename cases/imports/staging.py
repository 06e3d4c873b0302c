"""Write rows to the database in bulk, and keep those that an import has read until it is applied."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from django.db import connection, models

from cases.models import CaseImport, ImportFault, StagedRow
from cases.reading import CaseFault, Record
from database.hashing import hashing
from frameworks import Framework

Cells = Sequence[str | None]

_STAGED = ("case_import_id", "list", "folded", "identifier", "values", "born", "referred", "worker")
_LONGEST_WORKER = 200
_FAULTS = ("case_import_id", "level", "kind", "file", "sheet", "row", "column", "place", "value", "message")
# Means NULL in the text for PostgreSQL. It never occurs in a cell.
_NULL = "\x01"
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": None, _NULL: None})
_PIECE = 256 * 1024
# How many rows are made into text at once.
_AT_ONCE = 25


def streams() -> bool:
    """Whether the database can take rows while they are still being read."""
    return connection.vendor == "postgresql"


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Cells]) -> None:
    """Insert rows of text into a model's table, with COPY on PostgreSQL and many inserts elsewhere.

    `columns` are the table's. Exceptions from `rows` are passed on; exceptions from the database never quote a row.
    """
    quote = connection.ops.quote_name
    named = ", ".join(map(quote, columns))
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if not streams():
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({named}) VALUES ({places})", list(rows))  # noqa: S608
            return
        source = _CopyStream(rows)
        with connection.wrap_database_errors:
            cursor.copy_expert(f"COPY {table} ({named}) FROM STDIN WITH (NULL E'\\x01')", source, _PIECE)
        if source.failed is not None:
            raise source.failed


class _CopyStream:
    """Rows as text for COPY, made as COPY asks for it.

    If the rows raise an exception, the text ends and the exception is kept. Otherwise psycopg would send its message to
    the server, which would log it.
    """

    def __init__(self, rows: Iterable[Cells]) -> None:
        self._rows = iter(rows)
        self.failed: BaseException | None = None

    def read(self, size: int = _PIECE) -> str:
        pieces, length = list[str](), 0
        try:
            # Half of `size`, which is bytes: some characters take several.
            while length < size // 2 and (rows := list(islice(self._rows, _AT_ONCE))):
                pieces.append(_text(rows))
                length += len(pieces[-1])
        except BaseException as error:
            self.failed = error
            return ""
        return "".join(pieces)


def _text(rows: Sequence[Cells]) -> str:
    """Lines for COPY. Hardly any row has a character to escape, so all of them are looked through at once."""
    lines = ["\t".join([_NULL if cell is None else cell for cell in row]) for row in rows]
    text = "\n".join(lines) + "\n"
    is_plain = "\\" not in text and "\r" not in text and "\x00" not in text and text.count("\n") == len(rows)
    if is_plain and text.count("\t") == sum(map(len, rows)) - len(rows):
        return text
    return "".join(map(_escaped, rows))


def _escaped(row: Cells) -> str:
    return "\t".join([_NULL if cell is None else cell.translate(_ESCAPED) for cell in row]) + "\n"


class Encoder:
    """Encodes stored values as JSON, so that equal values give equal text.

    A column has few different values, so each is encoded once.
    """

    _one = json.JSONEncoder(ensure_ascii=False).encode
    _most = 20_000  # of each field

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}
        self._orders: dict[tuple[str, ...], list[tuple[str, dict[str, str]]]] = {}

    def __call__(self, values: Mapping[str, str]) -> str:
        keys = tuple(values)
        order = self._orders.get(keys)
        if order is None:
            order = self._orders[keys] = [(key, self._known.setdefault(key, {})) for key in sorted(keys)]
        try:
            return "{" + ",".join([known[values[key]] for key, known in order]) + "}"
        except KeyError:
            return "{" + ",".join([self._pair(key, values[key], known) for key, known in order]) + "}"

    def _pair(self, key: str, value: str, known: dict[str, str]) -> str:
        if value not in known:
            if len(known) >= self._most:
                known.clear()
            known[value] = f"{self._one(key)}:{self._one(value)}"
        return known[value]


def stage(case_import: CaseImport, framework: Framework, records: Iterable[Record], encoded: Encoder) -> None:
    """Store records until they are applied."""
    pk = str(case_import.pk)
    born, referred = (_fields_with(framework, role) for role in ("birth", "referral"))
    insert_rows(
        StagedRow,
        _STAGED,
        (
            (
                pk,
                on,
                folded,
                identifier,
                encoded(values),
                values.get(born[on]),
                values.get(referred[on]),
                worker[:_LONGEST_WORKER] if worker else worker,
            )
            for on, _file, _sheet, _row, identifier, folded, values, worker in records
        ),
    )


def _fields_with(framework: Framework, role: str) -> dict[str, str]:
    """The key of the field with this role on each list, "" if it has none."""
    found = {each.key: framework.field_with(role, each.key) for each in framework.case_lists}
    return {key: field.key if field else "" for key, field in found.items()}


def keep_faults(case_import: CaseImport, faults: Iterable[CaseFault]) -> None:
    """Store the faults of an import."""
    pk = str(case_import.pk)
    rows = (
        (
            pk,
            fault.level,
            fault.kind,
            fault.file,
            fault.sheet,
            _number(fault.row),
            fault.column or "",
            _number(fault.place),
            fault.value,
            fault.message,
        )
        for fault in faults
    )
    first = next(rows, None)
    if first is not None:
        insert_rows(ImportFault, _FAULTS, chain([first], rows))


def _number(number: int | None) -> str | None:
    return None if number is None else str(number)


def clear(case_import: CaseImport, *, faults: bool = True) -> None:
    """Delete the rows that an import has staged, and its faults."""
    StagedRow.objects.filter(case_import=case_import)._raw_delete(connection.alias)
    if faults:
        ImportFault.objects.filter(case_import=case_import)._raw_delete(connection.alias)


# For each list of the former import, the rows that were current when it was applied.
_FORMER = """
INSERT INTO cases_stagedrow (case_import_id, list, folded, identifier, "values", born, referred)
SELECT %s, r.list, c.folded, c.identifier, r."values", r.born, r.referred
FROM cases_listrow r
JOIN cases_child c ON c.id = r.child_id
JOIN cases_caseimport begun ON begun.id = r.since_id
LEFT JOIN cases_caseimport ended ON ended.id = r.until_id
WHERE r.inspection_id = %s AND r.list = %s
AND begun.applied_at <= %s AND (ended.id IS NULL OR ended.applied_at > %s)
"""


def stage_former(case_import: CaseImport) -> dict[str, int]:
    """Stage the rows of the former import that is brought back. Returns how many there are for each list."""
    former: Any = case_import.restored_from
    lists = {}
    moment = connection.ops.adapt_datetimefield_value(former.applied_at)
    with hashing() as cursor:
        for key in former.lists:
            cursor.execute(_FORMER, [case_import.pk, case_import.inspection_id, key, moment, moment])
            lists[key] = cursor.rowcount
    return lists
