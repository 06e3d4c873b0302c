"""Find the codes most like a text that was refused, to suggest them to the person who corrects it."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz import fuzz, process, utils
from rapidfuzz.distance import OSA

from codesets.model import CodeSet

SUGGESTED = 3
LEAST_LIKE = 65
LOOKED_AT = 80
LONGEST_CODE = 5


class Nearest:
    """Finds the codes of a set nearest to a text: by code, by meaning and by spelling."""

    def __init__(self, code_set: CodeSet) -> None:
        self._codes = [each.code for each in code_set.codes]
        self._labels = [
            (utils.default_process(label), code.code) for code in code_set.codes for label in (code.label, *code.also)
        ]
        self._texts = [label for label, _ in self._labels]
        # The concepts that each code needs, and those allowed beside them.
        self._meanings = [
            (each.needed, each.may | code.accepts, code.code) for code in code_set.codes for each in code.means
        ]
        self._meanings += [(code.accepts, code.accepts, code.code) for code in code_set.codes if not code.means]

    def to(self, text: str, said: frozenset[str], likely: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Up to three codes, nearest first. Codes related to the text come before those spelt like it."""
        found = dict.fromkeys(likely)
        if len(found) > 1:
            return tuple(found)[:SUGGESTED]
        for more in (self._like_a_code(text), self._like_in_meaning(said), self._like_a_label(text)):
            if len(found) < SUGGESTED:
                found |= dict.fromkeys(more)
        return tuple(found)[:SUGGESTED]

    def _like_a_code(self, text: str) -> Iterator[str]:
        word = text.strip().upper()
        if len(word) <= LONGEST_CODE:
            near = process.extract(word, self._codes, scorer=OSA.distance, score_cutoff=1, limit=SUGGESTED)
            yield from (code for code, _, _ in near)

    def _like_in_meaning(self, said: frozenset[str]) -> Iterator[str]:
        shared = [(_share(said, needed, may), code) for needed, may, code in self._meanings if said & may]
        yield from (code for _, code in sorted(shared, key=lambda found: -found[0]))

    def _like_a_label(self, text: str) -> Iterator[str]:
        written = utils.default_process(text[:LOOKED_AT])
        near = process.extract(
            written, self._texts, scorer=fuzz.token_ratio, score_cutoff=LEAST_LIKE, limit=2 * SUGGESTED
        )
        yield from (self._labels[index][1] for _, _, index in near)


def _share(said: frozenset[str], needed: frozenset[str], may: frozenset[str]) -> float:
    """How far the concepts said and needed overlap. Concepts that are only allowed count half."""
    return (len(said & needed) + len(said & (may - needed)) / 2) / len(said | needed)
