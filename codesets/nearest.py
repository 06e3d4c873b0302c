"""The codes that a refused text is most like, to suggest them to the person who puts it right."""

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
    """Finds the codes of one set that a text is nearest to: in its code, in what it says, in how it is written."""

    def __init__(self, code_set: CodeSet) -> None:
        self._codes = [each.code for each in code_set.codes]
        self._labels = [
            (utils.default_process(label), code.code) for code in code_set.codes for label in (code.label, *code.also)
        ]
        self._texts = [label for label, _ in self._labels]
        # What a code without meanings of its own may have beside it says nearly what it is.
        self._concepts = [
            (concepts, code.code)
            for code in code_set.codes
            for concepts in ([each.needed for each in code.means] or [code.accepts])
        ]

    def to(self, text: str, said: frozenset[str], likely: tuple[str, ...] = ()) -> tuple[str, ...]:
        """At most three codes, nearest first: those that the text has to do with, then those that it is like."""
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
        if said:
            shared = [(len(said & each) / len(said | each), code) for each, code in self._concepts if said & each]
            yield from (code for _, code in sorted(shared, key=lambda found: -found[0]))

    def _like_a_label(self, text: str) -> Iterator[str]:
        written = utils.default_process(text[:LOOKED_AT])
        near = process.extract(
            written, self._texts, scorer=fuzz.token_ratio, score_cutoff=LEAST_LIKE, limit=2 * SUGGESTED
        )
        yield from (self._labels[index][1] for _, _, index in near)
