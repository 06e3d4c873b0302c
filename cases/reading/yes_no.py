"""Yes and no in all their spellings. "Maybe" is neither, and neither is a blank cell."""

from __future__ import annotations

import re
from collections.abc import Collection

from frameworks import fold_heading as fold

YES = frozenset({"y", "yes", "1", "true", "t", "ye", "yeah", "✓", "✔", "☑", "ticked", "positive"})
NO = frozenset({"n", "no", "0", "false", "f", "none", "not", "nope", "☐", "✗", "✘", "negative"})
# What systems write into empty cells.
BLANK = frozenset({"null", "(null)", "<null>", "(blank)", "[blank]", "nan", "-", "--", "–", "—", "."})

# "a) Yes", "(b) no", "c. Yes": a letter or figure that only numbers the answer.
_NUMBERED = re.compile(r"^(?:\(?\w{1,2}\)|\w{1,2}\.)\s*(?=\S)")
_BETWEEN = re.compile(r"\s*[-–—:;,/|=()\[\]]+\s*|\s+\.\s*")


def yes_or_no(text: str, yes: Collection[str] = (), no: Collection[str] = ()) -> str | None:
    """ "yes" or "no", None for what is neither. `yes` and `no` are more words (folded) that mean so in this column."""
    folded = fold(text)
    if folded in yes:
        return "yes"
    if folded in no:
        return "no"
    bare = _NUMBERED.sub("", text.casefold().strip()).strip(" .!\"'")
    said = {_one(part.strip(" ."), yes, no) for part in _BETWEEN.split(bare) if part.strip(" .")}
    # A figure beside a word is the word's number in a list of answers: "2 - No".
    said.discard("")
    return said.pop() if len(said) == 1 else None


def _one(part: str, yes: Collection[str], no: Collection[str]) -> str | None:
    if part in YES or fold(part) in yes:
        return "yes"
    if part in NO or fold(part) in no:
        return "no"
    if re.fullmatch(r"[2-9]|\d\d", part):
        return ""
    return None


__all__ = ["BLANK", "NO", "YES", "fold", "yes_or_no"]
