"""What a council's case system exported, read as a value of a code set: by code, by label, and by near spelling.

The words of a cell are looked up as concepts ("white", "other"), and the concepts that a cell holds together say which
value it is. So order, punctuation and numbering do not matter, and what says more than one thing is refused: nothing is
guessed (domain rules of the case lists: values are recognised with certainty or named as faults with the nearest).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from codesets.model import CodeSet, Group
from codesets.nearest import SUGGESTED, Nearest
from codesets.reading import CONTRADICTION, GROUP, TWO_CODES, UNKNOWN, Reader
from codesets.tokens import in_one_line

# Distinct values that a recogniser remembers: a return has some hundreds, a hostile file as many as it likes.
REMEMBERED = 4096
# Longer cells are no code or label of any set. The longest label that councils export has some 300 characters.
LONGEST = 400
SEVERAL_AT_MOST = 30
# What is never kept as text.
AT_ODDS = frozenset({CONTRADICTION, TWO_CODES})
SEPARATORS = re.compile(r"[,;/\n|]")
TEXT = "text:"


class Category(Protocol):
    """A framework's own group of codes, such as an item of Annex 4's placements."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def codes(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Recognised:
    """How a value is read.

    `value` is the form to keep, "" where it is refused: the code, `group:KEY` where only the group is known, several
    joined by `;`, and `text:...` for text of a set with several values that is none of them (which is in `details`).
    `code` and `label` are those of the one value, `group` of all; `values` are the codes; `near` the codes most like
    what is refused, and `why` says in a sentence why it is.
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
        """Whether it has a code or a group. What has neither is refused."""
        return self.code is not None or self.group is not None


class Recogniser:
    """Reads values of one code set, with a framework's categories for it where it has any.

    Where categories are given, the group of a value is the category that its code is in, else the group of the set.
    """

    def __init__(self, code_set: CodeSet, categories: Iterable[Category] = ()) -> None:
        self.code_set = code_set
        self._categories = tuple(categories)
        self._labels = {each.code: each.label for each in code_set.codes}
        self._group_labels = {each.key: each.label for each in self._categories or code_set.groups}
        if self._categories:
            self._group_of = {code: each.key for each in self._categories for code in each.codes}
        else:
            self._group_of = {each.code: each.group for each in code_set.codes if each.group}
        groups = {each.key: GROUP + key for each in code_set.groups if (key := self._kept_group(each))}
        self._reader = Reader(code_set, self._all_labels(groups), groups, self._group_of)
        self._nearest = Nearest(code_set)
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._read)

    def recognise(self, text: str) -> Recognised:
        """How a cell is read. Long cells are not remembered, so that memory stays bounded."""
        return self._remembered(text) if len(text) <= LONGEST else self._read(text)

    def label_of(self, stored: str) -> str:
        """The words for a kept value, to show and to export. Read again they give the same value."""
        return "; ".join(self._label_of_one(each) for each in stored.split(";")) if stored else ""

    def group_of(self, stored: str) -> str | None:
        """The key of the group of a kept value, None where it has none or more than one."""
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

    def _kept_group(self, group: Group) -> str | None:
        """The key under which a group of the set is kept: that of the one category that all its codes are in."""
        if not self._categories:
            return group.key
        keys = {self._group_of.get(each.code) for each in self.code_set.codes if each.group == group.key}
        return keys.pop() if len(keys) == 1 else None

    def _all_labels(self, groups: dict[str, str]) -> dict[str, str]:
        """Every label with the form to keep for it. Where two are the same, the first counts."""
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

    def _read(self, text: str) -> Recognised:
        line = in_one_line(text)
        if not line:
            return Recognised(why="The cell is empty.")
        one = self._one(line)
        if one.is_known or not self.code_set.several:
            return one
        return self._several(line)

    def _one(self, line: str) -> Recognised:
        if len(line) > LONGEST:
            return Recognised(why="It is too long to be a value of the list.")
        stored, why, likely, said = self._reader.read(line)
        if not stored:
            return Recognised(near=self._nearest.to(line, said, likely), why=why)
        group = self._group_of_one(stored)
        if stored.startswith(GROUP):
            return Recognised(stored, label=self._label_of_one(stored), group=group)
        return Recognised(stored, stored, self._labels[stored], group, (stored,))

    def _several(self, line: str) -> Recognised:
        """A cell that is no one value: each of its pieces is one, or is kept as text."""
        pieces = [piece for each in SEPARATORS.split(line) if (piece := each.strip())]
        if not pieces or len(pieces) > SEVERAL_AT_MOST:
            return self._together([line.replace(";", ",")], [Recognised()])
        read = [self._one(piece) for piece in pieces]
        return next((each for each in read if each.why in AT_ODDS), None) or self._together(pieces, read)

    def _together(self, pieces: Sequence[str], read: Sequence[Recognised]) -> Recognised:
        codes = tuple(code for code in self._labels if any(each.code == code for each in read))
        groups = {each.group for each in read if each.group}
        if len(groups) > 1:
            return Recognised(near=codes[:SUGGESTED], why=CONTRADICTION)
        group = groups.pop() if groups else None
        text = tuple(dict.fromkeys(piece for piece, each in zip(pieces, read, strict=True) if not each.is_known))
        known = codes or ((GROUP + group,) if group else ())
        return Recognised(
            value=";".join((*known, *(TEXT + each for each in text))),
            code=codes[0] if len(codes) == 1 else None,
            label=self._label_of_one(known[0]) if len(known) == 1 else None,
            group=group,
            values=codes,
            near=() if known else read[0].near,
            details="; ".join(text),
            why="" if known else UNKNOWN,
        )
