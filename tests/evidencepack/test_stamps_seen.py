"""Stamps as people see them: pages drawn before and after binding, and compared pixel by pixel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageChops

from tests.evidencepack.packs import bind_parts, part

A0, FIVE_METRES = (0, 0, 2526, 3368), (0, 0, 1600, 13472)
PAGES: dict[str, tuple[Sequence[float], dict[str, object], float]] = {
    "portrait": ((0, 0, 595, 842), {}, 1),
    "landscape": ((0, 0, 842, 595), {}, 1),
    **{f"turned by {turn}": ((0, 0, 595, 842), {"Rotate": turn}, 1) for turn in (90, 180, 270)},
    **{f"landscape, turned by {turn}": ((0, 0, 842, 595), {"Rotate": turn}, 1) for turn in (90, 180, 270)},
    "receipt, 50 mm": ((0, 0, 142, 400), {}, 1),
    "stamp-sized": ((0, 0, 30, 20), {}, 5),
    **{f"stamp-sized, turned by {turn}": ((0, 0, 30, 20), {"Rotate": turn}, 5) for turn in (90, 180, 270)},
    "A0": (A0, {}, 0.5),
    "A0, turned by 90": (A0, {"Rotate": 90}, 0.5),
    "five metres": (FIVE_METRES, {}, 0.5),
    "five metres, turned by 270": (FIVE_METRES, {"Rotate": 270}, 0.5),
    "not at zero": ((100, 200, 500, 700), {}, 1),
    "below zero": ((-300, -400, 100, 100), {}, 1),
    "below zero, turned by 180": ((-300, -400, 100, 100), {"Rotate": 180}, 1),
    "cropped": ((0, 0, 595, 842), {"CropBox": Array([50, 100, 550, 700])}, 1),
    "cropped, turned by 90": ((-20, -20, 595, 842), {"CropBox": Array([50, 100, 550, 700]), "Rotate": 90}, 1),
    "units of two points": ((0, 0, 300, 400), {"UserUnit": 2}, 1),
}


def painted(path: Path, box: Sequence[float], attributes: dict[str, object]) -> Path:
    """A page painted to its very edges, and beyond: four colours, a frame, and a note in its middle."""
    left, bottom, right, top = box
    across, up = (left + right) / 2, (bottom + top) / 2
    quarters = [
        f"{colour} rg {x} {y} {abs(right - left)} {abs(top - bottom)} re f"
        for colour, x, y in (("1 0 0", left - 9, up), ("0 1 0", across, up), ("0 0 1", left - 9, bottom - 9))
    ]
    # Filled, upright and level: slanting lines, and the corners of drawn ones, are smoothed a little otherwise wherever
    # the page begins.
    wide, high = right - left, top - bottom
    edges = ((left, bottom, wide, 4), (left, top - 4, wide, 4), (left, bottom, 4, high), (right - 4, bottom, 4, high))
    lines = (*edges, (across - 4, bottom, 8, high))
    frame = "0 g " + " ".join(f"{x} {y} {w} {h} re f" for x, y, w, h in lines)
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(10, 10))
        page = pdf.pages[0].obj
        page.MediaBox = Array(list(box))
        page.Contents = pdf.make_stream("\n".join([*quarters, frame, "q q"]).encode())
        shown = pdf.make_stream(b"1 0 1 RG 0.5 0.5 8 8 re S", Type=Name.XObject, Subtype=Name.Form)
        shown.BBox = Array([0, 0, 9, 9])
        square = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=Array([across, up, across + 9, up + 9]))
        square.AP = Dictionary(N=shown)
        page.Annots = Array([pdf.make_indirect(square)])
        for key, value in attributes.items():
            page[Name(f"/{key}")] = value
        pdf.save(path, static_id=True)
    return path


def drawn(path: Path, number: int, scale: float) -> Image.Image:
    pdf = pypdfium2.PdfDocument(path)
    try:
        return pdf[number].render(scale=scale).to_pil().convert("RGB")
    finally:
        pdf.close()


@pytest.mark.parametrize("name", PAGES)
def test_stamp_hides_nothing_and_is_seen(tmp_path, name) -> None:
    box, attributes, scale = PAGES[name]
    before = drawn(painted(tmp_path / "a.pdf", box, attributes), 0, scale)
    bind_parts(tmp_path / "pack.pdf", part("3.2", tmp_path / "a.pdf"))
    after = drawn(tmp_path / "pack.pdf", 1, scale)
    width, height = before.size
    assert len(before.getcolors(1 << 24) or []) > 2
    # The page as it was is the upper left of what it is now, not one pixel of it otherwise.
    assert ImageChops.difference(before, after.crop((0, 0, width, height))).getbbox() is None
    band = after.crop((0, height, *after.size))
    assert band.height / after.height < 0.6
    darkest, lightest = band.convert("L").getextrema()
    assert (darkest < 120, lightest) == (True, 255)
    # Nothing but grey in the band: no paint of the page runs into it.
    red, green, blue = band.split()
    spread = [ImageChops.difference(*pair).getextrema()[1] for pair in ((red, green), (green, blue))]
    assert max(spread) < 40
