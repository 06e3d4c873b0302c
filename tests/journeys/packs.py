"""Reading an evidence pack as its recipient would: what the contents promise, what is on a page, the bookmarks."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pikepdf

# "1.2    Minutes of the last six meetings  NOT SUPPLIED      20", the title perhaps going on in the next line.
CONTENTS_LINE = re.compile(r"^(\d+\.\d+) .*?(\d+)$")
STAMP = re.compile(r"(\d+\.\d+), page (\d+) of (\d+)")


class Pages:
    """The pages of a PDF as text, counted from 1."""

    def __init__(self, path: Path) -> None:
        done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
        self.texts = done.stdout.split("\f")[:-1]

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, number: int) -> str:
        return self.texts[number - 1]

    def contents(self) -> dict[str, int]:
        """The page on which the contents say that each part begins, by the part's number."""
        first = next(number for number in range(1, len(self) + 1) if self[number].lstrip().startswith("Contents"))
        last = next(
            number
            for number in range(first, len(self) + 1)
            if self[number].lstrip().startswith("Readiness of each document")
        )
        lines = [line.strip() for number in range(first, last) for line in self[number].splitlines()]
        return {found[1]: int(found[2]) for line in lines if (found := CONTENTS_LINE.match(line))}

    def stamp(self, number: int) -> tuple[str, int, int] | None:
        """Part, page and number of pages stamped on a page; None on the front matter."""
        found = STAMP.search(self[number])
        return (found[1], int(found[2]), int(found[3])) if found else None


def bookmarks(path: Path) -> dict[str, int]:
    """The page that each bookmark of the documents and parts leads to, by its words."""
    found: dict[str, int] = {}
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}

        def walk(items: list[pikepdf.OutlineItem]) -> None:
            for item in items:
                if isinstance(item.destination, pikepdf.Array):
                    found[item.title] = numbers[item.destination[0].objgen]
                walk(item.children)

        walk(outline.root)
    return found
