"""Other returns that councils make. They are recognised by their headings so that they can be refused by name."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from cases.reading.layout import LaidOut, RefusedSheet
from cases.reading.yes_no import fold
from frameworks import CaseList
from spreadsheets.cells import Row, Value

_DATA = tomllib.loads((Path(__file__).parent / "returns.toml").read_text(encoding="utf-8"))["returns"]
#: The returns that can be stated as a source, with their titles.
RETURNS: dict[str, str] = {each["key"]: each["title"] for each in _DATA}
_HEADINGS = {each["key"]: (frozenset(map(fold, each["headings"])), each["at_least"]) for each in _DATA}
_PLAIN = frozenset({"dob", "urn", "upn", "cin", "ethnic"})


class OtherReturns:
    """Refuses sheets of returns that are not read. `named` is the one that a person stated."""

    def __init__(self, named: str | None = None) -> None:
        self._named = named

    def score(self, cells: tuple[str, ...]) -> int:
        """How many headings of one return are in a row."""
        return max(len(_folded(cells) & known) for known, _ in _HEADINGS.values())

    def layout(self, file: str, sheet: str, head: Sequence[Row], stated: CaseList | None) -> LaidOut | None:
        """A refusal if the sheet belongs to a return or is said to; otherwise None."""
        key = self._named or self._recognised(head)
        if key is None:
            return None
        return RefusedSheet(
            "other-return",
            f"This is {RETURNS[key]}, which is not read here. Choose the lists as your case system exports them.",
        )

    def _recognised(self, head: Sequence[Row]) -> str | None:
        for row in head:
            found = _folded(row.cells)
            for key, (known, at_least) in _HEADINGS.items():
                # Common headings such as a date of birth are not enough.
                if len((found & known) - _PLAIN) >= at_least:
                    return key
        return None


def _folded(cells: Sequence[Value]) -> frozenset[str]:
    return frozenset(fold(cell) for cell in cells if isinstance(cell, str) and 0 < len(cell) < 60)
