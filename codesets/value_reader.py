"""Read one value from a text: the codes in it, the concepts that its words stand for, and whether they agree."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from codesets.model import Code, CodeSet
from codesets.tokens import Token, tokens, words
from codesets.vocabulary import DOUBT, FILLER, NEGATION, CodeVocabulary

GROUP = "group:"
# How many misspelt words a cell may have.
MISSPELT_AT_MOST = 6
LOCAL_CODE_AT_MOST = 10
# Shorter beginnings of labels are not completed, because they could be the beginning of anything.
CUT_OFF_FROM = 15
_APART = re.compile(r"([A-Za-z])[ -](\d)(?![\w.])")

TWO_CODES = "It holds two codes."
CONTRADICTION = "Its code and its words contradict one another."
DOUBTFUL = "It says that it is not certain."
DENIED = "It says what is not so, or no longer."
UNLIKE_A_CODE = "It holds a code that is not on the list."
UNKNOWN = "It is not a value of the list."
SEVERAL_VALUES = "It could be more than one value of the list."


class ReadValue(NamedTuple):
    """How a text was read: the form to store, or "" with the reason for refusing it.

    If it was refused, `likely` are codes that it may mean, and `said` are the concepts in it.
    """

    stored: str
    why: str = ""
    likely: tuple[str, ...] = ()
    said: frozenset[str] = frozenset()


@dataclass
class _Scan:
    """What was found in a text: codes, concepts, the number of other words, and all words in their usual spelling.

    `unsure` counts misspelt words that could be other words, and `sure` all others with a meaning.
    """

    codes: list[str] = field(default_factory=list)
    concepts: set[str] = field(default_factory=set)
    unknown: int = 0
    label: list[str] = field(default_factory=list)
    has_begun: bool = False
    is_perhaps_a_word: bool = False
    is_strange: bool = False
    sure: int = 0
    unsure: int = 0


@dataclass
class _Spelt:
    """The words of a cell in their usual spelling, and the positions of the uncertain ones."""

    words: list[str | None]
    unsure: set[int] = field(default_factory=set)


class ValueReader:
    """Reads values of one code set.

    `labels` maps each label to the form to store, `groups` each group of the set to its stored form, and `group_of`
    each code to its group.
    """

    def __init__(
        self, code_set: CodeSet, labels: Mapping[str, str], groups: Mapping[str, str], group_of: Mapping[str, str]
    ) -> None:
        self._vocabulary = CodeVocabulary(code_set, labels)
        self._codes = {each.casefold(): code for code in code_set.codes for each in (code.code, *code.finer)}
        self._shapes = {_shape(code) for code in self._codes if any(map(str.isdigit, code))}
        self._suffixes = code_set.suffixes
        self._has_editions = code_set.editions
        self._meanings = [(meaning, code.code) for code in code_set.codes for meaning in code.means]
        self._coarse = [
            (meaning, groups[group.key]) for group in code_set.groups if group.key in groups for meaning in group.means
        ]
        self._group_of = group_of
        self._labels: dict[tuple[str, ...], str] = {}
        for label, stored in labels.items():
            self._labels.setdefault(tuple(self._scan(tokens(label)).label), stored)
        self._written = sorted((" ".join(words(label)), stored) for label, stored in labels.items())

    def read(self, line: str) -> ReadValue:
        """How a line of text is read."""
        cell = self._whole(tokens(self._joined(line)))
        scan = self._scan(cell)
        codes = sorted(set(scan.codes))
        stored = self._labels.get(tuple(scan.label))
        if len(codes) > 1:
            return ReadValue("", TWO_CODES, tuple(codes))
        if scan.is_strange:
            return ReadValue("", UNLIKE_A_CODE, tuple(codes))
        if line.startswith("?") or line.endswith("?"):
            return ReadValue("", DOUBTFUL, tuple(codes))
        if codes:
            return self._with_code(codes[0], scan, stored)
        if stored is not None and (len(scan.label) > 1 or not scan.unsure):
            return ReadValue(stored)
        return self._by_concepts(scan)

    def _with_code(self, name: str, scan: _Scan, stored: str | None) -> ReadValue:
        said = frozenset(scan.concepts - {FILLER})
        if scan.unknown and scan.is_perhaps_a_word:
            return ReadValue("", UNKNOWN, (name,), said)
        if stored != name and said & {DOUBT, NEGATION}:
            return ReadValue("", DOUBTFUL if DOUBT in said else DENIED, (name,))
        if self._agrees(self._codes[name.casefold()], said, stored):
            return ReadValue(name)
        return ReadValue("", CONTRADICTION, (name, *self._fitting(said)))

    def _agrees(self, code: Code, said: frozenset[str], stored: str | None) -> bool:
        """Whether the words beside a code name the same value or a part of it, and no other value."""
        if stored is not None and stored.startswith(GROUP):
            return stored == GROUP + self._group_of.get(code.code, "")
        if not said or stored == code.code:
            return True
        others = {*self._fitting(said), *([stored] if stored else [])}
        if code.code not in others and any(not self._is_of_one_kind(code, other) for other in others):
            return False
        meanings = [each.may for each in code.means] or [frozenset[str]()]
        return any(said <= may | code.accepts for may in meanings)

    def _is_of_one_kind(self, code: Code, other: str) -> bool:
        return self._has_editions and code.group != "" and code.group == self._codes[other.casefold()].group

    def _by_concepts(self, scan: _Scan) -> ReadValue:
        said = frozenset(scan.concepts - {FILLER})
        if said & {DOUBT, NEGATION}:
            return ReadValue("", DOUBTFUL if DOUBT in said else DENIED, (), said)
        fitting = self._fitting(said)
        if scan.unknown or not said or scan.unsure >= max(scan.sure, 1):
            return ReadValue("", UNKNOWN, fitting, said)
        if len(fitting) > 1:
            return ReadValue("", SEVERAL_VALUES, fitting)
        if fitting:
            return ReadValue(fitting[0])
        coarse = {stored for meaning, stored in self._coarse if meaning.fits(said)}
        if len(coarse) == 1:
            return ReadValue(coarse.pop())
        return ReadValue("", SEVERAL_VALUES if coarse else UNKNOWN, (), said)

    def _fitting(self, said: frozenset[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for meaning, code in self._meanings if meaning.fits(said)))

    def _joined(self, line: str) -> str:
        """The text with a split code at its start joined, such as `U 4` or `U-4`."""
        apart = _APART.match(line)
        if apart and "A1" in self._shapes:
            return apart.group(1) + apart.group(2) + line[apart.end() :]
        return line

    def _whole(self, cell: tuple[Token, ...]) -> tuple[Token, ...]:
        """The words of a cell. A label that breaks off within a word is completed.

        Case systems cut labels at a fixed width. All labels with this beginning must stand for the same value.
        """
        start = next((at for at, each in enumerate(cell) if not (self._is_code(each) or each.is_numbering)), len(cell))
        written = " ".join(token.word for token in cell[start:])
        if len(written) < CUT_OFF_FROM or len(cell[-1].word) < 2:
            return cell
        found = []
        for label, stored in self._written[bisect_left(self._written, (written,)) :]:
            if not label.startswith(written):
                break
            found.append((label, stored))
        if len({stored for _, stored in found}) != 1 or any(not label[len(written) :].strip() for label, _ in found):
            return cell
        whole = found[0][0]
        return cell if whole[len(written)] == " " else (*cell[:start], *tokens(whole))

    # The words of a cell

    def _scan(self, cell: Sequence[Token]) -> _Scan:
        scan = _Scan()
        spelt = self._spelt(cell)
        if spelt is None:
            scan.unknown = len(cell)
            return scan
        position = 0
        while position < len(cell):
            position += self._step(cell, spelt, position, scan)
        return scan

    def _step(self, cell: Sequence[Token], spelt: _Spelt, position: int, scan: _Scan) -> int:
        """Read the phrase, code or word at this position. Returns how many words it has."""
        said = self._vocabulary.said(spelt.words, position, shortest=2)
        if said is None and (code := self._code(cell, position)):
            scan.codes.append(code.code)
            scan.is_perhaps_a_word |= code.is_word and not self._stands_apart(cell, position)
            return 1
        said = said or self._vocabulary.said(spelt.words, position)
        if said is None:
            self._unknown(cell[position], spelt.words[position], scan, is_last=position == len(cell) - 1)
            scan.unsure += position in spelt.unsure
            return 1
        scan.has_begun = True
        scan.concepts.add(said.concept)
        if said.concept != FILLER:
            unsure = sum(1 for index in range(position, position + said.length) if index in spelt.unsure)
            scan.unsure += unsure
            scan.sure += said.length - unsure
        scan.label += [each or "" for each in spelt.words[position : position + said.length]]
        return said.length

    def _unknown(self, token: Token, word: str | None, scan: _Scan, *, is_last: bool) -> None:
        if self._says_nothing(token, scan.has_begun) or (is_last and token.is_number):
            return
        scan.has_begun = True
        scan.label.append(word or token.word)
        scan.unknown += 1
        scan.is_strange |= _shape(token.word) in self._shapes

    def _spelt(self, cell: Sequence[Token]) -> _Spelt | None:
        """The words in their usual spelling, None for a word that is not in the set. Returns None if too
        many are not.
        """
        spelt = _Spelt([self._vocabulary.usual(token.word) for token in cell])
        missing = [index for index, word in enumerate(spelt.words) if word is None and not self._is_code(cell[index])]
        alphabetic = [index for index in missing if cell[index].word.isalpha() and len(cell[index].word) > 1]
        if len(alphabetic) > MISSPELT_AT_MOST and not any(map(self._is_code, cell)):
            return None
        for index in alphabetic[:MISSPELT_AT_MOST]:
            if index == 0 and self._is_local_code(cell[0]):
                continue
            if meant := self._vocabulary.meant(cell[index].word):
                spelt.words[index] = meant.word
                if not meant.is_plain:
                    spelt.unsure.add(index)
        return spelt

    def _is_code(self, token: Token) -> bool:
        return token.word in self._codes

    def _code(self, cell: Sequence[Token], position: int) -> Code | None:
        """The code in a word, if there is one. `K1OUT` is read as K1 if the set has such suffixes."""
        token = cell[position]
        for ending in ("", *self._suffixes):
            code = self._codes.get(token.word.removesuffix(ending)) if token.word.endswith(ending) else None
            if code is not None:
                return code if token.in_capitals or not code.is_word else None
        return None

    def _stands_apart(self, cell: Sequence[Token], position: int) -> bool:
        token = cell[position]
        is_set_off = len(cell) == 1 or token.is_set_off or token.is_in_brackets
        return is_set_off or not all(each.in_capitals for each in cell if each.word.isalpha())

    def _says_nothing(self, token: Token, has_begun: bool) -> bool:
        """Whether an unknown word only numbers the value, or is the case system's own code for it."""
        if _shape(token.word) in self._shapes:
            return False
        if token.is_year:  # the year of an act
            return True
        if token.is_numbering:
            return not has_begun or token.is_in_brackets
        return not has_begun and self._is_local_code(token)

    def _is_local_code(self, token: Token) -> bool:
        is_written_so = token.in_capitals and len(token.word) <= LOCAL_CODE_AT_MOST
        return is_written_so and (token.is_set_off or token.is_in_brackets)


def _shape(code: str) -> str:
    """`A1` for every code made of a letter and a digit."""
    return re.sub(r"\d", "1", re.sub(r"[^\W\d_]", "A", code))
