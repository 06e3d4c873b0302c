"""Ofsted's child-level template "Annex A", lists 6 to 9, of all years.

It has several rows for a child, such as plans or periods of care. The row that is current on the as-at day counts. The
framework says which of its lists a part of the template is (`CaseList.returns`). Source: domain rules of the case
lists, 8 and 15.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cases.reading.headings import HeadingRow, Headings
from cases.reading.layout import EpisodeColumns, LaidOut, Layout, SkippedSheet
from cases.reading.yes_no import fold
from frameworks import CaseField, CaseList, Framework
from spreadsheets.cells import Row, Value

_DATA = tomllib.loads((Path(__file__).parent / "annex_a.toml").read_text(encoding="utf-8"))
#: How many headings of its own a list needs to be recognised; fewer if the sheet's name says which list it is.
ENOUGH, WITH_NAME = 3, 1


class AnnexA:
    """Reads sheets of the template. `is_stated` is true if a person named it as the source."""

    def __init__(self, framework: Framework, headings: Headings, *, is_stated: bool) -> None:
        self._framework = framework
        self._headings = headings
        self._is_stated = is_stated
        self._known = [(part, frozenset(map(fold, part["known_by"]))) for part in _DATA["parts"]]

    def score(self, cells: tuple[str, ...]) -> int:
        """How many headings of one list of the template are in a row."""
        folded = _folded(cells)
        return max(len(folded & known) for _, known in self._known)

    def layout(self, file: str, sheet: str, head: Sequence[Row], stated: CaseList | None) -> LaidOut | None:
        """The layout of a list of the template. Lists that the framework does not have are skipped."""
        part = self._part(file, sheet, head)
        if part is None:
            return None
        on = next((each for each in self._framework.case_lists if part["key"] in each.returns), None)
        if on is None and any(self.score_all(self._marks(row, part)) for row in head):
            return None  # the framework knows what marks the part: it is a list of its own, perhaps its export
        if on is None or (stated is not None and stated.key != on.key):
            return SkippedSheet()
        row = max(head, key=lambda each: (len(_folded(each.cells) & self._distinct(part)), self.score_all(each.cells)))
        found = self._placed(row, on, part)
        if not any(each.kind == "identifier" for each in found.fields.values()):
            return None  # the reader of the council's own exports reports what is missing
        roles = {each.role: each.key for each in self._framework.case_fields if each.role and each.is_on(on)}
        constants = {roles[role]: value for role, value in part.get("constants", {}).items() if role in roles}
        counts = {fold(heading) for names in part.get("counts", {}).values() for heading in names}
        places = {fold(found.heading(place)): place for place in reversed(range(len(row.cells)))}
        return Layout(
            found,
            (on,),
            is_stated=stated is not None,
            constants=constants,
            counts=frozenset(place for name, place in places.items() if name in counts),
            episodes=EpisodeColumns(
                _first(places, part.get("start")), _first(places, part.get("end")), part.get("rank", 0)
            ),
        )

    def score_all(self, cells: Sequence[Value]) -> int:
        """How many fields of the framework a row names."""
        return self._headings.score(cells)

    def _marks(self, row: Row, part: Mapping[str, Any]) -> list[str]:
        """The headings in a row by which the part is known."""
        known = self._distinct(part)
        return [cell for cell in row.cells if isinstance(cell, str) and fold(cell) in known]

    def _distinct(self, part: Mapping[str, Any]) -> frozenset[str]:
        return next(known for each, known in self._known if each is part)

    def _part(self, file: str, sheet: str, head: Sequence[Row]) -> Mapping[str, Any] | None:
        best: tuple[int, Mapping[str, Any] | None] = 0, None
        for part, known in self._known:
            count = max((len(_folded(row.cells) & known) for row in head), default=0)
            is_named = self._is_stated or _is_named(sheet, part) or _is_named(file.rpartition(".")[0], part)
            if count >= (WITH_NAME if is_named else ENOUGH) and count > best[0]:
                best = count, part
        return best[1]

    def _placed(self, row: Row, on: CaseList, part: Mapping[str, Any]) -> HeadingRow:
        """The field of each column, by the framework's headings and the template's."""
        found = self._headings.place(row, on)
        names = {**{fold(each): role for role, listed in _DATA["headings"].items() for each in listed}}
        names |= {fold(each): role for role, listed in part.get("counts", {}).items() for each in listed}
        by_role: dict[str, CaseField] = {
            each.role: each for each in self._framework.case_fields if each.role and each.is_on(on)
        }
        fields = dict(found.fields)
        taken = {each.key for each in fields.values()}
        for place, cell in enumerate(row.cells):
            role = names.get(fold(cell)) if isinstance(cell, str) else None
            if place not in fields and role in by_role and by_role[role].key not in taken:
                fields[place] = by_role[role]
                taken.add(by_role[role].key)
        ignored = part.get("ignored", ())
        kept = {place: each for place, each in fields.items() if each.role not in ignored}
        return HeadingRow(row, kept, {}, found.is_open)


def _folded(cells: Sequence[Value]) -> frozenset[str]:
    return frozenset(fold(cell) for cell in cells if isinstance(cell, str) and 0 < len(cell) < 200)


def _is_named(name: str, part: Mapping[str, Any]) -> bool:
    words = " ".join(re.findall(r"[a-z]+|\d+", name.lower()))
    return any(
        re.search(rf"\b{' '.join(re.findall(r'[a-z]+|[0-9]+', each.lower()))}\b", words) for each in part["names"]
    )


def _first(places: Mapping[str, int], names: Sequence[str] | None) -> int | None:
    return next((places[fold(name)] for name in names or () if fold(name) in places), None)
