"""Identifiers that somebody typed, pasted or sent as a text file. Does not use the database."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cases.reading import fold_heading, fold_identifier
from frameworks import Framework
from govuk.text import one_line

_BETWEEN = re.compile(r"[\n\r\v\f\x85\u2028\u2029,;\t]+")
#: Longer ones are on no list.
LONGEST = 100


class NotText(ValueError):
    """A file is not one of text, such as a workbook."""


def identifiers_in(text: str, framework: Framework) -> list[str]:
    """The identifiers in a text, one on each line or separated by commas, semicolons or tabs.

    Spaces of all kinds around them, quotation marks around them and empty places are left out, and so is the heading of
    a column that was copied with it.
    """
    found = [one_line(part).strip("\"'").strip() for part in _BETWEEN.split(text)]
    there = [each for each in found if each]
    return there[1:] if there and fold_heading(there[0]) in _headings(framework) else there


def _headings(framework: Framework) -> set[str]:
    fields = [field for field in framework.case_fields if field.kind == "identifier"]
    return {fold_heading(name) for field in fields for name in (field.label, *field.headings)}


def text_of(content: bytes) -> str:
    """The text of a file, in UTF-8 or Windows-1252. Raises NotText for anything else."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise NotText from None
    if b"\x00" in content or content.startswith(b"PK\x03\x04"):
        raise NotText
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotText


def shown(identifier: str) -> str:
    """An identifier as a fault quotes it."""
    return identifier if len(identifier) <= LONGEST else f"{identifier[:LONGEST]}…"


def more_than_once(identifiers: Iterable[str]) -> dict[str, int]:
    """The identifiers that are there several times, as first written, each with how often."""
    first: dict[str, str] = {}
    counts: dict[str, int] = {}
    for each in identifiers:
        folded = fold_identifier(each)
        first.setdefault(folded, each)
        counts[folded] = counts.get(folded, 0) + 1
    return {first[folded]: count for folded, count in counts.items() if count > 1}
