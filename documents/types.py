"""Which types of file are taken, and whether a file is what its name says.

The name's ending chooses the type; the bytes must agree. Nothing is opened beyond what that needs: zip directories are
listed and not unpacked, PDFs are opened and not drawn.
"""

from __future__ import annotations

import codecs
import mmap
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import filetype
import pikepdf

from accounts.refusal import Refused

Shown = Literal["pdf", "image", "listed"]
HEAD = 8192
STEP = 256 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: More entries than any office document has; a zip that claims more is not looked through.
MOST_ENTRIES = 20_000


class Mismatch(Exception):
    """The bytes are not what the name says; the text continues "<name> "."""


@dataclass(frozen=True, slots=True)
class Type:
    """A type of file that is taken.

    words  what people call it, with its article; mime is what it is served as
    shown  whether a pack shows its pages, fits it as a picture, or lists it
    check  looks at the bytes; returns a remark for readers (or "") and raises Mismatch
    """

    words: str
    mime: str
    shown: Shown
    check: Callable[[Path], str]


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def _check_pdf(path: Path) -> str:
    if b"%PDF-" not in _head(path)[:1024]:
        raise Mismatch("is not a PDF, although it is named as one")
    guessed = filetype.guess(_head(path))
    if guessed is not None and guessed.extension != "pdf":
        raise Mismatch("is not a PDF, although it is named as one")
    try:
        with pikepdf.open(path, access_mode=pikepdf.AccessMode.stream, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise Mismatch(
                    "is protected by a password or against printing and copying: save it without protection first"
                )
            return "" if len(pdf.pages) else "It has no pages."
    except pikepdf.PasswordError:
        raise Mismatch("is protected by a password: save it without the password first") from None
    except (pikepdf.PdfError, pikepdf.PikepdfError, ValueError, TypeError, RuntimeError):
        return "It seems to be damaged and may not open."


def _zip_names(path: Path, words: str) -> list[str]:
    if not _head(path).startswith(b"PK\x03\x04"):
        if _protected_office(path):
            raise Mismatch("is protected by a password: save it without the password first")
        raise Mismatch(f"is not {words}, although it is named as one")
    # Counted before the directory is read, which would hold every entry in memory: a file of the largest size that is
    # taken has room for millions.
    if _count(path, b"PK\x01\x02", most=MOST_ENTRIES) > MOST_ENTRIES:
        raise Mismatch(f"is not {words}: it has more parts than one can have")
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError):
        raise Mismatch("is damaged: it ends before its contents do. Save it again and try once more") from None


def _protected_office(path: Path) -> bool:
    return _head(path).startswith(OLE) and _contains(path, "EncryptedPackage")


def _office(words: str, folder: str) -> Callable[[Path], str]:
    """Word, Excel and PowerPoint files of today: a zip with a folder that names the program."""

    def check(path: Path) -> str:
        names = _zip_names(path, words)
        if "[Content_Types].xml" not in names or not any(name.startswith(folder) for name in names):
            raise Mismatch(f"is not {words}, although it is named as one")
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise Mismatch("has macros in it, which a file of this name cannot have: save it without macros first")
        return ""

    return check


def _open_document(words: str, mime: str) -> Callable[[Path], str]:
    def check(path: Path) -> str:
        names = _zip_names(path, words)
        if "mimetype" not in names:
            raise Mismatch(f"is not {words}, although it is named as one")
        try:
            with zipfile.ZipFile(path) as archive, archive.open("mimetype") as file:
                said = file.read(200).decode("ascii", "replace").strip()
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
            said = ""
        if said != mime:
            raise Mismatch(f"is not {words}, although it is named as one")
        return ""

    return check


def _contains(path: Path, *streams: str) -> bool:
    """Whether an OLE file names one of these streams anywhere (names are kept in UTF-16)."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(name.encode("utf-16-le")) >= 0 for name in streams)


def _count(path: Path, mark: bytes, *, most: int) -> int:
    """How often the mark stands in a file that is not empty; counting stops above `most`."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found, at = 0, content.find(mark)
        while at >= 0 and found <= most:
            found, at = found + 1, content.find(mark, at + len(mark))
    return found


def _old_office(words: str, *streams: str) -> Callable[[Path], str]:
    """Word, Excel and PowerPoint files as they were until 2003: OLE, with a stream that names the program."""

    def check(path: Path) -> str:
        if not _head(path).startswith(OLE) or not _contains(path, *streams):
            raise Mismatch(f"is not {words}, although it is named as one")
        if _protected_office(path):
            raise Mismatch("is protected by a password: save it without the password first")
        return ""

    return check


def _begins(words: str, extension: str) -> Callable[[Path], str]:
    """Pictures: recognised by how they begin."""

    def check(path: Path) -> str:
        guessed = filetype.guess(_head(path))
        if guessed is None or guessed.extension != extension:
            raise Mismatch(f"is not {words}, although it is named as one")
        return ""

    return check


def _check_rtf(path: Path) -> str:
    if not _head(path).startswith(b"{\\rtf"):
        raise Mismatch("is not a rich text file, although it is named as one")
    return ""


def _check_text(path: Path) -> str:
    """Text has no bytes that only programs write: none below a space but tabs and ends of lines."""
    head = _head(path)
    if head.startswith((b"%PDF-", b"{\\rtf")):
        raise Mismatch("is not text, although it is named as such")
    is_text = _is_wide_text if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else _is_text
    if not is_text(path):
        raise Mismatch("is not text, although it is named as such")
    return ""


_CONTROL = bytes(sorted(set(range(32)) - set(b"\t\n\r\f\x1a")))


def _is_text(path: Path) -> bool:
    """Whether text of one byte a sign, or UTF-8, holds no control signs."""
    with path.open("rb") as file:
        while chunk := file.read(STEP):
            if len(chunk.translate(None, _CONTROL)) != len(chunk):
                return False
    return True


def _is_wide_text(path: Path) -> bool:
    """The same for UTF-16, as some spreadsheet programs write it."""
    control = frozenset(_CONTROL.decode("ascii"))
    try:
        with path.open(encoding="utf-16", newline="") as file:
            while chunk := file.read(STEP):
                if not control.isdisjoint(chunk):
                    return False
    except UnicodeError:
        return False
    return True


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

#: The allow-list: name ending -> type.
TYPES: dict[str, Type] = {
    "pdf": Type("a PDF", "application/pdf", "pdf", _check_pdf),
    "docx": Type(
        "a Word document", f"{_OOXML}wordprocessingml.document", "listed", _office("a Word document", "word/")
    ),
    "xlsx": Type("an Excel workbook", f"{_OOXML}spreadsheetml.sheet", "listed", _office("an Excel workbook", "xl/")),
    "pptx": Type(
        "a PowerPoint presentation",
        f"{_OOXML}presentationml.presentation",
        "listed",
        _office("a PowerPoint presentation", "ppt/"),
    ),
    "doc": Type("a Word document", "application/msword", "listed", _old_office("a Word document", "WordDocument")),
    "xls": Type(
        "an Excel workbook", "application/vnd.ms-excel", "listed", _old_office("an Excel workbook", "Workbook", "Book")
    ),
    "ppt": Type(
        "a PowerPoint presentation",
        "application/vnd.ms-powerpoint",
        "listed",
        _old_office("a PowerPoint presentation", "PowerPoint Document"),
    ),
    "odt": Type("an OpenDocument text", f"{_ODF}text", "listed", _open_document("an OpenDocument text", f"{_ODF}text")),
    "ods": Type(
        "an OpenDocument spreadsheet",
        f"{_ODF}spreadsheet",
        "listed",
        _open_document("an OpenDocument spreadsheet", f"{_ODF}spreadsheet"),
    ),
    "odp": Type(
        "an OpenDocument presentation",
        f"{_ODF}presentation",
        "listed",
        _open_document("an OpenDocument presentation", f"{_ODF}presentation"),
    ),
    "rtf": Type("a rich text file", "application/rtf", "listed", _check_rtf),
    "csv": Type("a CSV file", "text/csv", "listed", _check_text),
    "txt": Type("a text file", "text/plain", "listed", _check_text),
    "png": Type("a PNG picture", "image/png", "image", _begins("a PNG picture", "png")),
    "jpg": Type("a JPEG picture", "image/jpeg", "image", _begins("a JPEG picture", "jpg")),
    "jpeg": Type("a JPEG picture", "image/jpeg", "image", _begins("a JPEG picture", "jpg")),
}
#: What a form says about the allow-list.
IN_WORDS = "PDF, Word, Excel, PowerPoint, OpenDocument, RTF, CSV, text, PNG or JPEG"
#: For a file input's `accept`.
ACCEPT = ",".join(f".{ending}" for ending in TYPES)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the bytes turned out to be, and what a reader should know about them (mostly nothing)."""

    mime: str
    remark: str


def recognise(path: Path, name: str) -> Recognised:
    """What a received file is. Raises Refused, with the file's name and a plain reason, if it is not taken."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    kind = TYPES.get(ending)
    if kind is None:
        what = f"“.{ending}” files are" if ending else "a file without a name ending is"
        raise Refused(f"{name} was not added: {what} not accepted. Use {IN_WORDS}.", field="file")
    try:
        return Recognised(kind.mime, kind.check(path))
    except Mismatch as mismatch:
        raise Refused(f"{name} was not added: it {mismatch}.", field="file") from None


def shown_as(mime: str) -> Shown:
    """How a pack shows a file of this type."""
    return next((kind.shown for kind in TYPES.values() if kind.mime == mime), "listed")
