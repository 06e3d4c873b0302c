"""Short ways to bind files in tests, and to read what a pack says about itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Name

from evidencepack.binding import BoundPack, Note, PackEntry, PackSection, SectionPart, bind
from tests.evidencepack import files

MADE_AT = datetime(2011, 4, 18, 16, 30, tzinfo=UTC)
ENDINGS = {".pdf": "pdf", ".jpg": "image", ".png": "image", ".gif": "image", ".tif": "image"}
_STAMP = re.compile(rb"Td \((.*?)\) Tj ET\nQ EMC\n")


def entry(path: Path) -> PackEntry:
    """A file under its own name, of the kind that its ending says."""
    return PackEntry(path, ENDINGS.get(path.suffix, "listed"), path.name)  # type: ignore[arg-type]


def part(label: str, *entries: Path | PackEntry | Note, owner: str = "Head of Service") -> SectionPart:
    """A part called "Part <label>" with the given files."""
    made = tuple(entry(one) if isinstance(one, Path) else one for one in entries)
    return SectionPart(label, f"Part {label}", owner, made)


def bind_parts(out: Path, *parts: SectionPart, **options: Any) -> BoundPack:
    """A pack of one document, with one page of front matter unless another is given."""
    chosen: dict[str, Any] = {
        "front": files.pdf_bytes("Front"),
        "page": files.words,
        "made_at": MADE_AT,
        "title": "Evidence pack",
    } | options
    return bind(chosen.pop("front"), [PackSection("1 Minutes", parts)], out, **chosen)


def stamp_of(page: pikepdf.Page) -> str | None:
    """What is stamped on a page, or None."""
    found = _STAMP.search(first_instructions(page))
    return found[1].decode("cp1252") if found else None


def first_instructions(page: pikepdf.Page) -> bytes:
    """What is drawn on a page first."""
    contents = page.obj.Contents
    return (contents[0] if isinstance(contents, pikepdf.Array) else contents).read_bytes()


def own_words(page: pikepdf.Page) -> list[str]:
    """The texts that the page itself shows, stamp left out."""
    text = b"\n".join(stream.read_bytes() for stream in page.obj.Contents)
    text = text.partition(b"Q EMC\n")[2]
    return [found.decode() for found in re.findall(rb"\((.*?)\) Tj", text)]


def bookmarks(pdf: pikepdf.Pdf) -> list[tuple[int, str, int]]:
    """All bookmarks as (level, title, page number)."""
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    found: list[tuple[int, str, int]] = []

    def walk(parent: pikepdf.Object, level: int) -> None:
        mark = parent.get(Name.First)
        while mark is not None:
            found.append((level, str(mark.Title), numbers[mark.Dest[0].objgen]))
            walk(mark, level + 1)
            mark = mark.get(Name.Next)

    walk(pdf.Root.Outlines, 1)
    return found
