"""Which document and part a file belongs to, judged by its name and its folders: a proposal, never a decision.

It weighs a number ("Doc 9", a folder "01 LSCB"), the words for documents and parts, and how much of the name these
explain. A proposal is called sure only if they agree and nothing in the name is left unexplained. If they disagree,
nothing is proposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from frameworks import Covered
from intake.naming_dates import date_in
from intake.vocabulary import Phrase, Vocabulary, pairs, shadowed
from intake.words import NEUTRAL, pieces, stems

#: How much of the weight of a name must be explained, and how far ahead the best must be, if only single words match.
ENOUGH, AHEAD = 0.75, 1.5
#: The names that programs and cameras give to files that nobody has named.
_NAMELESS = re.compile(r"(?:document|book|presentation|scan|img|image|dsc|untitled)[-_ ]?\d*", re.IGNORECASE)
_NUMBERED = frozenset({"doc", "document", "documents", "item", "no", "number", "d", "cd"})


class Confidence(Enum):
    SURE = "sure"
    LIKELY = "likely"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FilingProposal:
    """Where a file seems to belong. If `document` is known but `part` is not, it is still UNKNOWN."""

    document: str = ""
    part: str = ""
    as_at: date | None = None
    confidence: Confidence = Confidence.UNKNOWN


@dataclass(frozen=True, slots=True)
class Name:
    """The parts of a path: the stems of the file's own name and of its folders, and numbers that may be a document's.

    said a number that is called a document's ("Doc 9"); led one at the beginning of a folder or file name
    """

    own: frozenset[str]
    folders: frozenset[str]
    said: int | None
    led: tuple[int, ...]

    @property
    def all(self) -> frozenset[str]:
        return self.own | self.folders


def propose(path: str, words: Vocabulary, *, today: date, known: str = "") -> FilingProposal:
    """Where the file at `path` ("01 LSCB/minutes 14.03.2011.pdf") belongs; `known` is the council's name, which does
    not help to tell.
    """
    *folders, file = [piece for piece in path.replace("\\", "/").split("/") if piece.strip()] or [""]
    as_at, rest = date_in(_without_ending(file), today)
    if _NAMELESS.fullmatch(rest.strip()):
        rest = ""
    name = _name(folders, rest, words, stems(pieces(known)))
    document, is_sure, found = _document(name, words)
    part, is_certain = _part(document, name, words, found) if document else ("", False)
    if not document or not part:
        return FilingProposal(document=document, as_at=as_at)
    confidence = Confidence.SURE if is_sure and is_certain else Confidence.LIKELY
    return FilingProposal(document, part, as_at, confidence)


def covers_in(path: str, asked: Iterable[Covered], words: Vocabulary) -> tuple[str, ...]:
    """Keys of what a part has to cover that are named in the file's name at `path`, or in its folders."""
    said = words.expanded(pieces(_without_ending(path)))
    return tuple(
        each.key
        for each in asked
        if any(
            called and called <= said
            for name in (each.label, *(each.also_called.words if each.also_called else ()))
            for called in (words.expanded(pieces(name)),)
        )
    )


def _without_ending(file: str) -> str:
    stem_of, dot, ending = file.rpartition(".")
    return stem_of if dot and stem_of and 1 <= len(ending) <= 4 and ending.isalnum() else file


def _name(folders: list[str], file: str, words: Vocabulary, known: frozenset[str]) -> Name:
    own = pieces(file)
    led, said = [], None
    for folder in folders:
        inside = pieces(folder)
        said = _said(inside, words) or said
        led += _led(inside, words)
    said = _said(own, words) or said
    led += _led(own, words)
    around = [word for folder in folders for word in pieces(folder)]
    return Name(words.expanded(own) - known, words.expanded(around) - known, said, tuple(led))


def _said(inside: list[str], words: Vocabulary) -> int | None:
    for before, number in pairs(inside):
        if before in _NUMBERED and number.isdigit() and len(number) < 4 and int(number) in words.numbers:
            return int(number)
    return None


def _led(inside: list[str], words: Vocabulary) -> list[int]:
    first = inside[0] if inside else ""
    return [int(first)] if first.isdigit() and len(first) < 3 and int(first) in words.numbers else []


def _document(name: Name, words: Vocabulary) -> tuple[str, bool, list[Phrase]]:
    """The document, whether it is sure, and the phrases that match it."""
    found = shadowed([phrase for phrase in words.phrases if phrase.words <= name.all])
    documents = sorted({phrase.document for phrase in found})
    said = words.numbers[name.said] if name.said is not None else ""
    if len(documents) > 1:
        documents = _settled(found, documents, said, name)
    if len(documents) > 1 or (said and documents and documents != [said]):
        return "", False, []
    if documents:
        document = documents[0]
        found = [phrase for phrase in found if phrase.document == document]
        if not _says_enough(document, found, name, words):
            return "", False, []
        return document, _is_sure(document, name, words), found
    return _by_number_or_words(said, name, words), False, []


def _settled(found: list[Phrase], documents: list[str], said: str, name: Name) -> list[str]:
    """Of several documents, the one that the number names, or otherwise the one in the file's own name."""
    if said in documents:
        return [said]
    led = sorted({str(number) for number in name.led} & set(documents))
    if len(led) == 1:
        return led
    return sorted({phrase.document for phrase in found if phrase.words <= name.own}) or documents


def _says_enough(document: str, found: list[Phrase], name: Name, words: Vocabulary) -> bool:
    """Whether the words recognised outweigh the others: "adoption" alone does not mean "adoption of a policy".

    A matching number is enough by itself.
    """
    left = len(_left_over(name.own, document, words))
    if not left or document in _numbers(name, words):
        return True
    explained = len(name.own & words.of[document])
    return left <= explained and any(len(phrase.words) > 1 for phrase in found)


def _numbers(name: Name, words: Vocabulary) -> set[str]:
    """The documents that numbers in the name may mean."""
    return {words.numbers[number] for number in (*name.led, *((name.said,) if name.said is not None else ()))}


def _is_sure(document: str, name: Name, words: Vocabulary) -> bool:
    """Whether nothing in the name is left over, and no number names another document."""
    if _left_over(name.own, document, words) or _left_over(name.folders, document, words):
        return False
    return _numbers(name, words) <= {document}


def _left_over(found: frozenset[str], document: str, words: Vocabulary) -> frozenset[str]:
    return found - words.of[document] - NEUTRAL


def _by_number_or_words(said: str, name: Name, words: Vocabulary) -> str:
    """For a name that was not recognised: by its number, if the words do not contradict it, or by single words."""
    scores = {key: words.weight((name.all & of) - NEUTRAL) for key, of in words.of.items()}
    if said:
        return said if scores[said] >= max(scores.values()) or not name.own else ""
    for number in name.led:
        key = words.numbers[number]
        left, explained = len(_left_over(name.own, key, words)), len(name.own & words.of[key])
        if 0 < scores[key] >= max(scores.values()) and left <= explained:
            return key
    ranked = sorted(scores, key=lambda key: -scores[key])
    if not ranked or not name.own:
        return ""
    best, second = scores[ranked[0]], scores[ranked[1]] if len(ranked) > 1 else 0.0
    unexplained = len(_left_over(name.own, ranked[0], words))
    explained = len((name.all & words.of[ranked[0]]) - NEUTRAL)
    is_enough = explained >= 2 and explained / (explained + unexplained) >= ENOUGH
    return ranked[0] if is_enough and best >= AHEAD * second else ""


def _part(document: str, name: Name, words: Vocabulary, found: list[Phrase]) -> tuple[str, bool]:
    """The part of the document and whether that is certain; empty if the name does not say."""
    parts = [part for key, part in words.of_parts if key == document and part]
    named = sorted({phrase.part for phrase in found if phrase.part})
    if len(named) > 1:
        named = sorted({phrase.part for phrase in found if phrase.part and phrase.words & name.own}) or named
    if len(parts) == 1:
        return parts[0], bool(named)
    by_own = _leading(document, parts, name.own, words)
    if len(named) == 1:
        # If a folder's name suggests one part and the file's own another, the file's own counts.
        return (named[0], True) if by_own in ("", named[0]) else (by_own, False)
    return (by_own or (_leading(document, parts, name.all, words) if not named else "")), False


def _leading(document: str, parts: list[str], said: frozenset[str], words: Vocabulary) -> str:
    """The part with more of these words than any other; empty if there is none."""
    scores = {part: words.weight(said & _only(document, part, parts, words)) for part in parts}
    best = max(scores.values())
    leading = [part for part in parts if scores[part] == best]
    return leading[0] if best > 0 and len(leading) == 1 else ""


def _only(document: str, part: str, parts: list[str], words: Vocabulary) -> frozenset[str]:
    """The stems that only this part has."""
    others = frozenset().union(*(words.of_parts[document, other] for other in parts if other != part))
    return words.of_parts[document, part] - others
