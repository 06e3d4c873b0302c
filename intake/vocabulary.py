"""The words for a framework's documents and parts, prepared for finding them in the names of files.

Everything here comes from the framework's own data: titles, labels, the other words that it declares, and acronyms of
the proper names in its titles.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from itertools import pairwise

from frameworks import Framework, Plan, covered_by
from intake.words import pieces, stem, stems

_NAME = re.compile(r"[A-Z][\w’']*(?:(?: (?:and|of|for|the))* [A-Z][\w’']*)+")
_SMALL = frozenset({"and", "of", "for", "the"})
_SHORTEST_ACRONYM, _LONGEST_ACRONYM = 3, 6
_ENOUGH_FOR_A_NAME = 3


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that together mean one document, or one part of it; `weight` says how distinctive they are."""

    words: frozenset[str]
    document: str
    part: str
    weight: float


@dataclass(slots=True)
class Vocabulary:
    """The words to look for.

    phrases   every phrase for a document or part
    acronyms  "lscb" -> the stems that it stands for
    of        document -> every stem connected with it; of_parts the same for (document, part)
    """

    phrases: list[Phrase] = field(default_factory=list)
    acronyms: dict[str, frozenset[str]] = field(default_factory=dict)
    of: dict[str, frozenset[str]] = field(default_factory=dict)
    of_parts: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)

    def expanded(self, words: list[str]) -> frozenset[str]:
        """The stems of a name's words, with acronyms expanded."""
        found = set(stems(words))
        for word in words:
            if word in self.acronyms:
                found.discard(stem(word))
                found |= self.acronyms[word]
        return frozenset(found)

    def weight(self, words: frozenset[str]) -> float:
        return sum(self.weights.get(word, 0.0) for word in words)


def vocabulary(framework: Framework, plan: Plan | None = None) -> Vocabulary:
    """The words for a framework's documents, and for what the plan says that parts of them have to cover."""
    made = Vocabulary(numbers={document.number: document.key for document in framework.documents})
    for document in framework.documents:
        made.acronyms |= _acronyms(document.title)
    called: list[tuple[str, str, str]] = []
    labels: list[tuple[str, str, str]] = []
    for document in framework.documents:
        called.append((document.title, document.key, ""))
        called += [(words, document.key, "") for words in (document.also_called.words if document.also_called else ())]
        for part in document.parts:
            labels.append((part.label, document.key, part.key))
            called += [
                (words, document.key, part.key) for words in (part.also_called.words if part.also_called else ())
            ]
    phrases = {(made.expanded(pieces(words)), key, part_key) for words, key, part_key in called}
    own_labels = {(made.expanded(pieces(words)), key, part_key) for words, key, part_key in labels}
    # "The plan" is part of some document, but not every plan is that one: a label has to be distinctive by itself.
    phrases |= {each for each in own_labels if len(each[0]) >= _ENOUGH_FOR_A_NAME}
    covered = {
        (made.expanded(pieces(each.label)), document.key, part.key)
        for document in framework.documents
        for part in document.parts
        for each in covered_by(part, plan)
    }
    for words, key, part_key in phrases | own_labels | covered:
        made.of[key] = made.of.get(key, frozenset()) | words
        made.of_parts[key, part_key] = made.of_parts.get((key, part_key), frozenset()) | words
    for word in frozenset().union(*made.of.values()) if made.of else ():
        shared = sum(word in words for words in made.of.values())
        made.weights[word] = math.log(1 + len(made.of) / shared)
    made.phrases = [
        Phrase(words, key, part_key, made.weight(words))
        for words, key, part_key in sorted(phrases, key=lambda each: (each[1], each[2], sorted(each[0])))
        if words
    ]
    return made


def _acronyms(title: str) -> dict[str, frozenset[str]]:
    """Acronyms of the names with capitals in a title, such as "LSCB"; none for a title without names."""
    found = {}
    for match in _NAME.finditer(title):
        words = [word for word in match.group().split() if word not in _SMALL]
        # The first word of a title always has a capital: the name may begin there, or one word later.
        for run in (words, words[1:]) if match.start() == 0 else (words,):
            letters = "".join(word[0] for word in run).lower()
            if _SHORTEST_ACRONYM <= len(letters) <= _LONGEST_ACRONYM:
                found[letters] = stems(pieces(" ".join(run)))
    return found


def shadowed(phrases: list[Phrase]) -> list[Phrase]:
    """Those phrases that are not just part of another one that was found: of "annual report" and "annual report on
    training", the latter.
    """
    return [phrase for phrase in phrases if not any(phrase.words < other.words for other in phrases)]


def pairs(words: list[str]) -> list[tuple[str, str]]:
    """Each word with the next one."""
    return list(pairwise(words))
