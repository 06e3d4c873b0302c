"""What a pack is made of: documents, their parts and files, and the outcome of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

FileKind = Literal["pdf", "image", "office", "listed"]
EntryState = Literal["included", "listed", "damaged", "note", "not supplied"]
PageMaker = Callable[[str, Sequence[str]], bytes]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PackEntry:
    """One file of a part. `heading` is its name in the bookmarks, as people know it.

    `kind` says how it goes in: a PDF, an image fitted to a page, an office document made into pages if possible, or
    only listed (spreadsheets and the like). `change` says that it is new or replaced since the last pack that was sent.
    `sha256` is what was recorded at its upload: if the bytes have changed, it is not bound.
    """

    path: Path
    kind: FileKind
    heading: str
    change: str = ""
    sha256: str = ""

    @property
    def bookmark(self) -> str:
        """Its name in the bookmarks."""
        return f"{self.heading} ({self.change})" if self.change else self.heading


@dataclass(frozen=True, slots=True)
class Note:
    """A page of words in place of a file: a nil return, or "2 of the 6 meetings are NOT SUPPLIED"."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionPart:
    """One part of a document. `label` ("3.2") is stamped on its pages and must be its own within the pack.

    A part without entries is NOT SUPPLIED; its page gives `owner` (as text) and then `remarks`.
    """

    label: str
    title: str
    owner: str
    entries: tuple[PackEntry | Note, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackSection:
    """A document of the pack, with its parts: the top level of the bookmarks."""

    title: str
    parts: tuple[SectionPart, ...]


@dataclass(frozen=True, slots=True)
class PlacedEntry:
    """The outcome for one entry: where its pages are in the pack, counted from 1, or why it has no pages.

    `passing` is whether it may succeed next time: the storage did not answer, or a conversion took too long. Files that
    are only listed share one page. `path` is None for pages of words.
    """

    label: str
    heading: str
    path: Path | None
    state: EntryState
    first_page: int
    pages: int
    reason: str = ""
    change: str = ""
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """What the front matter needs to know about the pack that follows it.

    While the front matter is drawn, pages are counted from its end; in a finished pack, from the pack's first page.
    """

    first_pages: Mapping[str, int]  # label of a part -> its first page in the pack
    page_counts: Mapping[str, int]  # label of a part -> its number of pages
    pages: int  # of the whole pack, including the front matter
    placed: tuple[PlacedEntry, ...]


@dataclass(slots=True)
class PageRun:
    """Consecutive pages of the pack that come from one PDF, and the entries that they show.

    `marks` is how many tagged pieces each page has (None if the PDF is not tagged); `picture` is whether it is a
    picture.
    """

    path: Path
    pages: int
    marks: tuple[int, ...] | None
    heading: str
    picture: bool
    covers: list[PlacedEntry] = field(default_factory=list)

    @property
    def source(self) -> Path | None:
        """The file whose pages these are, or were made from; None for pages of words."""
        return next((placed.path for placed in self.covers if placed.state == "included"), None)


@dataclass(slots=True)
class Bundle:
    """A part with the pages that were found or made for it."""

    part: SectionPart
    runs: list[PageRun] = field(default_factory=list)

    @property
    def pages(self) -> int:
        """How many pages the part has."""
        return sum(run.pages for run in self.runs)


@dataclass(slots=True)
class Chapter:
    """A document with its parts gathered."""

    title: str
    bundles: list[Bundle] = field(default_factory=list)
