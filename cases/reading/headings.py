"""Find out which column holds which field, from the framework's names for it or as a person matched it before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cases.reading.ticks import tick_fields
from cases.reading.yes_no import fold
from frameworks import CaseField, CaseList, Framework
from spreadsheets.cells import Row, Value

#: How many rows of a sheet are searched for headings. Titles and notes may stand above them.
LOOKED_AT = 30
LONGEST = 200
#: What the heading of a column is matched with if a person left it out.
NOT_WANTED = ""


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """The row of headings of a sheet, and the fields of the columns (from 0) that were recognised.

    `is_open` is true if it has headings that nobody has matched yet.
    """

    row: Row
    fields: dict[int, CaseField]
    twice: dict[int, CaseField]
    is_open: bool = False

    def heading(self, place: int) -> str:
        """The heading of a column as written in the file."""
        return text_of(self.row.cells[place]) if place < len(self.row.cells) else ""


def text_of(cell: Value) -> str:
    """A heading as text."""
    return cell if isinstance(cell, str) else str(cell)


class Headings:
    """The headings that stand for a framework's fields.

    `remembered` maps folded headings to fields as a person matched them before, and takes precedence.
    """

    def __init__(self, framework: Framework, remembered: Mapping[str, str]) -> None:
        self._lists = framework.case_lists
        self._fields = {field.key: field for field in framework.case_fields}
        self._remembered = remembered
        self._known: dict[str, list[CaseField]] = {}
        for field in framework.case_fields:
            for name in (field.label, *field.headings, field.key):
                self._known.setdefault(fold(name), []).append(field)
        for field in tick_fields(framework):
            self._known.setdefault(fold(field.label), []).append(field)

    def candidates(self, cell: Value) -> Sequence[CaseField]:
        """The fields that a heading may stand for."""
        if not isinstance(cell, str) or not cell or len(cell) > LONGEST:
            return ()
        folded = fold(cell)
        if (key := self._remembered.get(folded)) is not None:
            return [self._fields[key]] if key in self._fields else ()
        return self._known.get(folded, ())

    def score(self, cells: Iterable[Value]) -> int:
        """How many different fields a row names."""
        return len({found[0].key for cell in cells if (found := self.candidates(cell))})

    def find(self, rows: Sequence[Row], on: CaseList | None) -> HeadingRow | None:
        """The row that names the most fields, the first if there are several; None if no row names any."""
        best = max(rows, key=lambda row: self.score(row.cells), default=None)
        if best is None or not self.score(best.cells):
            return None
        return self.place(best, on or self._likeliest(best))

    def _likeliest(self, row: Row) -> CaseList | None:
        """The list with the most fields named in the headings."""
        count: Counter[str] = Counter()
        for cell in row.cells:
            for case_list in self._lists:
                count[case_list.key] += any(field.is_on(case_list) for field in self.candidates(cell))
        return max(self._lists, key=lambda each: count[each.key], default=None)

    def place(self, row: Row, on: CaseList | None) -> HeadingRow:
        """The field of each column of a row of headings, for this list."""
        placed: dict[int, CaseField] = {}
        twice: dict[int, CaseField] = {}
        taken: set[str] = set()
        for place, cell in enumerate(row.cells):
            found = self.candidates(cell)
            if not found:
                continue
            field = next((each for each in found if on is not None and each.is_on(on)), found[0])
            if field.key in taken:
                twice[place] = field
            else:
                taken.add(field.key)
                placed[place] = field
        return HeadingRow(row, placed, twice, any(self._is_open(cell) for cell in row.cells))

    def _is_open(self, cell: Value) -> bool:
        return isinstance(cell, str) and bool(fold(cell)) and not ({fold(cell)} & {*self._known, *self._remembered})
