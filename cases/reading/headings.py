"""Which column is which: headings recognised by the framework's names for them, else as they were mapped before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cases.reading.ticks import tick_fields
from cases.reading.words import fold
from frameworks import CaseField, CaseList, Framework
from spreadsheets.cells import Row, Value

#: Among how many rows of a sheet its headings are looked for, titles and notes above them.
LOOKED_AT = 30
LONGEST = 200
#: What a heading is mapped to where a person has said that the column is not wanted.
NOT_WANTED = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The row of headings of a sheet, and the field of each place (from 0) that is recognised.

    `is_open` says that there are headings of which nobody has said yet what they are.
    """

    row: Row
    fields: dict[int, CaseField]
    twice: dict[int, CaseField]
    is_open: bool = False

    def heading(self, place: int) -> str:
        """The heading at a place as the file has it."""
        return text_of(self.row.cells[place]) if place < len(self.row.cells) else ""


def text_of(cell: Value) -> str:
    """A heading as text."""
    return cell if isinstance(cell, str) else str(cell)


class Headings:
    """The headings that a framework's fields go by.

    `remembered` maps folded headings to keys of fields, as a person has mapped them before; what it says goes first.
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
        """The fields that a heading may mean."""
        if not isinstance(cell, str) or not cell or len(cell) > LONGEST:
            return ()
        folded = fold(cell)
        if (key := self._remembered.get(folded)) is not None:
            return [self._fields[key]] if key in self._fields else ()
        return self._known.get(folded, ())

    def score(self, cells: Iterable[Value]) -> int:
        """How many different fields a row of headings would name."""
        return len({found[0].key for cell in cells if (found := self.candidates(cell))})

    def find(self, rows: Sequence[Row], on: CaseList | None) -> Found | None:
        """The row that names the most fields, the first of several; None where no row names any."""
        best = max(rows, key=lambda row: self.score(row.cells), default=None)
        if best is None or not self.score(best.cells):
            return None
        return self.place(best, on or self._likeliest(best))

    def _likeliest(self, row: Row) -> CaseList | None:
        """The list whose fields the headings name most of."""
        count: Counter[str] = Counter()
        for cell in row.cells:
            for case_list in self._lists:
                count[case_list.key] += any(field.is_on(case_list) for field in self.candidates(cell))
        return max(self._lists, key=lambda each: count[each.key], default=None)

    def place(self, row: Row, on: CaseList | None) -> Found:
        """The field of each column of a row of headings, as a list has them."""
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
        return Found(row, placed, twice, any(self._is_open(cell) for cell in row.cells))

    def _is_open(self, cell: Value) -> bool:
        return isinstance(cell, str) and bool(fold(cell)) and not ({fold(cell)} & {*self._known, *self._remembered})
