"""Readers for one column each. A cell goes in; the value to store, or what is wrong with the cell, comes out.

A reader remembers its results, because a column with 100,000 rows has only some hundred different values. A good cell
gives text ("" if empty), and anything else an `OddCell`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from cases.reading.dates import MONTH_FIRST, NoDate, in_words, read_date
from cases.reading.results import ERROR, WARNING, Level
from cases.reading.yes_no import BLANK, fold, yes_or_no
from codesets import Recogniser
from frameworks import CaseField
from spreadsheets.cells import EXCEL_ERRORS, NO_VALUE, Value, clean
from spreadsheets.faults import nearest

# How many different values a column remembers. Only free text has more.
REMEMBERED = 20_000
SAMPLES = 3
NEAREST = 3
NO_FORMULA_VALUE = "formula-without-value"


@dataclass(frozen=True, slots=True)
class OddCell:
    """A cell that needs attention: it has a fault, counts as empty with a warning, or says something about another
    field.
    """

    value: str = ""
    level: Level | None = None
    kind: str = ""
    message: str = ""
    says: str | None = None


CellResult = str | OddCell
Cell = Callable[[Value], CellResult]


@dataclass(frozen=True, slots=True)
class Days:
    """What dates are compared with: the as-at day and today. `from_1904` is true if the file counts days from 1904."""

    on: date
    today: date
    from_1904: bool = False


class ColumnReader:
    """Reads the cells of one column of a sheet, and counts those that are good, empty and bad."""

    __slots__ = (
        "asked",
        "bad",
        "bad_samples",
        "blank",
        "empty",
        "field",
        "first_blank",
        "heading",
        "memo",
        "month_first",
        "place",
        "read",
        "samples",
    )

    def __init__(self, field: CaseField, place: int, heading: str, read: Cell) -> None:
        self.field = field
        self.place = place
        self.heading = heading
        self.read = read
        self.memo: dict[object, CellResult] = {}
        self.empty = self.bad = 0
        # The lists on which an empty cell is reported; how many there were, and the row of the first.
        self.asked: frozenset[str] = frozenset()
        self.blank = self.first_blank = 0
        self.month_first = False
        self.samples: list[str] = []
        self.bad_samples: list[str] = []

    def __call__(self, cell: Value) -> CellResult:
        """Read a value and remember the result. Text that is already in `memo` need not be passed here."""
        key = cell if isinstance(cell, str) else (cell.__class__, cell)
        if (known := self.memo.get(key)) is not None:
            return known
        found = self.read(cell)
        if len(self.memo) >= REMEMBERED:
            self.memo.clear()
        self.memo[key] = found
        if isinstance(found, OddCell) and found.level == ERROR:
            if len(self.bad_samples) < SAMPLES:
                self.bad_samples.append(shown(cell))
            self.month_first = self.month_first or found.kind == MONTH_FIRST
        elif found and len(self.samples) < SAMPLES:
            self.samples.append(shown(cell))
        return found


def shown(cell: Value) -> str:
    """A cell as people see it, shortened if it is long."""
    if cell is NO_VALUE:
        return ""
    text = clean(cell) or (cell if isinstance(cell, str) else "")
    return text if len(text) <= 200 else text[:199] + "…"


#: The longest identifier that can be stored.
LONGEST_IDENTIFIER = 100
# Casefolding makes a text at most three times as long.
_SURELY_SHORT = LONGEST_IDENTIFIER // 3


def is_plain_identifier(cell: Value) -> bool:
    """A quick test for what nearly all identifiers are: digits, or digits and letters, and not too long."""
    if cell.__class__ is not str or cell.isalpha():  # type: ignore[union-attr]
        return False
    return cell.isalnum() and len(cell) <= _SURELY_SHORT  # type: ignore[union-attr,arg-type]


def identifier_of(cell: Value) -> CellResult:
    """The identifier in a cell, "" if it is empty."""
    if isinstance(cell, str):
        folded = cell.casefold()
        if len(cell) > LONGEST_IDENTIFIER or len(folded) > LONGEST_IDENTIFIER:
            message = f"This is longer than {LONGEST_IDENTIFIER} characters, and no identifier."
            return OddCell(level=ERROR, kind="identifier-unreadable", message=message)
        return "" if folded in EXCEL_ERRORS or folded in BLANK else cell
    if cell is NO_VALUE:
        return _no_formula_value()
    if isinstance(cell, bool) or not isinstance(cell, float | int):
        return OddCell(
            level=ERROR, kind="identifier-unreadable", message="This is no identifier. Format the cell as text."
        )
    return clean(cell)


def _no_formula_value() -> OddCell:
    return OddCell(
        level=ERROR,
        kind=NO_FORMULA_VALUE,
        message="The formula has no value in the file. Open the workbook in Excel, save it and choose it again.",
    )


def cell_reader(field: CaseField, days: Days, recogniser: Recogniser | None, *, is_birth: bool) -> Cell:
    """A function that reads the cells of this field. With `is_birth`, dates in the future are left to the rule on
    births.
    """
    read = _by_kind(field, days, recogniser, is_birth=is_birth)
    says = {fold(word): each.field for each in field.also_says for word in each.words}
    keeps_dashes = field.kind in ("text", "code")

    def reader(cell: Value) -> CellResult:
        if isinstance(cell, str):
            if not cell:
                return ""
            low = cell.casefold()
            if low in EXCEL_ERRORS:
                return OddCell(level=WARNING, kind="error-word", message=f"{cell} is taken for an empty cell.")
            if low in BLANK and not (keeps_dashes and low.isalpha()):
                return ""
            if says and (other := says.get(fold(cell))):
                own = read(cell) if field.kind == "yes-no" else ""
                return OddCell(value=own if isinstance(own, str) else "", says=other)
        elif cell is NO_VALUE:
            return _no_formula_value()
        return read(cell)

    return reader


def _by_kind(field: CaseField, days: Days, recogniser: Recogniser | None, *, is_birth: bool) -> Cell:
    match field.kind:
        case "date":
            return _dates(days, may_be_future=field.may_be_future or is_birth)
        case "yes-no":
            return _yes_no(field)
        case "number":
            return _number
        case "code" if recogniser is not None:
            return _codes(field, recogniser)
    return _text


def _dates(days: Days, *, may_be_future: bool) -> Cell:
    def read(cell: Value) -> CellResult:
        found = read_date(cell, from_1904=days.from_1904)
        if isinstance(found, NoDate):
            return OddCell(level=ERROR, kind=found.kind, message=found.message)
        if found > days.on and not may_be_future:
            if found > days.today:
                return OddCell(level=ERROR, kind="date-future", message="The date is in the future.")
            message = f"The date is after {in_words(days.on)}, the day that the list describes."
            return OddCell(found.isoformat(), level=WARNING, kind="date-after-as-at", message=message)
        return found.isoformat()

    return read


def _yes_no(field: CaseField) -> Cell:
    yes, no = frozenset(map(fold, field.yes)), frozenset(map(fold, field.no))

    def read(cell: Value) -> CellResult:
        if isinstance(cell, bool):
            return "yes" if cell else "no"
        found = yes_or_no(clean(cell), yes, no)
        return found or OddCell(
            level=ERROR, kind="not-yes-or-no", message="This is neither yes nor no. Write Yes or No."
        )

    return read


def _number(cell: Value) -> CellResult:
    text = clean(cell).replace(",", "") if not isinstance(cell, bool) else ""
    if text.removeprefix("-").replace(".", "", 1).isascii() and text.removeprefix("-").replace(".", "", 1).isdigit():
        return text
    return OddCell(level=ERROR, kind="not-a-number", message="This is no number. Write it in figures.")


def _text(cell: Value) -> CellResult:
    return clean(cell)


def _codes(field: CaseField, recogniser: Recogniser) -> Cell:
    labels = {code.code: code.label for code in recogniser.code_set.codes}

    def read(cell: Value) -> CellResult:
        text = clean(cell)
        found = recogniser.recognise(text)
        if found.is_known:
            return found.value
        if found.value:
            message = f"This is no known value of {_named(field)}. It is kept as it is written."
            return OddCell(found.value, level=WARNING, kind="kept-as-text", message=message)
        near = [f"{labels[code]} ({code})" for code in found.near[:NEAREST] if code in labels]
        near = near or nearest(text[:200], labels.values(), most=NEAREST, cutoff=0.5)
        why = f" {found.why}" if found.why else ""
        said = f" Nearest: {'; '.join(near)}." if near else " Write a code or a label of the national list."
        return OddCell(level=ERROR, kind="not-a-code", message=f"This is no value of {_named(field)}.{why}{said}")

    return read


def _named(field: CaseField) -> str:
    return field.label[:1].lower() + field.label[1:]
