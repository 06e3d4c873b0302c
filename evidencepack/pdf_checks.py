"""What may go into the pack: checks a PDF before it is bound.

A file that fails does not stop the pack; its place is taken by a page with the reason raised here.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from evidencepack.links import LinkKind, kinds_in
from parsing import file_fault_as

HEADER_WINDOW = 1024  # Readers look for %PDF- in the first kilobyte, and for %%EOF in the last.
TAIL_WINDOW = 2048
INFLATE_STEP = 1 << 20  # bytes inflated at a time, so that a "zip bomb" stream uses no memory

CUT_SHORT = "It is cut short: its end is missing."
UNREADABLE = "It could not be read from where it is stored."
UNCOPIED = "It is damaged: its pages cannot be copied."
ALTERED = "It is damaged: what is stored is not what was uploaded."


class Unpageable(Exception):
    """A file cannot be shown as pages; its text is the reason, one plain sentence for the reader of the pack.

    `passing` is whether it may succeed next time.
    """

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


def check_present(path: Path) -> None:
    """Raises Unpageable if there is no such file, if it cannot be opened, or if it is empty."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise Unpageable("It is no longer where it was stored.", passing=True) from None
    except OSError:
        raise Unpageable(UNREADABLE, passing=True) from None
    if size == 0:
        raise Unpageable("It is empty: it has no bytes in it.")


def check_unaltered(path: Path, sha256: str) -> None:
    """Raises Unpageable if there is nothing to read, or if the bytes no longer have their SHA-256 from the upload.

    A file that opens well can still be another than the one approved, so this is checked before the bytes are used. The
    bytes may be restored from a backup, so it may succeed next time.
    """
    check_present(path)
    if not sha256:
        return
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise Unpageable(UNREADABLE, passing=True) from None
    if found != sha256.lower():
        raise Unpageable(ALTERED, passing=True)


@dataclass(frozen=True, slots=True)
class CheckedPdf:
    """A sound PDF: its number of pages, and how many tagged pieces each page has (None if it is not tagged).

    `links` are the kinds of links on its pages.
    """

    pages: int
    marks: tuple[int, ...] | None
    links: frozenset[LinkKind] = frozenset()


def check_pdf(path: Path) -> CheckedPdf:
    """Checks a PDF and returns what the pack needs to know about it.

    Every page and its drawing instructions are read; pictures and fonts are not decoded. A file with a broken index is
    accepted only if its end is there and it has no faults once repaired. Raises Unpageable.
    """
    check_present(path)
    try:
        with file_fault_as(Unpageable("It is damaged: it cannot be read as a PDF.")):
            _check_ends(path)
            try:
                return _pages_of(path, repair=False)
            except pikepdf.PasswordError:
                raise Unpageable("It is protected by a password.") from None
            except pikepdf.PdfError:
                return _pages_of(path, repair=True)
    except OSError:
        raise Unpageable(UNREADABLE, passing=True) from None


def _check_ends(path: Path) -> None:
    """Raises Unpageable unless the file begins as a PDF does and ends as one does."""
    with path.open("rb") as file:
        head = file.read(HEADER_WINDOW)
        if b"%PDF-" not in head:
            raise Unpageable("It is not a PDF, although it is named as one.")
        file.seek(0, 2)
        file.seek(max(0, file.tell() - TAIL_WINDOW))
        if b"%%EOF" not in file.read():
            raise Unpageable(CUT_SHORT)


def _pages_of(path: Path, *, repair: bool) -> CheckedPdf:
    with pikepdf.open(
        path,
        access_mode=pikepdf.AccessMode.stream,
        attempt_recovery=repair,
        suppress_warnings=True,
    ) as pdf:
        if pdf.is_encrypted:
            # It opens without a password but restricts what may be done with it: the same answer as at upload.
            raise Unpageable("It is protected by a password.")
        count = len(pdf.pages)
        if count == 0:
            raise Unpageable("It has no pages.")
        for number, page in enumerate(pdf.pages, start=1):
            _check_contents(page.obj.get(Name.Contents), number)
        stated = pdf.Root.Pages.get(Name.Count)
        if repair and stated != count:
            raise Unpageable(f"It is damaged: only {count} of its {stated} pages can be found.")
        return CheckedPdf(count, _marks(pdf), kinds_in(pdf))


def _marks(pdf: Pdf) -> tuple[int, ...] | None:
    """How many tagged pieces each page has, by the file's own index of them; None if there is no index.

    A page that is not in the index has none. An index that cannot be read counts as missing: only the pack uses it, and
    the pages look the same without it.
    """
    tags = pdf.Root.get(Name.StructTreeRoot)
    if not isinstance(tags, Dictionary) or not isinstance(tags.get(Name.ParentTree), Dictionary):
        return None
    try:
        with file_fault_as(Unpageable("Its tags cannot be read.")):
            index = pikepdf.NumberTree(tags.ParentTree)
            keys = [page.obj.get(Name.StructParents) for page in pdf.pages]
            pieces = [index[key] if isinstance(key, int) and key in index else None for key in keys]
            return tuple(len(piece) if isinstance(piece, Array) else 0 for piece in pieces)
    except Unpageable:
        return None


def _check_contents(contents: pikepdf.Object | None, number: int) -> None:
    """Raises Unpageable if a page has drawing instructions that cannot be decompressed."""
    if contents is None:
        return
    streams = contents if isinstance(contents, Array) else [contents]
    for stream in streams:
        if stream is None:
            continue
        if not isinstance(stream, pikepdf.Stream):
            raise Unpageable(f"It is damaged: page {number} cannot be read.")
        if stream.get(Name.Filter) == Name.FlateDecode:
            _check_inflates(stream.read_raw_bytes(), number)


def _check_inflates(packed: bytes, number: int) -> None:
    inflater = zlib.decompressobj()
    try:
        inflater.decompress(packed, INFLATE_STEP)
        while inflater.unconsumed_tail and not inflater.eof:
            inflater.decompress(inflater.unconsumed_tail, INFLATE_STEP)
    except zlib.error:
        raise Unpageable(f"It is damaged: page {number} cannot be read.") from None
