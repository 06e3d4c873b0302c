"""What a case of the corpus is: a file that somebody sends, and the answer that is expected."""

from __future__ import annotations

from typing import Any, NamedTuple

from files.inside.looking import PROTECTED


class Taken(NamedTuple):
    kind: str
    remark: str = ""
    kept_as: str | None = None


class Not(NamedTuple):
    reason: str
    kept_as: str | None = None


class Case(NamedTuple):
    what: str
    name: str
    content: Any  # called without arguments, it makes the bytes
    answer: Taken | Not


WORDS = {
    "pdf": "a PDF", "docx": "a Word document", "xlsx": "an Excel workbook", "pptx": "a PowerPoint presentation",
    "docm": "a Word document", "xlsm": "an Excel workbook", "pptm": "a PowerPoint presentation",
    "doc": "a Word document", "xls": "an Excel workbook", "ppt": "a PowerPoint presentation",
    "odt": "an OpenDocument text", "ods": "an OpenDocument spreadsheet", "odp": "an OpenDocument presentation",
    "rtf": "a rich text file", "png": "a PNG picture", "jpg": "a JPEG picture", "jpeg": "a JPEG picture",
}  # fmt: skip
NOT_TEXT = Not("it is not text, although it is named as such.")
ZIP_DAMAGED = Not("it is damaged: it ends before its contents do, or they are not what it says.")
LOCKED = Not(f"it {PROTECTED}.")


def mislabelled(ending: str) -> Not:
    return NOT_TEXT if ending in ("txt", "csv") else Not(f"it is not {WORDS[ending]}, although it is named as one.")


def two_in_one(words: str, other: str) -> Not:
    return Not(f"it is two files in one, {words} and {other}: send")
