"""PDFs are opened but not drawn."""

from __future__ import annotations

from pathlib import Path

import filetype
import pikepdf
from pikepdf import Pdf

from files.inside import pdf_actions
from files.inside.looking import DAMAGED, PROTECTED, Findings, Mismatch, head, refuse_archive_behind, refused_as, tail
from parsing import file_fault_as

NO_PAGES = "It has no pages."
#: Readers look for the mark of a PDF in the first kilobyte, so this much may come before it.
WINDOW = 1024


class _Damaged(Exception):
    pass


def look(path: Path) -> Findings:
    """Raises Mismatch for a file that is not a PDF, or is protected. A damaged one is accepted: it may be all
    there is.
    """
    begin = head(path)
    at = begin[:WINDOW].find(b"%PDF-")
    guessed = filetype.guess(begin)
    if at < 0 or (guessed is not None and guessed.extension != "pdf"):
        raise refused_as("a PDF")
    if b"<" in begin[:at] or begin[:at].startswith((b"MZ", b"#!", b"\x7fELF")):
        raise Mismatch("is two files in one, a PDF and something before it: send the PDF alone")
    refuse_archive_behind(path, "a PDF")
    try:
        with file_fault_as(_Damaged(), Mismatch):
            return _opened(path)
    except _Damaged:
        return Findings((DAMAGED,))


def _opened(path: Path) -> Findings:
    try:
        with pikepdf.open(path, access_mode=pikepdf.AccessMode.stream, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise Mismatch(
                    "is protected by a password or against printing and copying: save it without protection first"
                )
            # A file that was cut short can often be repaired, but is not what was sent.
            return Findings(tuple(_remarks(pdf)) if b"%%EOF" in tail(path) else (DAMAGED,))
    except pikepdf.PasswordError:
        raise Mismatch(PROTECTED) from None


def _remarks(pdf: Pdf) -> list[str]:
    if not len(pdf.pages):
        return [NO_PAGES]
    return pdf_actions.remarks_on(pdf)
