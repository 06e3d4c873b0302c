"""The council's own exports and those of this software: one file with flags, or a file or sheet for each list."""

from __future__ import annotations

from collections.abc import Sequence

from cases.reading.headings import HeadingRow, Headings
from cases.reading.layout import LaidOut, Layout, RefusedSheet, UnknownSheet, flags_of, only_lists, to_be_mapped
from cases.reading.list_names import ListNames
from frameworks import CaseList, Framework
from spreadsheets.cells import Row

#: With this many known headings a sheet counts as a case list, and its other headings can be matched.
ENOUGH = 2


class Own:
    """Reads sheets with the framework's headings, by any of their names."""

    def __init__(self, framework: Framework, headings: Headings) -> None:
        self._framework = framework
        self._headings = headings
        self._names = ListNames(framework)

    def score(self, cells: tuple[str, ...]) -> int:
        """How many headings it recognises in a row."""
        return self._headings.score(cells)

    def layout(self, file: str, sheet: str, head: Sequence[Row], stated: CaseList | None) -> LaidOut | None:
        """The layout of the sheet. Never None, because this reader is asked last."""
        on = stated or self._names.named(sheet) or self._names.named(_stem(file))
        found = self._headings.find(head, on)
        if found is None or (len(found.fields) < ENOUGH and on is None):
            return UnknownSheet(sheet, _headings_of(head))
        if not any(each.kind == "identifier" for each in found.fields.values()):
            may_pass = stated is None and self._names.named(sheet) is None
            return self._without_identifier(file, sheet, head, found, on, may_pass=may_pass)
        if again := next((place for place in found.twice if _same(found, place)), None):
            return RefusedSheet(
                "heading-twice", f"Two columns are headed “{found.heading(again)}”. Delete or rename one."
            )
        lists = (on,) if on else self._by_columns(found)
        if lists is None:
            titles = "; ".join(each.title for each in self._framework.case_lists)
            return RefusedSheet(
                "list-unknown",
                "It cannot be told which list this is. Name the sheet or the file after its list, or say which it is. "
                f"The lists are: {titles}.",
            )
        return Layout(found, lists, is_stated=stated is not None)

    def _by_columns(self, found: HeadingRow) -> tuple[CaseList, ...] | None:
        """The list that the columns point to; empty if each row says it itself, None if nothing does."""
        if flags_of(found.fields):
            return ()
        alone = {on for _, on in only_lists(self._framework, found.fields)}
        lists = self._framework.case_lists
        if len(alone) == 1 or len(lists) == 1:
            return tuple(each for each in lists if len(lists) == 1 or each.key in alone)
        return None

    def _without_identifier(
        self, file: str, sheet: str, head: Sequence[Row], found: HeadingRow, on: CaseList | None, *, may_pass: bool
    ) -> LaidOut:
        fields = self._framework.fields_of(on.key) if on else self._framework.case_fields
        identifiers = [each for each in fields if each.kind == "identifier"]
        unmapped = to_be_mapped(file, sheet, head, found, [each.key for each in identifiers[:1]])
        message = f"No column is recognised as “{identifiers[0].label}”." if identifiers else "No list has identifiers."
        where = f"The headings are in row {found.row.number}."
        return RefusedSheet(
            "no-identifiers", f"{message} {where}", unmapped if found.is_open else None, may_pass, sheet
        )


def _stem(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0]


def _same(found: HeadingRow, place: int) -> bool:
    """Whether the column has the same heading as the one that is read for its field."""
    field = found.twice[place]
    first = next(each for each, taken in found.fields.items() if taken.key == field.key)
    return found.heading(first).casefold() == found.heading(place).casefold()


def _headings_of(head: Sequence[Row]) -> tuple[str, ...]:
    """The likely headings of an unknown sheet: the first row with the most texts."""
    texts = [tuple(cell for cell in row.cells if isinstance(cell, str) and cell) for row in head]
    return max(texts, key=lambda each: len(each), default=())
