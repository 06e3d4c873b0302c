"""Binds the evidence pack: the front matter, then every part of every document in order, as one PDF.

Briefing paper, items 8.1 and 8.2 and Annex 1: the core set goes to the lead inspector as a whole. Nothing is left out
without a word: an empty part gets a NOT SUPPLIED page, and a file that cannot be shown gets a page that says why.

This module does not use the database, the framework or the code that draws pages: it is given files, texts and a
function that makes pages. Input files are read from disk while the output is written, never held in memory.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pikepdf

from evidencepack import assembly
from evidencepack.contents import (
    Chapter,
    Contents,
    EntryState,
    FileKind,
    Note,
    PackEntry,
    PackSection,
    PageMaker,
    PlacedEntry,
    Progress,
    SectionPart,
)
from evidencepack.gathering import Converter, Gatherer
from evidencepack.numbering import lengths_around
from evidencepack.pdf_checks import Unpageable

__all__ = [
    "BoundPack", "Contents", "EntryState", "FileKind", "FrontMatter", "Note", "PackEntry", "PackSection", "PageMaker",
    "PlacedEntry", "Progress", "SectionPart", "bind",
]  # fmt: skip

# About how long the front matter is: cover, readiness, owners and so on, and the contents.
LIKELY_FRONT_PAGES, LINES_A_PAGE = 10, 30
WRITING = 100  # steps of progress for writing the file; every entry checked is one step

# Drawn from the contents, numbered as if it were not there, and from its likely number of pages.
FrontMatter = bytes | Path | Callable[[Contents, int], bytes]


@dataclass(frozen=True, slots=True)
class BoundPack:
    """A pack that was written: its length and size, its SHA-256, and the outcome of every entry.

    `front` is the front matter as it is in the pack, stored as a separate file because it is a tagged PDF.
    """

    pages: int
    front_pages: int
    front: bytes
    size: int
    sha256: str
    contents: Contents

    @property
    def faults(self) -> tuple[PlacedEntry, ...]:
        """The files that could not be included, each with the reason."""
        return tuple(placed for placed in self.contents.placed if placed.state == "damaged")

    @property
    def damaged(self) -> int:
        """How many files could not be included because of a fault of their own."""
        return len(self.faults)


def bind(
    front: FrontMatter,
    sections: Iterable[PackSection],
    out: Path,
    *,
    page: PageMaker,
    made_at: datetime,
    title: str,
    convert: Converter | None = None,
    progress: Progress | None = None,
) -> BoundPack:
    """Writes the pack to `out`, complete or not at all, and returns what is in it.

    `front` is the front matter as a PDF, or a function that draws it. The function is called a second time only if the
    front matter is much longer or shorter than expected. `page` draws a page of words (a heading and lines) as a PDF.
    `convert` makes an office document into a PDF, or raises Unpageable. `progress` is called with the steps done and
    all steps; an exception that it raises stops the work. The same input gives the same bytes.

    Raises ValueError if two parts share a label, and pikepdf.PdfError if the front matter is not a PDF.
    """
    sections = tuple(sections)
    _check_labels(sections)
    steps = _Steps(progress, sum(len(part.entries) for section in sections for part in section.parts) + WRITING)
    unusable: dict[Path, Unpageable] = {}
    while True:
        try:
            return _bind(front, sections, out, page, made_at, title, convert, steps, unusable)
        except _Unfit as unfit:  # Rare: the file passed the checks, but could not be merged or written.
            unusable |= unfit.files


class _Unfit(Exception):
    """Files that passed every check and still could not be bound."""

    def __init__(self, files: dict[Path, Unpageable]) -> None:
        super().__init__(*files.values())
        self.files = files


class _Steps:
    """Reports progress, which never goes back."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress = progress
        self.total = total
        self.entries = self.done = 0
        self.is_stopped = False

    def entry(self) -> None:
        self.entries += 1
        self._report(self.entries)

    def written(self, per_cent: int) -> None:
        self._report(self.total - WRITING + per_cent * WRITING // 100)

    def _report(self, done: int) -> None:
        if self.progress is not None and self.done < done <= self.total:
            self.done = done
            try:
                self.progress(done, self.total)
            except BaseException:
                self.is_stopped = True
                raise


def _check_labels(sections: Sequence[PackSection]) -> None:
    seen: set[str] = set()
    for section in sections:
        for part in section.parts:
            if part.label in seen:
                raise ValueError(f"Two parts of the pack are labelled {part.label!r}.")
            seen.add(part.label)


def _bind(
    front: FrontMatter,
    sections: Sequence[PackSection],
    out: Path,
    page: PageMaker,
    made_at: datetime,
    title: str,
    convert: Converter | None,
    steps: _Steps,
    unusable: dict[Path, Unpageable],
) -> BoundPack:
    with tempfile.TemporaryDirectory(prefix=".pack-", dir=out.parent) as name:
        scratch = Path(name)
        chapters = Gatherer(scratch, page, convert, unusable, steps.entry).gather(sections)
        drawn, front_pages = _settle(front, chapters)
        front_path, made = scratch / "front.pdf", scratch / "pack.pdf"
        front_path.write_bytes(drawn)
        runs = assembly.runs_of(chapters)
        try:
            expected_size = sum(run.path.stat().st_size for run in runs)
            with assembly.assemble(front_path, front_pages, chapters, title=title, made_at=made_at) as pdf:
                sha256 = assembly.save(pdf, made, expected_size=expected_size, progress=steps.written)
        except Exception:
            if steps.is_stopped:
                raise
            own = {run.source: run for run in runs if run.source is not None}
            unfit = {
                path: why
                for path, run in own.items()
                if (why := assembly.why_unfit(front_path, front_pages, run, made_at=made_at)) is not None
            }
            if not unfit:
                raise
            raise _Unfit(unfit) from None
        size = made.stat().st_size
        made.replace(out)
    contents = contents_of(chapters, front_pages)
    return BoundPack(contents.pages, front_pages, drawn, size, sha256, contents)


def _settle(front: FrontMatter, chapters: Sequence[Chapter]) -> tuple[bytes, int]:
    """The front matter with the right page numbers in it, and how many pages it has."""
    if not callable(front):
        drawn = front if isinstance(front, bytes) else front.read_bytes()
        return drawn, _page_count(drawn)
    contents = contents_of(chapters, 0)
    # From the contents only, so that the same contents are drawn in the same way.
    likely = LIKELY_FRONT_PAGES + (len(contents.first_pages) + len(contents.placed)) // LINES_A_PAGE
    while True:
        drawn = front(contents, likely)
        found = _page_count(drawn)
        if found in lengths_around(likely):
            return drawn, found
        likely = found


def _page_count(drawn: bytes) -> int:
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        return len(pdf.pages)


def contents_of(chapters: Sequence[Chapter], front_pages: int) -> Contents:
    """Page numbers and outcomes, for front matter of this length."""
    at = front_pages + 1
    first_pages: dict[str, int] = {}
    page_counts: dict[str, int] = {}
    placed: list[PlacedEntry] = []
    for bundle in (bundle for chapter in chapters for bundle in chapter.bundles):
        first_pages[bundle.part.label] = at
        page_counts[bundle.part.label] = bundle.pages
        for run in bundle.runs:
            placed += [replace(one, first_page=at) for one in run.covers]
            at += run.pages
    return Contents(first_pages, page_counts, at - 1, tuple(placed))
