"""A first pack, from asking for it to its last byte, against WeasyPrint and qpdf alone on the same input.

Eighty PDFs in the parts of the documents, put there by the upload action; the rest is NOT SUPPLIED. Our build reads the
database, checks every file, draws the front matter and the pages of words, merges, stamps, bookmarks and hashes, writes
the ZIP and freezes the pack. The floor draws the same HTML with WeasyPrint (each page once, the front matter in its
final state), and merges the same PDFs with `qpdf --empty --pages`. WeasyPrint is loaded before either clock starts. The
last row asks for the pack again while nothing has changed.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.pack import FILES, _texts
from tests.outbox.installation import ROOT, installation

REACH = "merging 1.15 x, front matter 1.1 x the floor; unchanged: 2 % of the first time"
PAGES = (500, 1000, 2000)


def run(repeats: int = 5) -> list[dict[str, Any]]:
    """Measure the floor and a newly built pack in turn; a row for each number of pages and one for asking again."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-first-pack-") as name:
        for pages in PAGES:
            directory = Path(name) / f"bench-first-pack-{pages}"
            directory.mkdir()
            with installation("postgresql", directory) as place:
                command = [sys.executable, "-m", "benchmarks.first_pack", str(pages), str(repeats), str(directory)]
                done = subprocess.run(
                    command, cwd=ROOT, env=place.environment, check=True, stdout=subprocess.PIPE, text=True
                )
                rows += _rows(pages, json.loads(done.stdout))
    return rows


def _rows(pages: int, found: dict[str, Any]) -> list[dict[str, Any]]:
    def middle(key: str) -> float:
        return statistics.median(each[key] for each in found["rounds"])

    drawn, merged, seconds, again = (middle(key) for key in ("drawn", "merged", "seconds", "again"))
    floor = drawn + merged
    case = f"{FILES} PDFs, {pages:,} pages"
    first = {
        "benchmark": "first_pack",
        "case": f"{case}, {found['drawn_pages']} pages drawn, PDF and ZIP",
        "floor": f"WeasyPrint on the same HTML ({drawn:.2f} s) and qpdf --empty --pages ({merged:.2f} s)",
        "floor_seconds": round(floor, 3),
        "seconds": round(seconds, 3),
        "ratio": round(seconds / floor, 2),
        "reach": REACH,
    }
    unchanged = {
        "benchmark": "first_pack",
        "case": f"{case}, asked for again, nothing changed",
        "floor": "the first time",
        "floor_seconds": round(seconds, 3),
        "seconds": round(again, 4),
        "ratio": round(again / seconds, 3),
        "reach": REACH,
    }
    return [first, unchanged]


# Runs in the process that is measured.


def measure(pages: int, repeats: int, folder: Path) -> dict[str, Any]:
    """Fill an inspection with PDFs and build its pack again and again, each time as if it were the first."""
    import django

    django.setup()
    from unittest.mock import patch

    from django.utils import timezone

    from evidencepack import front
    from evidencepack.actions import request_pack
    from evidencepack.building import build
    from evidencepack.models import Pack
    from printing.pdf import render
    from tests.factories.people import make_council

    inspection = _inspection(make_council(), folder, pages)
    drawn: list[tuple[str, dict[str, Any]]] = []

    def keeping(html: str, **facts: Any) -> bytes:
        drawn.append((html, facts))
        return render(html, **facts)

    rounds = []
    for number in range(repeats + 1):
        Pack.objects.all().delete()
        drawn.clear()
        with patch.object(front, "render", keeping):
            began = time.perf_counter()
            pack, _ = request_pack(inspection=inspection, by=None, now=timezone.now())
            built = build(pack.pk)
            seconds = time.perf_counter() - began
        assert built is not None, pack.pk
        assert built.state == "ready", built.error
        again = _seconds(lambda: request_pack(inspection=inspection, by=None, now=timezone.now()))
        # The front matter is drafted several times; the pack has the last draft.
        once = {facts["title"]: (html, facts) for html, facts in drawn}
        if number:
            merged = _merge(folder)
            rounds.append({"drawn": _draw(once), "merged": merged, "seconds": seconds, "again": again})
    return {"rounds": rounds, "drawn_pages": sum(_pages(render(html, **facts)) for html, facts in once.values())}


def _inspection(council: Any, folder: Path, pages: int) -> Any:
    from django.utils import timezone

    from documents.evidence.actions import add_file
    from files.receiving import receive
    from inspections.actions import open_inspection

    inspection = open_inspection(
        council=council,
        title="Safeguarding and looked after children",
        framework_key="slac-2009",
        plan_key="oxfordshire",
        by=None,
        now=timezone.now(),
    )
    inputs = folder / "inputs"
    inputs.mkdir()
    parts = [(document, part) for document in inspection.framework.documents for part in document.parts]
    parts = [(document, part) for document, part in parts if not part.dated]
    for number, path in enumerate(_texts(inputs, pages)):
        document, part = parts[number % len(parts)]
        with path.open("rb") as stream:
            received = receive(stream, name=path.name, content_type="application/pdf")
        add_file(
            inspection=inspection,
            document=document.key,
            part=part.key,
            received=received,
            as_at=None,
            by=None,
            now=timezone.now(),
        )
    return inspection


def _draw(once: dict[str, tuple[str, dict[str, Any]]]) -> float:
    """Seconds that WeasyPrint alone takes for the same pages, with the same style sheet and PDF/UA."""
    from weasyprint import CSS, HTML

    from printing.pdf import STYLE_SHEET

    style = CSS(string=STYLE_SHEET.read_text(encoding="utf-8"))
    pages = [
        f'<!DOCTYPE html><html lang="en-GB"><head><title>{facts["title"]}</title></head><body>{html}</body></html>'
        for html, facts in once.values()
    ]

    def draw() -> None:
        for page in pages:
            HTML(string=page).write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")

    return _seconds(draw)


def _merge(folder: Path) -> float:
    paths = sorted(map(str, (folder / "inputs").glob("*.pdf")))
    command = ["qpdf", "--empty", "--pages", *paths, "--", str(folder / "floor.pdf")]
    return _seconds(lambda: subprocess.run(command, check=True))


def _pages(pdf: bytes) -> int:
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.stdout.write(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))))
    else:
        for row in run(int(os.environ.get("REPEATS", "3"))):
            sys.stdout.write(f"{row}\n")
