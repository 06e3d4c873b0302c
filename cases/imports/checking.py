"""Check files without storing anything: report all faults and count what would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cases.imports.difference import Counts, emptied, total
from cases.imports.messages import would_be_empty
from cases.imports.staging import Encoder
from cases.imports.worker import reader_for
from cases.models import ListRow
from cases.reading import CaseFault, Column, Record, SourceFile
from inspections.models import Inspection


@dataclass
class CheckResult:
    """What was found in files, including child-level data. `records` is filled if the caller asked for it."""

    rows: int = 0
    lists: dict[str, int] = field(default_factory=dict)
    errors: list[CaseFault] = field(default_factory=list)
    warnings: list[CaseFault] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    difference: Counts = field(default_factory=dict)
    records: list[Record] | None = None

    @property
    def accepted(self) -> bool:
        """Whether the files could be applied."""
        return not self.errors

    def tell(self, faults: Iterable[CaseFault]) -> Iterator[CaseFault]:
        """Pass the faults on and keep them."""
        for fault in faults:
            (self.errors if fault.level == "error" else self.warnings).append(fault)
            yield fault

    def seen(self, records: Iterable[Record]) -> Iterator[Record]:
        """Pass the records on and keep them if they were asked for."""
        for record in records:
            if self.records is not None:
                self.records.append(record)
            yield record

    def refuse(self, message: str, *, kind: str, file: str = "") -> None:
        """Add an error about one file, or about all of them."""
        self.errors.append(CaseFault("error", kind, file, "", None, None, None, "", message))


def check(
    files: Sequence[SourceFile],
    *,
    inspection: Inspection,
    on: date | None,
    today: date,
    list_key: str = "",
    source: str = "",
    allow_empty: bool = False,
    with_values: bool = False,
) -> CheckResult:
    """Read the files and compare them with the inspection's lists. Nothing is written to the database or to disk.

    Raises ValueError for an unknown list or source.
    """
    said: dict[str, Any] = {"list_key": list_key, "source": source, "allow_empty": allow_empty}
    reading = reader_for(inspection, files, on=on, today=today, **said)
    checked = CheckResult(records=[] if with_values else None)
    read: dict[str, dict[str, int]] = {}
    encoded = Encoder()
    for record in checked.seen(reading.records()):
        # A hash of each row is enough to compare it.
        read.setdefault(record.list, {})[record.folded] = hash(encoded(record.values))
    list(checked.tell(reading.take_faults()))
    checked.rows, checked.lists, checked.columns = reading.rows, dict(reading.lists), list(reading.columns)
    if checked.accepted:
        checked.difference = {key: _compared(inspection, key, read.get(key, {}), encoded) for key in checked.lists}
        refuse_emptied(checked, inspection, allow_empty=allow_empty)
    return checked


def refuse_emptied(checked: CheckResult, inspection: Inspection, *, allow_empty: bool) -> None:
    """Add an error if a list would become empty without confirmation."""
    found = emptied(checked.lists, checked.difference)
    if found and not allow_empty:
        checked.refuse(would_be_empty(inspection, found), kind="would-be-empty")


def _compared(inspection: Inspection, key: str, read: dict[str, int], encoded: Encoder) -> dict[str, int]:
    current = same = present = 0
    rows = ListRow.objects.filter(inspection=inspection, list=key, until=None)
    for folded, values in rows.values_list("child__folded", "values").iterator():
        current += 1
        known = read.get(folded)
        present += known is not None
        same += known == hash(encoded(values))
    return {
        "added": len(read) - present,
        "changed": present - same,
        "gone": current - present,
        "unchanged": same,
    }


def as_json(checked: CheckResult, identifier: str) -> dict[str, Any]:
    """The result in the format of `commands.md`. `identifier` is the key of the identifier field.

    If records were asked for, `rows` holds them instead of their number.
    """
    rows: Any = checked.rows
    if checked.records is not None:
        rows = [
            {"list": each.list, "row": each.row, "fields": {identifier: each.identifier, **each.values}}
            for each in checked.records
        ]
    return {
        "accepted": checked.accepted,
        "rows": rows,
        "lists": checked.lists,
        "errors": [_fault_as_json(fault) for fault in checked.errors],
        "warnings": [_fault_as_json(fault) for fault in checked.warnings],
        "columns": [
            {"heading": each.heading, "field": each.field, "good": each.good, "empty": each.empty, "bad": each.bad}
            for each in checked.columns
        ],
        "difference": total(checked.difference),
    }


def _fault_as_json(fault: CaseFault) -> dict[str, Any]:
    return {key: getattr(fault, key) for key in ("file", "sheet", "row", "column", "value", "message")}
