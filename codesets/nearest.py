"""The codes that a refused text is most like, to suggest them to the person who puts it right."""

from __future__ import annotations

from rapidfuzz import fuzz, process, utils
from rapidfuzz.distance import OSA

from codesets.model import CodeSet

SUGGESTED = 3
LEAST_LIKE = 60
LOOKED_AT = 120
LONGEST_CODE = 5


class Nearest:
    """Finds the codes of one set whose code or label is written most nearly like a text."""

    def __init__(self, code_set: CodeSet) -> None:
        self._codes = [each.code for each in code_set.codes]
        self._labels = [
            (utils.default_process(label), code.code) for code in code_set.codes for label in (code.label, *code.also)
        ]
        self._texts = [label for label, _ in self._labels]

    def to(self, text: str, likely: tuple[str, ...] = ()) -> tuple[str, ...]:
        """At most three codes, nearest first, those that the text has to do with before all."""
        found = [*likely, *self._like_a_code(text), *self._like_a_label(text)]
        return tuple(dict.fromkeys(found))[:SUGGESTED]

    def _like_a_code(self, text: str) -> list[str]:
        word = text.strip().upper()
        if len(word) > LONGEST_CODE:
            return []
        near = process.extract(word, self._codes, scorer=OSA.distance, score_cutoff=1, limit=SUGGESTED)
        return [code for code, _, _ in near]

    def _like_a_label(self, text: str) -> list[str]:
        near = process.extract(
            utils.default_process(text[:LOOKED_AT]),
            self._texts,
            scorer=fuzz.WRatio,
            score_cutoff=LEAST_LIKE,
            limit=2 * SUGGESTED,
        )
        return [self._labels[index][1] for _, _, index in near]
