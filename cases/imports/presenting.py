"""Prepare what is stored of an import for its pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from cases.imports.difference import KINDS, Kind, RowChange
from cases.imports.forms import Unmatched
from cases.models import UNDER_WAY, CaseImport
from cases.value_labels import value_labels_of
from frameworks import Framework
from govuk.dates import long_date, long_datetime

State = CaseImport.State
#: States in which the import waits for a person or a worker.
OPEN = (*UNDER_WAY, State.MAPPING, State.CHECKED)
_STEPS = ("Choose files", "Match headings", "Check", "Apply")
_AT = {
    State.WAITING: 2, State.READING: 2, State.MAPPING: 1, State.REFUSED: 2, State.CHECKED: 3,
    State.APPLYING: 3, State.APPLIED: 4, State.DISCARDED: 3, State.FAILED: 2,
}  # fmt: skip
#: The titles of the tabs.
WHAT: Mapping[Kind, str] = {"added": "Added", "changed": "Changed", "gone": "Gone"}


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """One step of an import. The one that the person has reached is current."""

    words: str
    is_done: bool
    is_current: bool


def steps(state: str) -> list[ProgressStep]:
    """The steps of an import in this state; with an empty state, before files are chosen."""
    at = _AT[State(state)] if state else 0
    return [ProgressStep(words, place < at, place == at) for place, words in enumerate(_STEPS)]


@dataclass(frozen=True, slots=True)
class ListChange:
    """How many rows an import adds to a list, changes and removes."""

    key: str
    title: str
    short: str
    added: int = 0
    changed: int = 0
    gone: int = 0
    unchanged: int = 0

    @property
    def becomes_empty(self) -> bool:
        """Whether the list has children now and would have none."""
        return bool(self.gone) and not (self.added or self.changed or self.unchanged)

    @property
    def first_kind(self) -> Kind:
        """The first kind of change that has any rows. The page opens with it."""
        return next((kind for kind in KINDS if getattr(self, kind)), KINDS[0])


def list_changes(difference: Mapping[str, Mapping[str, int]], framework: Framework) -> list[ListChange]:
    """The changes to each list that the import holds, in the framework's order."""
    return [
        ListChange(each.key, each.title, each.short, *(difference[each.key][what] for what in COUNTED))
        for each in framework.case_lists
        if each.key in difference
    ]


COUNTED = (*KINDS, "unchanged")


def totals(changes: Iterable[ListChange]) -> ListChange:
    """The changes to all lists added up."""
    rows = list(changes)
    return ListChange("", "All lists", "All lists", *(sum(getattr(each, what) for each in rows) for what in COUNTED))


def difference_in_words(case_import: CaseImport, framework: Framework) -> str:
    """What an import changes on all lists together: "3 added, 1 gone"; empty if nothing."""
    return change_in_words(totals(list_changes(case_import.difference, framework)))


def change_in_words(total: ListChange) -> str:
    """The changes in words, leaving out zeros: "12 added, 3 changed"."""
    said = [f"{getattr(total, what):,} {what}" for what in KINDS if getattr(total, what)]
    return ", ".join(said)


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """A column of a file: the field it was read as, and how many of its cells are good, empty and bad."""

    heading: str
    field: str
    good: int
    empty: int
    bad: int
    samples: tuple[str, ...]
    bad_samples: tuple[str, ...]
    note: str


def columns_in_words(columns: Iterable[Mapping[str, Any]]) -> str:
    """A summary of all columns: "12 columns, 2 with faults, 3 with empty cells, 1 left out"."""
    rows = list(columns)
    used = [row for row in rows if row.get("field")]
    said = [f"{len(used)} column{'' if len(used) == 1 else 's'}"]
    bad, empty = sum(bool(row["bad"]) for row in used), sum(bool(row["empty"]) for row in used)
    said += [f"{bad} with faults"] if bad else []
    said += [f"{empty} with empty cells"] if empty else []
    said += [f"{len(rows) - len(used)} left out"] if len(rows) > len(used) else []
    return f"Column by column: {', '.join(said)}"


@dataclass(frozen=True, slots=True)
class SheetShown:
    """The columns of a sheet, those with bad cells first, and the headings that were left out."""

    name: str
    columns: tuple[ColumnShown, ...]
    left_out: tuple[str, ...]


def sheets(columns: Iterable[Mapping[str, Any]], framework: Framework, *, several: bool) -> list[SheetShown]:
    """The columns by file and sheet. The file's name is included if there are `several`. None once they are erased."""
    labels = {each.key: each.label for each in framework.case_fields}
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in columns:
        # Headings and names go when the files do.
        if "heading" in row:
            found[", ".join(filter(None, (row["file"] if several else "", row["sheet"])))].append(row)
    return [
        SheetShown(
            name,
            tuple(sorted((_column(row, labels) for row in rows if row["field"]), key=lambda column: -column.bad)),
            tuple(row["heading"] for row in rows if not row["field"]),
        )
        for name, rows in found.items()
    ]


def _column(row: Mapping[str, Any], labels: Mapping[str, str]) -> ColumnShown:
    samples, bad = tuple(row.get("samples", ())), tuple(row.get("bad_samples", ()))
    label = labels.get(row["field"], row["field"])
    return ColumnShown(row["heading"], label, row["good"], row["empty"], row["bad"], samples, bad, row.get("note", ""))


def lacking(found: CaseImport, framework: Framework) -> list[str]:
    """The labels of the fields that are needed and that no column was recognised as."""
    keys = {key for sheet in found.unmapped for key in sheet["lacking"]}
    return [each.label for each in framework.case_fields if each.key in keys]


def facts(found: CaseImport, framework: Framework) -> list[tuple[str, Any]]:
    """Who requested an import and when, and what they said about its files."""
    titles = {each.key: each.title for each in framework.case_lists}
    rows: list[tuple[str, Any]] = [("Begun", _when_by(found.requested_at, found.requested_by))]
    if found.on:
        rows.append(("As at", long_date(found.on)))
    if found.list_key:
        rows.append(("List", titles.get(found.list_key, found.list_key)))
    if found.restored_from:
        rows.append(("Brings back", f"Import {found.restored_from.number}"))
    if found.rows:
        rows.append(("Rows read", f"{found.rows:,}"))
    if found.applied_at and found.state == State.APPLIED:
        rows.append(("Applied", _when_by(found.applied_at, found.applied_by)))
    return rows


def _when_by(moment: datetime, person: User | None) -> str:
    return f"{long_datetime(moment)}, by {person}" if person else long_datetime(moment)


def unmatched(sheets: Iterable[Mapping[str, Any]]) -> list[Unmatched]:
    """The headings to be matched, each once, with the sheets it is in and samples from below it."""
    places: dict[str, list[str]] = defaultdict(list)
    samples: dict[str, dict[str, None]] = defaultdict(dict)
    for sheet in sheets:
        where = ", ".join(filter(None, (sheet["file"], sheet["sheet"])))
        for heading, below in zip(sheet["headings"], sheet["samples"], strict=True):
            if heading and heading not in sheet["known"]:
                places[heading].append(where)
                samples[heading] |= dict.fromkeys(filter(None, below))
    return [Unmatched(heading, tuple(where), tuple(samples[heading])[:5]) for heading, where in places.items()]


@dataclass(frozen=True, slots=True)
class FieldShown:
    """A field of a row in words. For a row that is added or removed only one side is filled."""

    label: str
    before: str
    after: str

    @property
    def value(self) -> str:
        return self.after or self.before


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row that changes, with its fields in the framework's order."""

    identifier: str
    fields: tuple[FieldShown, ...]


def row_changes(rows: Iterable[RowChange], framework: Framework) -> list[RowShown]:
    """The rows with their fields' labels, and their values in words."""
    labels = value_labels_of(framework)
    shown = []
    for row in rows:
        changes = {each.field: each for each in row.changes}
        found = tuple(
            FieldShown(field.label, labels.show(field, each.before), labels.show(field, each.after))
            for key, field in labels.fields.items()
            if (each := changes.get(key)) is not None
        )
        shown.append(RowShown(row.identifier, found))
    return shown
