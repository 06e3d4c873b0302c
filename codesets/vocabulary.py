"""The vocabulary of a code set: which phrases stand for which concept, and which word a misspelt one was
meant to be.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA, Hamming

from codesets.model import CodeSet, general_words
from codesets.tokens import words

# Concepts of every set. They never stand for a value.
DOUBT, NEGATION, FILLER = "doubt", "negation", "filler"
SHORTEST_MISSPELT = 4
SHORTEST_CUT_OFF = 5
TWO_SLIPS_FROM = 8
LONGEST_WORD = 30
PLAIN_FROM = 5
PLAIN_CHANGED_FROM = 8
CUT_OFF_AT_MOST = 3
REMEMBERED = 4096  # misspelt words


class Said(NamedTuple):
    """A concept, and how many words it took."""

    concept: str
    length: int


class Meant(NamedTuple):
    """The word that was meant, and whether the mistake is so small that the word counts on its own."""

    word: str
    is_plain: bool


class CodeVocabulary:
    """The vocabulary of a set. The words of `labels` are known as well, although they stand for no concept."""

    def __init__(self, code_set: CodeSet, labels: Iterable[str]) -> None:
        self._same = {
            other: word for word, others in code_set.spellings.items() for each in others for other in words(each)
        }
        general = general_words()
        self._phrases: dict[tuple[str, ...], str] = {}
        # The set's own phrases come last, so that they replace general ones.
        for concept, phrases in (*general.items(), (FILLER, code_set.filler), *code_set.concepts.items()):
            for phrase in phrases:
                self._phrases[self.phrase(phrase)] = concept
        self._longest = max(map(len, self._phrases))
        spelt = {word for phrase in self._phrases for word in phrase} | set(self._same)
        spelt |= {word for label in labels for word in self.phrase(label)}
        self._known = frozenset(spelt)
        self.meant = lru_cache(maxsize=REMEMBERED)(self._meant)
        self._sorted = sorted(word for word in spelt if word.isalpha() and len(word) >= SHORTEST_MISSPELT)

    def phrase(self, text: str) -> tuple[str, ...]:
        """The words of a correctly spelt text, each in its usual spelling."""
        return tuple(self._same.get(word, word) for word in words(text))

    def usual(self, word: str) -> str | None:
        """The usual spelling of a word; None if the set does not have it."""
        return self._same.get(word, word) if word in self._known else None

    def _meant(self, word: str) -> Meant | None:
        """The word of the set that a misspelt or cut-off word stands for; None if there is none, or more than one.

        A mistake is a letter left out, added or changed, or two letters swapped. The first letter must be right. A
        short word may have one mistake and a long one two, and no other word may be as near.
        """
        if not SHORTEST_MISSPELT <= len(word) <= LONGEST_WORD or not word.isalpha():
            return None
        slips = 1 if len(word) < TWO_SLIPS_FROM else 2
        near = process.extract(word, self._sorted, scorer=OSA.distance, score_cutoff=slips, limit=8)
        candidates = [(distance, each) for each, distance, _ in near if each[0] == word[0]]
        if candidates:
            least = min(distance for distance, _ in candidates)
            found = [each for distance, each in candidates if distance == least]
        else:
            found = list(self._beginning_with(word)) if len(word) >= SHORTEST_CUT_OFF else []
        usual = {self._same.get(each, each) for each in found}
        return Meant(usual.pop(), all(_is_plain(word, each) for each in found)) if len(usual) == 1 else None

    def _beginning_with(self, word: str) -> Iterator[str]:
        for index in range(bisect_left(self._sorted, word), len(self._sorted)):
            if not self._sorted[index].startswith(word):
                return
            yield self._sorted[index]

    def said(self, spelt: Sequence[str | None], start: int, shortest: int = 1) -> Said | None:
        """The concept of the longest phrase that starts here with at least `shortest` words; None if there is none."""
        for length in range(min(self._longest, len(spelt) - start), shortest - 1, -1):
            concept = self._phrases.get(tuple(spelt[start : start + length]))  # type: ignore[arg-type]
            if concept is not None:
                return Said(concept, length)
        return None


def _is_plain(word: str, meant: str) -> bool:
    """Whether a mistake hardly ever gives another English word, so that a word with it may count on its own.

    Two letters swapped, or a letter doubled or not doubled; in longer words also a letter left out, added or changed.
    """
    if sorted(word) == sorted(meant) or _undoubled(word) == _undoubled(meant):
        return True
    if len(word) == len(meant):
        return len(word) >= PLAIN_CHANGED_FROM and Hamming.distance(word, meant) == 1
    is_cut_off = meant.startswith(word) and len(meant) - len(word) <= CUT_OFF_AT_MOST
    return min(len(word), len(meant)) >= PLAIN_FROM and (is_cut_off or OSA.distance(word, meant) == 1)


def _undoubled(word: str) -> str:
    return "".join(letter for letter, _ in groupby(word))
