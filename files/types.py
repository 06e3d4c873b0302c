"""Which types of file are accepted, and whether a file is what its name says.

The name's ending chooses the type, and the bytes must agree (`files.inside`). Nothing is opened further than that
needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from files.inside import ole, pdf_actions, pdfs, pictures, texts, zips
from files.inside.looking import DAMAGED, MACROS, SPOILT, Look, Mismatch
from parsing import file_fault_as
from refusals import Refused

Shown = Literal["pdf", "image", "listed"]


@dataclass(frozen=True, slots=True)
class Type:
    """A type of file that is accepted.

    mime   what it is served as
    shown  whether a pack shows its pages, fits it as a picture, or lists it
    look   checks the bytes; returns remarks for readers and raises Mismatch
    """

    mime: str
    shown: Shown
    look: Look


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_WORD, _EXCEL, _POWERPOINT = "a Word document", "an Excel workbook", "a PowerPoint presentation"


def _office(mime: str, words: str, folder: str) -> Type:
    return Type(mime, "listed", zips.office(words, folder))


def _with_macros(program: str, words: str, folder: str) -> Type:
    """Accepted with a remark, never opened: evidence has to be shown as it was used at the time."""
    mime = f"application/vnd.ms-{program}.macroEnabled.12"
    return Type(mime, "listed", zips.office(words, folder, may_have_macros=True))


def _open_document(kind: str, words: str) -> Type:
    return Type(f"{_ODF}{kind}", "listed", zips.open_document(words, f"{_ODF}{kind}"))


_JPEG = Type("image/jpeg", "image", pictures.jpeg)

#: The allow-list: name ending -> type.
TYPES: dict[str, Type] = {
    "pdf": Type("application/pdf", "pdf", pdfs.look),
    "docx": _office(f"{_OOXML}wordprocessingml.document", _WORD, "word/"),
    "xlsx": _office(f"{_OOXML}spreadsheetml.sheet", _EXCEL, "xl/"),
    "pptx": _office(f"{_OOXML}presentationml.presentation", _POWERPOINT, "ppt/"),
    "docm": _with_macros("word.document", _WORD, "word/"),
    "xlsm": _with_macros("excel.sheet", _EXCEL, "xl/"),
    "pptm": _with_macros("powerpoint.presentation", _POWERPOINT, "ppt/"),
    "doc": Type("application/msword", "listed", ole.word),
    "xls": Type("application/vnd.ms-excel", "listed", ole.excel),
    "ppt": Type("application/vnd.ms-powerpoint", "listed", ole.powerpoint),
    "odt": _open_document("text", "an OpenDocument text"),
    "ods": _open_document("spreadsheet", "an OpenDocument spreadsheet"),
    "odp": _open_document("presentation", "an OpenDocument presentation"),
    "rtf": Type("application/rtf", "listed", texts.rich),
    "csv": Type("text/csv", "listed", texts.plain),
    "txt": Type("text/plain", "listed", texts.plain),
    "png": Type("image/png", "image", pictures.png),
    "jpg": _JPEG,
    "jpeg": _JPEG,
}
#: What a form says about the allow-list.
IN_WORDS = "PDF, Word, Excel, PowerPoint, OpenDocument, RTF, CSV, text, PNG or JPEG"
#: For a file input's `accept`.
ACCEPT = ",".join(f".{ending}" for ending in TYPES)


@dataclass(frozen=True, slots=True)
class Recognised:
    """The type that the bytes turned out to be, and what a reader should know about them (mostly nothing)."""

    mime: str
    remark: str


def recognise(path: Path, name: str) -> Recognised:
    """What a received file is. Raises Refused, with the file's name and a plain reason, if it is not accepted.

    Whatever a parser raises while checking the file counts as the file's fault. A disk that fails raises OSError.
    """
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    kind = TYPES.get(ending)
    if kind is None:
        what = f"“.{ending}” files are" if ending else "a file without a name ending is"
        raise Refused(f"{name} was not added: {what} not accepted. Use {IN_WORDS}.", field="file")
    try:
        with file_fault_as(Mismatch(SPOILT)):
            return Recognised(kind.mime, " ".join(kind.look(path).remarks))
    except Mismatch as mismatch:
        raise Refused(f"{name} was not added: it {mismatch}.", field="file") from None


def has_macros(remark: str) -> bool:
    """Whether the remark on a version says that it has macros."""
    return MACROS in remark


def acts(remark: str) -> bool:
    """Whether the remark on a version says that opening it, or a click in it, can run something."""
    return any(words in remark for words in (MACROS, *pdf_actions.REMARKS))


def is_damaged(remark: str) -> bool:
    """Whether the remark on a version says that it seemed to be damaged when it was uploaded."""
    return DAMAGED in remark


def shown_as(mime: str) -> Shown:
    """How a pack shows a file of this type."""
    return next((kind.shown for kind in TYPES.values() if kind.mime == mime), "listed")


def ending_of(mime: str) -> str:
    """The ending of file names of this type, without the dot."""
    return next((ending for ending, kind in TYPES.items() if kind.mime == mime), "")
