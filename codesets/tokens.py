"""A cell's text taken apart into words, each with what stands around it."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_FROM_EXCEL = re.compile(r"(\d+)\.0+")  # a number that a spreadsheet kept as 1.0
_APOSTROPHE = re.compile(
    r"['’‘`´ʼ]|(?<=[^\W\d_])[?\ufffd](?=[^\W\d_])"
)  # an apostrophe, or what a wrong encoding made of it
_PLURAL = re.compile(r"(?<=[^\W\d_])\((?:s|es|ies)\)", re.I)  # parent(s)
_SECTION = re.compile(r"\b(?:section|sect|sec|s)[ .]*(\d{2})(?:\.\d{1,2})?(?:\s?\(\w{1,3}\))*", re.I)
_DASHES = re.compile(r"[‐‑‒–—―−]")
_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*")
_NUMBERING = re.compile(r"[a-z]|[a-z]{1,2}\d{1,3}|\d{1,3}|[a-z]{0,2}\d{0,3}(?:\.[a-z]{0,3}\d{0,3})+")
_SETS_OFF = frozenset(":-)]>|.=,;/")


class Token(NamedTuple):
    """A word of a cell: folded, whether it was in capitals, and the characters between it and its neighbours."""

    word: str
    in_capitals: bool
    before: str
    after: str

    @property
    def is_numbering(self) -> bool:
        """Whether it could number an entry of a list: `a`, `12`, `A1`, `4.1`, `C.C10`."""
        return _NUMBERING.fullmatch(self.word) is not None

    @property
    def is_set_off(self) -> bool:
        """Whether a colon, dash, bracket or the like stands between it and the next word."""
        return not _SETS_OFF.isdisjoint(self.after)

    @property
    def is_in_brackets(self) -> bool:
        return self.before.rstrip().endswith(("(", "[")) and self.after.lstrip().startswith((")", "]"))


def tokens(text: str) -> tuple[Token, ...]:
    """The words of a text, without regard to case, accents, apostrophes and kinds of dash; `&` and `+` are "and"."""
    text = _plain(text)
    found = list(_WORD.finditer(text))
    edges = [0, *(match.end() for match in found)]
    starts = [*(match.start() for match in found), len(text)]
    return tuple(
        Token(
            match.group().casefold(),
            match.group().isupper(),
            text[edges[index] : starts[index]],
            text[match.end() : starts[index + 1]],
        )
        for index, match in enumerate(found)
    )


def words(text: str) -> tuple[str, ...]:
    """The same, the words alone."""
    return tuple(token.word for token in tokens(text))


def in_one_line(text: str) -> str:
    """The text with each run of blanks, line breaks and invisible characters as one space."""
    shown = "".join(
        " " if unicodedata.category(each)[0] == "C" and each not in "\u200b\u200c\u200d\ufeff" else each
        for each in text
    )
    return " ".join(shown.translate(_INVISIBLE).split())


_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKD", in_one_line(text))
    text = "".join(each for each in text if not unicodedata.combining(each))
    if whole := _FROM_EXCEL.fullmatch(text):
        return whole.group(1)
    text = _PLURAL.sub("", _APOSTROPHE.sub("", _DASHES.sub("-", text)))
    text = _SECTION.sub(r" section\1 ", text)
    return text.replace("&", " and ").replace("+", " and ")
