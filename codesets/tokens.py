"""Split the text of a cell into words, each with the characters around it."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_FROM_EXCEL = re.compile(r"(\d+)\.0+")  # a number that a spreadsheet stored as 1.0
_APOSTROPHE = re.compile(
    r"['’‘`´ʼ]|(?<=[^\W\d_])[?\ufffd](?=[^\W\d_])"
)  # an apostrophe, or what a wrong encoding turned it into
_PLURAL = re.compile(r"(?<=[^\W\d_])\((?:s|es|ies)\)", re.I)  # parent(s)
_SECTION = re.compile(
    r"\b(?:section|sect|sec|s)[ .]*(\d{2})(?:[a-z]{1,2}\b)?(?:\.\d{1,2})?(?:\s?\((?:\d{1,2}|[a-z])\))*", re.I
)
_RUN_TOGETHER = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z])")  # WhiteBritish
_DASHES = re.compile(r"[‐‑‒–—―−]")
# Numbering such as 4.1 or C.C10 is one word. Otherwise a full stop ends a word.
_WORD = re.compile(r"(?:[a-z]{1,2}\d{0,3}|\d{1,3})(?:\.(?:[a-z]{0,3}\d{1,3}|[a-z]{1,3}))+(?![^\W_])|[^\W_]+", re.I)
_NUMBERING = re.compile(r"[a-z]|[a-z]{1,2}\d{1,3}|\d{1,3}|\d{1,2}[a-z]|[a-z]{0,2}\d{0,3}(?:\.[a-z]{0,3}\d{0,3})+")
_SETS_OFF = frozenset(":-)]>|.=,;/")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


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
    def is_number(self) -> bool:
        """Whether it is a number of two or three digits, which is not a code in any set."""
        return self.word.isdecimal() and 2 <= len(self.word) <= 3

    @property
    def is_year(self) -> bool:
        return self.word.isdecimal() and len(self.word) == 4 and self.word[:2] in {"19", "20"}

    @property
    def is_set_off(self) -> bool:
        """Whether a colon, dash, bracket or similar separates it from the next word."""
        return not _SETS_OFF.isdisjoint(self.after)

    @property
    def is_in_brackets(self) -> bool:
        return self.before.rstrip().endswith(("(", "[")) and self.after.lstrip().startswith((")", "]"))


def tokens(line: str) -> tuple[Token, ...]:
    """The words of a line, without case, accents, apostrophes and kinds of dash. `&` and `+` are read as "and"."""
    text = _plain(line)
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


def words(line: str) -> tuple[str, ...]:
    """The words of a line as plain text."""
    return tuple(token.word for token in tokens(line))


def in_one_line(text: str) -> str:
    """The text with each run of spaces, line breaks and invisible characters replaced by one space."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(" " if unicodedata.category(each) == "Cc" else each for each in text.translate(_INVISIBLE))
    return " ".join(text.split())


def _plain(line: str) -> str:
    if not line.isascii():
        line = "".join(each for each in unicodedata.normalize("NFKD", line) if not unicodedata.combining(each))
    if whole := _FROM_EXCEL.fullmatch(line):
        return whole.group(1)
    line = _RUN_TOGETHER.sub(" ", line)
    line = _PLURAL.sub("", _APOSTROPHE.sub("", _DASHES.sub("-", line)))
    line = _SECTION.sub(r" section\1 ", line)
    return line.replace("&", " and ").replace("+", " and ")
