"""What a part has to cover: what no file covers yet, and which files do not say what they cover."""

from __future__ import annotations

from collections.abc import Sequence

from documents.records import CurrentFile
from documents.wording import capital, listed
from frameworks import Covered, Part

NOT_LISTED = "The council’s plan does not list them yet, so it cannot be told whether each is here."


def uncovered(asked: Sequence[Covered], files: Sequence[CurrentFile]) -> tuple[Covered, ...]:
    """Those of the things asked for that none of the files covers, in order."""
    return tuple(each for each in asked if not any(row.does_cover(each.key) for row in files))


def shortage(lacking: Sequence[Covered]) -> str:
    """A sentence about what no file covers: "Child protection and looked after children are missing."."""
    labels = listed([each.label for each in lacking])
    return f"{capital(labels)} {'is' if len(lacking) == 1 else 'are'} missing." if lacking else ""


def remarks(part: Part, asked: Sequence[Covered], files: Sequence[CurrentFile]) -> tuple[str, ...]:
    """Remarks, a sentence each: what has to be covered is not known, or files do not say what they cover."""
    if part.each and not asked:
        return (NOT_LISTED,)
    silent = sum(not any(row.does_cover(each.key) for each in asked) for row in files) if asked else 0
    if silent == 1:
        return ("One file does not say what it covers.",)
    return (f"{silent} files do not say what they cover.",) if silent else ()


def in_words(asked: Sequence[Covered], covers: str) -> str:
    """The names of these keys among the things asked for; empty if the version does not say."""
    return listed([each.label for each in asked if each.key in covers.split()])
