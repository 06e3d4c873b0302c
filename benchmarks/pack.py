"""The evidence pack: merged, bookmarked and stamped, against `qpdf --empty --pages`, which only merges.

Ours does more in the time: it checks every page first, then stamps, bookmarks, tags and hashes. Both read the same
files from the page cache and write to the same folder. qpdf's time includes starting its process (about 10 ms), as it
does for anyone who uses it.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from evidencepack.archive import ManifestItem, write_zip
from evidencepack.binding import BoundPack, PackEntry, PackSection, SectionPart, bind

FILES = 80
MADE_AT = datetime(2011, 4, 18, 12, tzinfo=UTC)
WORDS = ("the", "minutes", "of", "safeguarding", "board", "children", "were", "agreed", "partners", "review", "action")


def run(repeats: int = 5) -> list[dict[str, Any]]:
    """Measure everything, the floor and ours in turn. Returns a row for each case: seconds (medians) and MiB."""
    folder = Path(tempfile.mkdtemp(prefix="bench-pack-"))
    try:
        rows = []
        for pages in (500, 1000, 2000):
            rows += _against_qpdf(folder, f"{pages} pages in {FILES} PDFs", _texts, pages, repeats)
        for megabytes in (100, 400):
            rows += _against_qpdf(folder, f"{megabytes} MB of scans in 40 PDFs", _scans, megabytes, repeats)
        rows.append(_zip(folder, repeats))
        return rows
    finally:
        shutil.rmtree(folder)


def _against_qpdf(
    folder: Path, case: str, make: Callable[[Path, int], list[Path]], size: int, repeats: int
) -> list[dict[str, Any]]:
    """Against qpdf with its default options, and against qpdf told to leave out a search of its own that takes time."""
    inputs = folder / "inputs"
    inputs.mkdir()
    paths = make(inputs, size)
    as_it_comes: list[float] = []
    at_its_best: list[float] = []
    ours: list[float] = []

    def qpdf(*options: str) -> None:
        command = ["qpdf", "--empty", *options, "--pages", *map(str, paths), "--", str(folder / "floor.pdf")]
        subprocess.run(command, check=True)

    for _ in range(repeats + 1):
        as_it_comes.append(_seconds(qpdf))
        ours.append(_seconds(lambda: _bind(paths, folder / "ours.pdf")))
        at_its_best.append(_seconds(lambda: qpdf("--remove-unreferenced-resources=no")))
    memory = _memory_above_idle(paths, folder / "ours.pdf")
    with pikepdf.open(folder / "ours.pdf") as pdf, pikepdf.open(folder / "floor.pdf") as merged:
        assert len(pdf.pages) == len(merged.pages) + 1  # and the front page
    shutil.rmtree(inputs)
    name = "qpdf --empty --pages"
    return [
        _row(case, name, as_it_comes, ours, "1.15 x the floor, under 80 MiB", memory),
        _row(case, f"{name} --remove-unreferenced-resources=no", at_its_best, ours, "", memory),
    ]


def _zip(folder: Path, repeats: int) -> dict[str, Any]:
    """The companion ZIP; PDFs are stored as they are, so the floor copies and hashes them all."""
    inputs = folder / "inputs"
    inputs.mkdir()
    paths = _scans(inputs, 100)
    items = [
        ManifestItem("1", "Minutes", "1.1", "Minutes", "Owner", path, path.name, in_pdf="included") for path in paths
    ]
    floor: list[float] = []
    ours: list[float] = []

    def copy_and_hash() -> None:
        (folder / "copies").mkdir(exist_ok=True)
        copies = [shutil.copyfile(path, folder / "copies" / path.name) for path in paths]
        subprocess.run(["sha256sum", *paths, *copies], check=True, stdout=subprocess.DEVNULL)

    for _ in range(repeats + 1):
        floor.append(_seconds(copy_and_hash))
        ours.append(_seconds(lambda: write_zip(folder / "ours.zip", items, title="Pack", made_at=MADE_AT)))
    return _row("ZIP of 100 MB", "cp, and sha256sum of files and copies", floor, ours, "", None)


def _row(
    case: str, name: str, floor: Sequence[float], ours: Sequence[float], reach: str, memory: float | None
) -> dict[str, Any]:
    """One result; the first round of each warms the page cache and is not counted."""
    floor_median, our_median = statistics.median(floor[1:]), statistics.median(ours[1:])
    return {
        "benchmark": "pack",
        "case": case,
        "floor": name,
        "floor_seconds": round(floor_median, 4),
        "seconds": round(our_median, 4),
        "ratio": round(our_median / floor_median, 2),
        "above_idle_mib": memory,
        "reach": reach,
    }


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _bind(paths: Sequence[Path], out: Path) -> BoundPack:
    """All files as parts of one document, eight files a part."""
    parts = tuple(
        SectionPart(
            f"1.{at}", "Minutes", "Owner", tuple(PackEntry(path, "pdf", path.name) for path in paths[at : at + 8])
        )
        for at in range(0, len(paths), 8)
    )
    return bind(_front(), [PackSection("Minutes", parts)], out, page=_no_page, made_at=MADE_AT, title="Pack")


def _front() -> bytes:
    """One empty page with tags, so that the tags of all pages are written as in a real pack."""
    path = Path(tempfile.gettempdir()) / f"front-{time.monotonic_ns()}.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        root = Dictionary(Type=Name.StructTreeRoot, K=Array([]), ParentTree=Dictionary(Nums=Array([])))
        pdf.Root.StructTreeRoot = pdf.make_indirect(root)
        pdf.save(path)
    data = path.read_bytes()
    path.unlink()
    return data


def _no_page(heading: str, lines: Sequence[str]) -> bytes:
    raise AssertionError(f"Nothing should be missing or damaged here: {heading} {lines}")


def _memory_above_idle(paths: Sequence[Path], out: Path) -> float:
    """Peak memory of a process that binds, less what it had before, in MiB."""
    command = [sys.executable, "-m", "benchmarks.pack", "bind", str(out), *map(str, paths)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    return round(json.loads(done.stdout) / 1024, 1)


def _bind_and_tell_memory(out: Path, paths: Sequence[Path]) -> None:
    idle = _status("VmRSS")
    _bind(paths, out)
    sys.stdout.write(json.dumps(_status("VmHWM") - idle))


def _status(key: str) -> int:
    """A figure about this process from /proc, in KiB."""
    found = re.search(rf"{key}:\s*(\d+)", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])


def _texts(folder: Path, pages: int) -> list[Path]:
    """PDFs like the minutes that offices write: text in two embedded fonts, a logo, a link; half of them in compact
    form.
    """
    shuffle = random.Random(pages)
    paths = []
    for number in range(FILES):
        path = folder / f"{number:02}.pdf"
        with pikepdf.new() as pdf:
            resources = _resources(pdf, shuffle)
            for _ in range(pages // FILES + (number < pages % FILES)):
                _add_text_page(pdf, resources, shuffle)
            compact = pikepdf.ObjectStreamMode.generate if number % 2 else pikepdf.ObjectStreamMode.disable
            pdf.save(path, object_stream_mode=compact)
        paths.append(path)
    return paths


def _resources(pdf: Pdf, shuffle: random.Random) -> pikepdf.Object:
    fonts = {}
    for name in ("/F1", "/F2"):
        data = pdf.make_stream(zlib.compress(shuffle.randbytes(15_000)), Filter=Name.FlateDecode, Length1=15_000)
        descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name("/AAAAAA+Sans"), Flags=32, FontFile2=data)
        font = Dictionary(
            Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name("/AAAAAA+Sans"), FirstChar=32, LastChar=126
        )
        font.FontDescriptor = pdf.make_indirect(descriptor)
        font.Widths = pdf.make_indirect(Array([500] * 95))
        fonts[name] = pdf.make_indirect(font)
    logo = pdf.make_stream(zlib.compress(shuffle.randbytes(5_000)), Type=Name.XObject, Subtype=Name.Image)
    logo.Width, logo.Height, logo.BitsPerComponent = 100, 50, 8
    logo.ColorSpace, logo.Filter = Name.DeviceGray, Name.FlateDecode
    return pdf.make_indirect(Dictionary(Font=Dictionary(fonts), XObject=Dictionary(Logo=logo)))


def _add_text_page(pdf: Pdf, resources: pikepdf.Object, shuffle: random.Random) -> None:
    lines = [
        f"BT /F{1 + line % 2} 11 Tf 60 {780 - 15 * line} Td ({' '.join(shuffle.choices(WORDS, k=12))}) Tj ET"
        for line in range(45)
    ]
    pdf.add_blank_page(page_size=(595.28, 841.89))
    page = pdf.pages[-1].obj
    packed = zlib.compress(("q 80 0 0 40 480 790 cm /Logo Do Q\n" + "\n".join(lines)).encode())
    page.Contents = pdf.make_stream(packed, Filter=Name.FlateDecode)
    page.Resources = resources
    action = Dictionary(S=Name.URI, URI="https://council.example.org/minutes")
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([60, 40, 200, 55]), A=action)
    page.Annots = Array([pdf.make_indirect(link)])


def _scans(folder: Path, megabytes: int) -> list[Path]:
    """Scanned pages of two megabytes each: one picture a page, which may be mere noise because nobody decodes it."""
    shuffle = random.Random(megabytes)
    paths = []
    for number in range(40):
        path = folder / f"scan-{number:02}.pdf"
        with pikepdf.new() as pdf:
            for _ in range(megabytes // 2 // 40 + (number < megabytes // 2 % 40)):
                scan = pdf.make_stream(shuffle.randbytes(2_000_000), Type=Name.XObject, Subtype=Name.Image)
                scan.Width, scan.Height, scan.BitsPerComponent = 1654, 2339, 8
                scan.ColorSpace, scan.Filter = Name.DeviceRGB, Name.DCTDecode
                pdf.add_blank_page(page_size=(595.28, 841.89))
                page = pdf.pages[-1].obj
                page.Contents = pdf.make_stream(b"q 595.28 0 0 841.89 0 0 cm /Scan Do Q")
                page.Resources = Dictionary(XObject=Dictionary(Scan=scan))
            pdf.save(path)
        paths.append(path)
    return paths


if __name__ == "__main__":
    if sys.argv[1:2] == ["bind"]:
        _bind_and_tell_memory(Path(sys.argv[2]), [Path(path) for path in sys.argv[3:]])
    else:
        for row in run():
            sys.stdout.write(json.dumps(row) + "\n")
