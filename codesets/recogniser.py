"""Recognise values of a code set in what councils' case systems export: by code, by label, or by similar spelling.

The words of a cell are looked up as concepts ("white", "other"), and the concepts in a cell together give its value. So
order, punctuation and numbering do not matter, and a cell that could mean two things is refused. Nothing is guessed
(domain rules of the case lists: values are recognised with certainty, or are faults that name the nearest).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from codesets.model import CodeGroup, CodeSet
from codesets.nearest import SUGGESTED, Nearest
from codesets.tokens import in_one_line
from codesets.value_reader import CONTRADICTION, GROUP, TWO_CODES, UNKNOWN, ValueReader

# How many different values a recogniser remembers. A return has some hundred; a hostile file could have any number.
REMEMBERED = 4096
# Longer cells cannot be a code or label. The longest label that councils export has some 300 characters.
LONGEST = 400
SEVERAL_AT_MOST = 30
# Never stored as text.
AT_ODDS = frozenset({CONTRADICTION, TWO_CODES})
SEPARATORS = re.compile(r"[,;/\n|]")
TEXT = "text:"


class CodeCategory(Protocol):
    """A framework's own group of codes, such as an item of Annex 4's placements."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def codes(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class RecognisedValue:
    """How a value was read.

    `value` is the form to store, "" if it was refused: the code, `group:KEY` if only the group is known, several values
    joined by `;`, or `text:...` for text in a set that allows several values (also in `details`). `code` and `label`
    belong to a single value, `group` to all of them. `values` are the codes. `near` are the codes most like a refused
    value, and `why` is a sentence with the reason.
    """

    value: str = ""
    code: str | None = None
    label: str | None = None
    group: str | None = None
    values: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    details: str = ""
    why: str = ""

    @property
    def is_known(self) -> bool:
        """Whether it has a code or a group. Otherwise it was refused."""
        return self.code is not None or self.group is not None


class Recogniser:
    """Reads values of a code set, with a framework's categories if it has any.

    With categories, the group of a value is the category of its code; otherwise it is the set's group.
    """

    def __init__(self, code_set: CodeSet, categories: Iterable[CodeCategory] = ()) -> None:
        self.code_set = code_set
        self._categories = tuple(categories)
        self._labels = {each.code: each.label for each in code_set.codes}
        self._group_labels = {each.key: each.label for each in self._categories or code_set.groups}
        if self._categories:
            self._group_of = {code: each.key for each in self._categories for code in each.codes}
        else:
            self._group_of = {each.code: each.group for each in code_set.codes if each.group}
        groups = {each.key: GROUP + key for each in code_set.groups if (key := self._kept_group(each))}
        self._reader = ValueReader(code_set, self._all_labels(groups), groups, self._group_of)
        self._nearest = Nearest(code_set)
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._read)

    def recognise(self, text: str) -> RecognisedValue:
        """How a cell is read. Results are remembered, except those of long cells, so that memory stays limited."""
        return self._remembered(text) if len(text) <= LONGEST else self._read(text)

    def label_of(self, stored: str) -> str:
        """The label of a stored value, for pages and exports. Reading the label gives the same value again."""
        return "; ".join(self._label_of_one(each) for each in stored.split(";")) if stored else ""

    def group_of(self, stored: str) -> str | None:
        """The key of a stored value's group; None if it has none or more than one."""
        groups = {self._group_of_one(each) for each in stored.split(";") if not each.startswith(TEXT)}
        return groups.pop() if len(groups) == 1 else None

    def _label_of_one(self, stored: str) -> str:
        if stored.startswith(TEXT):
            return stored.removeprefix(TEXT)
        if stored.startswith(GROUP):
            return self._group_labels.get(stored.removeprefix(GROUP), stored)
        return self._labels.get(stored, stored)

    def _group_of_one(self, stored: str) -> str | None:
        return stored.removeprefix(GROUP) if stored.startswith(GROUP) else self._group_of.get(stored)

    def _kept_group(self, group: CodeGroup) -> str | None:
        """The key under which a group of the set is stored: the one category that all its codes are in."""
        if not self._categories:
            return group.key
        keys = {self._group_of.get(each.code) for each in self.code_set.codes if each.group == group.key}
        return keys.pop() if len(keys) == 1 else None

    def _all_labels(self, groups: dict[str, str]) -> dict[str, str]:
        """Every label with the form to store for it. If two are equal, the first one counts."""
        labels = {label: code for code, label in self._labels.items()}
        for category in self._categories:
            labels.setdefault(category.label, GROUP + category.key)
        for code in self.code_set.codes:
            for label in code.also:
                labels.setdefault(label, code.code)
        for group in self.code_set.groups:
            if group.key in groups:
                labels.setdefault(group.label, groups[group.key])
        return labels

    # Reading

    def _read(self, text: str) -> RecognisedValue:
        line = in_one_line(text)
        if not line:
            return RecognisedValue(why="The cell is empty.")
        one = self._one(line)
        if one.is_known or not self.code_set.several:
            return one
        return self._several(line)

    def _one(self, line: str) -> RecognisedValue:
        if len(line) > LONGEST:
            return RecognisedValue(why="It is too long to be a value of the list.")
        stored, why, likely, said = self._reader.read(line)
        if not stored:
            return RecognisedValue(near=self._nearest.to(line, said, likely), why=why)
        group = self._group_of_one(stored)
        if stored.startswith(GROUP):
            return RecognisedValue(stored, label=self._label_of_one(stored), group=group)
        return RecognisedValue(stored, stored, self._labels[stored], group, (stored,))

    def _several(self, line: str) -> RecognisedValue:
        """Read a cell with more than one value. Each piece is a value or is stored as text."""
        pieces = [piece for each in SEPARATORS.split(line) if (piece := each.strip())]
        if not pieces or len(pieces) > SEVERAL_AT_MOST:
            return self._together([line.replace(";", ",")], [RecognisedValue()])
        read = [self._one(piece) for piece in pieces]
        return next((each for each in read if each.why in AT_ODDS), None) or self._together(pieces, read)

    def _together(self, pieces: Sequence[str], read: Sequence[RecognisedValue]) -> RecognisedValue:
        codes = tuple(code for code in self._labels if any(each.code == code for each in read))
        groups = {each.group for each in read if each.group}
        if len(groups) > 1:
            return RecognisedValue(near=codes[:SUGGESTED], why=CONTRADICTION)
        group = groups.pop() if groups else None
        text = tuple(dict.fromkeys(piece for piece, each in zip(pieces, read, strict=True) if not each.is_known))
        known = codes or ((GROUP + group,) if group else ())
        return RecognisedValue(
            value=";".join((*known, *(TEXT + each for each in text))),
            code=codes[0] if len(codes) == 1 else None,
            label=self._label_of_one(known[0]) if len(known) == 1 else None,
            group=group,
            values=codes,
            near=() if known else read[0].near,
            details="; ".join(text),
            why="" if known else UNKNOWN,
        )
