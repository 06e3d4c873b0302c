"""The words of a name: split, and reduced to stems so that "reviews" and "reviewing" are one word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

#: Words that mean nothing by themselves.
_LITTLE = """
    a an and any are as at been by for from how if in into is it its last latest not of on or other our out per that
    the their them there these this those to was what where which who with
"""
STOP = frozenset(_LITTLE.split())
#: Words about the file or its age, not about its subject: they count neither for nor against anything.
_ABOUT = """
    final draft signed approved ratified copy scan scanned version ver v rev amended corrected clean current new old
    pdf doc docx xls xlsx ppt jpg page pages file files document documents core set item no number part folder list
    lists q1 q2 q3 q4 quarter month year dated date circulated web published jan feb mar apr may jun jul aug sep sept
    oct nov dec january february march april june july august september october november december council county
    borough city district evidence
"""
ABOUT_THE_FILE = frozenset(_ABOUT.split())
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_POSSESSIVE = re.compile(r"['’`]s?\b")
_PIECE = re.compile(r"[^\W\d_]+|\d+")
_ENDINGS = ("isation", "ation", "ments", "ment", "ship", "ings", "ing", "ion", "ive", "ers", "er", "ed", "ly")
_SHORTEST = 4


def pieces(text: str) -> list[str]:
    """The words and numbers of a text in lower case, in order: "LSCBMinutes_2011" is lscbminutes, 2011."""
    plain = unicodedata.normalize("NFKC", text)
    plain = _POSSESSIVE.sub("", _CAMEL.sub(" ", plain).replace("-house", "house"))
    return _PIECE.findall(plain.casefold().replace("ization", "isation"))


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The common part of words of one family; good enough for comparing, but not a real word."""
    if word.endswith("ies") and len(word) > _SHORTEST:
        word = f"{word[:-3]}y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    # Twice, since one word may have two such endings: the foster-er-s foster-ing, the memb-er-ship.
    for _ in range(2):
        ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= _SHORTEST), "")
        word = word.removesuffix(ending)
    if len(word) > _SHORTEST and word[-1] in "ey":
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return "child" if word in {"children", "childr"} else word


def stems(words: Iterable[str]) -> frozenset[str]:
    """The stems of the words that mean something; numbers and short words are left out."""
    return frozenset(stem(word) for word in words if not word.isdigit() and len(word) > 1 and word not in STOP)


#: The stems of the words about the file.
NEUTRAL = stems(ABOUT_THE_FILE)
