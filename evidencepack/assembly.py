"""Puts the PDFs of a pack together: merged without holding them in memory, stamped, bookmarked, saved.

`pikepdf.Job` leaves the files on disk until the output is written; `Pdf.pages.extend` would read them whole. All other
files are added to the front matter, so that it keeps its tags, language and bookmarks.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from evidencepack.contents import Bundle, Chapter, PageRun, SectionPart
from evidencepack.links import PAGE_KEYS
from evidencepack.pdf_checks import UNCOPIED, UNREADABLE, Unpageable
from evidencepack.stamping import make_font, stamp
from evidencepack.tagging import Tags
from parsing import file_fault_as

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

LARGE = 32 << 20  # bytes; see save
BUFFER = 1 << 20


def runs_of(chapters: Sequence[Chapter]) -> list[PageRun]:
    """All runs of pages, in the order of the pack."""
    return [run for chapter in chapters for bundle in chapter.bundles for run in bundle.runs]


def merge(paths: Sequence[Path]) -> Pdf:
    """The first PDF with the pages of the others after it. Their pictures and texts are read only when it is saved."""
    job = pikepdf.Job(
        {
            "inputFile": str(paths[0]),
            "outputFile": "-",
            "noWarn": "",
            "removeUnreferencedResources": "no",
            "pages": [{"file": str(path), "range": "1-z"} for path in paths],
        }
    )
    return job.create_pdf()


def assemble(front: Path, front_pages: int, chapters: Sequence[Chapter], *, title: str, made_at: datetime) -> Pdf:
    """The whole pack, ready to be saved. Raises whatever pikepdf raises for a file that cannot be merged."""
    pdf = merge([front, *(run.path for run in runs_of(chapters))])
    pages = list(pdf.pages)
    if len(pages) != front_pages + sum(run.pages for run in runs_of(chapters)):
        raise pikepdf.PdfError("A file has lost or gained pages since it was looked at.")
    _stamp_all(pdf, pages[front_pages:], chapters)
    _bookmark(pdf, [page.obj for page in pages[front_pages:]], chapters)
    _describe(pdf, title, made_at, chapters)
    return pdf


def _stamp_all(pdf: Pdf, pages: Sequence[pikepdf.Page], chapters: Sequence[Chapter]) -> None:
    font, tags = make_font(pdf), Tags(pdf)
    rest = iter(pages)
    for bundle in (bundle for chapter in chapters for bundle in chapter.bundles):
        number = 0
        for run in bundle.runs:
            section = tags.add_section(f"{bundle.part.label} {run.heading}")
            for index in range(run.pages):
                page = next(rest)
                number += 1
                for key in page.obj.keys() - PAGE_KEYS:
                    del page.obj[key]
                opening = tags.add_page(section, page, run.marks[index] if run.marks else 0, run)
                stamp(page, f"{bundle.part.label}, page {number} of {bundle.pages}", font, opening)


def _bookmark(pdf: Pdf, pages: Sequence[Object], chapters: Sequence[Chapter]) -> None:
    """Bookmarks on three levels, with documents closed, after those of the front matter."""
    outlines = pdf.Root.get(Name.Outlines)
    if not isinstance(outlines, Dictionary):
        outlines = pdf.Root.Outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, Count=0))
    at = 0
    documents = []
    for chapter in chapters:
        parts = []
        start = at
        for bundle in chapter.bundles:
            files = []
            first = at
            for run in bundle.runs:
                files.append(_bookmark_to(pdf, run.heading, pages[at]))
                at += run.pages
            parts.append(_bookmark_to(pdf, f"{bundle.part.label} {bundle.part.title}", pages[first], files))
        if parts:
            documents.append(_bookmark_to(pdf, chapter.title, pages[start], parts))
    _hang(outlines, documents)
    outlines.Count = max(0, int(outlines.get(Name.Count, 0))) + len(documents)


def _bookmark_to(pdf: Pdf, text: str, page: Object, below: Sequence[Object] = ()) -> Object:
    mark = pdf.make_indirect(Dictionary(Title=text, Dest=Array([page, Name.Fit])))
    if below:
        _hang(mark, below)
        mark.Count = -len(below)  # closed
    return mark


def _hang(parent: Object, children: Sequence[Object]) -> None:
    """Adds bookmarks to their parent, after those that it has."""
    before = parent.get(Name.Last)
    for child in children:
        child.Parent = parent
        if before is None:
            parent.First = child
        else:
            before.Next, child.Prev = child, before
        before = child
    if children:
        parent.Last = children[-1]


def _describe(pdf: Pdf, title: str, made_at: datetime, chapters: Sequence[Chapter]) -> None:
    """Title, dates and identity, all from the arguments, so that the same pack has the same bytes."""
    zone = made_at.strftime("%z")
    date = f"D:{made_at:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}'"
    pdf.trailer[Name.Info] = pdf.make_indirect(Dictionary(Title=title, CreationDate=date, ModDate=date))
    pdf.Root.Metadata = Stream(pdf, _xmp(title, made_at), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.PageMode = Name.UseOutlines
    for key in (Name.PageLabels, Name.OpenAction):  # Pages are numbered from the first to the last, as in the contents.
        if key in pdf.Root:
            del pdf.Root[key]
    parts = [f"{b.part.label}\t{run.heading}\t{run.pages}" for c in chapters for b in c.bundles for run in b.runs]
    identity = hashlib.sha256("\n".join([title, date, *parts]).encode()).digest()[:16]
    pdf.trailer[Name.ID] = Array([pikepdf.String(identity)] * 2)


def _xmp(title: str, made_at: datetime) -> bytes:
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>
<xmp:CreateDate>{made_at.isoformat(timespec="seconds")}</xmp:CreateDate>
<xmp:ModifyDate>{made_at.isoformat(timespec="seconds")}</xmp:ModifyDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()


def why_unfit(front: Path, front_pages: int, run: PageRun, *, made_at: datetime) -> Unpageable | None:
    """Builds a pack of one file and throws it away. Returns what is wrong with the file; empty if nothing is.

    Slow, but needed only when a whole pack has failed and it is not known which file is the cause.
    """
    alone = [Chapter("", [Bundle(SectionPart("trial", "", ""), [run])])]
    try:
        with (
            file_fault_as(Unpageable(UNCOPIED)),
            assemble(front, front_pages, alone, title="", made_at=made_at) as pdf,
            io.BufferedWriter(_Nowhere()) as sink,
        ):
            pdf.save(sink, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    except OSError:
        return Unpageable(UNREADABLE, passing=True)
    except Unpageable as fault:
        return fault
    return None


class _Nowhere(io.RawIOBase):
    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        return memoryview(data).nbytes


class _Hashing(io.RawIOBase):
    """A file that can only be written to, and computes the SHA-256 of what was written."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self.sha256 = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        written = self._file.write(data)
        self.sha256.update(memoryview(data)[:written])
        return written

    def close(self) -> None:
        self._file.close()
        super().close()


def save(pdf: Pdf, out: Path, *, expected_size: int, progress: Callable[[int], None]) -> str:
    """Writes a PDF and returns its SHA-256. `progress` is called for each per cent.

    Memory holds one picture (or other stream) at a time, twice, however many there are.

    Large files are hashed while they are written. Small ones are read again, which is quicker: qpdf hands over a few
    bytes at a time, and each time costs a call.
    """
    options = {
        "compress_streams": False,  # Nothing is compressed or uncompressed on the way.
        "stream_decode_level": pikepdf.StreamDecodeLevel.none,
        "static_id": True,  # the second half of /ID is fixed; the first is set by _describe
        "min_version": "1.7",
        "progress": progress,
    }
    if expected_size < LARGE:
        pdf.save(out, **options)
        with out.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    with _Hashing(out) as raw, io.BufferedWriter(raw, BUFFER) as file:
        pdf.save(file, **options)
    return raw.sha256.hexdigest()
