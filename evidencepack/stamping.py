"""The stamp "3.2, page 4 of 17" on every page of the pack.

The stamp never covers anything: the page grows by a band at its bottom edge as displayed, and the stamp is in the band.
The stamp is put *before* the page's own instructions, in the untouched graphics state, and the area is then clipped to
what the page showed before, so neither unbalanced instructions nor parts that were cropped away can reach the band. The
page's own streams are not rewritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf

TEXT_SIZE = 8.0  # points on paper, on pages up to A4
BAND = 2.25  # all as multiples of the text size: height of the band,
BASELINE = 0.8  # baseline above the band's lower edge,
MARGIN = 2.0  # space beside the stamp,
RULE = 0.06  # thickness of the line between page and band
A4_LONG_SIDE = 842.0  # points; on larger pages the stamp grows with the page, so that it can be read on screen
PAGE_LIMIT = 14_400.0  # units; readers refuse longer pages
FALLBACK_BOX = (0.0, 0.0, 612.0, 792.0)  # what readers assume if a page has no usable size
STAMP_FONT = Name("/EvidencePackStamp")

# Advance widths of Helvetica in thousandths of the text size; all others are at most as wide as "M".
_WIDTHS = {
    **dict.fromkeys("0123456789abdeghnopquL", 556),
    **dict.fromkeys(" .,:;/ft", 278),
    **dict.fromkeys("ijl", 222),
}
_WIDTHS |= {**dict.fromkeys("cksvxyzJ", 500), **dict.fromkeys("()-r", 333)}
_WIDEST = 833

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class StampPosition:
    """Where the stamp of one page goes, all in the page's own units.

    `box` is the page with its band, `shown` the area on which the page's own content may paint, `shrink` the factor by
    which the content must be reduced (1 except for pages at the size limit) and `matrix` moves (0, 0) to the band's
    lower left corner as displayed.
    """

    box: Rectangle
    shown: Rectangle
    shrink: float
    matrix: tuple[float, float, float, float, float, float]
    text_size: float
    text_start: float
    width: float


def text_width(text: str) -> float:
    """Width of a line in Helvetica, as a multiple of the text size; if in doubt too wide."""
    return sum([_WIDTHS.get(character, _WIDEST) for character in text]) / 1000


@lru_cache(maxsize=256)  # Pages of one file are mostly alike, and all digits have the same width.
def place(shown: Rectangle, rotation: int, unit: float, text_width: float) -> StampPosition:
    """Computes the band for a page."""
    x0, y0, x1, y1 = shown
    upright = rotation in (0, 180)
    width, height = (x1 - x0, y1 - y0) if upright else (y1 - y0, x1 - x0)  # as displayed
    size = TEXT_SIZE / unit * max(1.0, max(width, height) * unit / A4_LONG_SIDE)
    band = BAND * size
    needed = (text_width + 2 * MARGIN) * size
    shrink = min(1.0, (PAGE_LIMIT - band) / height)
    full_width, full_height = max(width * shrink, needed), height * shrink
    # Directions of "right" and "up" as displayed, and the displayed lower left corner, in the page's own axes.
    right, up, corner = {
        0: ((1, 0), (0, 1), (x0, y0)),
        90: ((0, 1), (-1, 0), (x1, y0)),
        180: ((-1, 0), (0, -1), (x1, y1)),
        270: ((0, -1), (1, 0), (x0, y1)),
    }[rotation]

    def point(across: float, above: float) -> tuple[float, float]:
        return corner[0] + right[0] * across + up[0] * above, corner[1] + right[1] * across + up[1] * above

    def rectangle(a: tuple[float, float], b: tuple[float, float]) -> Rectangle:
        return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])

    return StampPosition(
        box=rectangle(point(0, -band), point(full_width, full_height)),
        shown=rectangle(point(0, 0), point(width * shrink, full_height)),
        shrink=shrink,
        matrix=(*right, *up, *point(0, -band)),
        text_size=size,
        text_start=full_width - (MARGIN + text_width) * size,
        width=full_width,
    )


def make_font(pdf: Pdf) -> Object:
    """The font of the stamps, once for each file. Every reader has it, so nothing is embedded."""
    return pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )


def stamp(page: Page, text: str, font: Object, opening: bytes = b"") -> None:
    """Adds the band to a page and writes `text` in it. The page must have its own attributes (none inherited).

    `opening` are instructions to put right before the page's own.
    """
    obj = page.obj
    original = visible_box(obj)
    spot = place(original, _rotation(obj), _unit(obj), text_width(text))
    obj[Name.MediaBox] = _array(spot.box)
    for other in (Name.CropBox, Name.BleedBox, Name.TrimBox, Name.ArtBox):
        if other in obj:
            del obj[other]
    _add_font(obj, font)
    before, after = _instructions(spot, original)
    page.contents_add(before + _escape(text) + after + opening, prepend=True)
    if spot.shrink < 1:
        _shrink_annotations(obj, spot, original)


def visible_box(obj: Object) -> Rectangle:
    """The part of a page that readers show: its crop box within its media box; unusable boxes are ignored."""
    media = _rectangle(obj.get(Name.MediaBox)) or FALLBACK_BOX
    crop = _rectangle(obj.get(Name.CropBox))
    if crop is None:
        return media
    both = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    return both if both[0] < both[2] and both[1] < both[3] else media


def _rectangle(value: Object | None) -> Rectangle | None:
    """A PDF rectangle with its corners in order, or None if it is not one or has no area."""
    try:
        a, b, c, d = (float(number) for number in value)  # type: ignore[union-attr]
    except (TypeError, ValueError, AttributeError):
        return None
    ordered = (min(a, c), min(b, d), max(a, c), max(b, d))
    return ordered if ordered[2] - ordered[0] > 0 and ordered[3] - ordered[1] > 0 else None


def _rotation(obj: Object) -> int:
    value = obj.get(Name.Rotate)
    if not isinstance(value, int) or value % 90:
        return 0
    return value % 360


def _unit(obj: Object) -> float:
    try:
        unit = float(obj.get(Name.UserUnit, 1))
    except (TypeError, ValueError):
        return 1.0
    return unit if unit > 0 else 1.0


def _add_font(obj: Object, font: Object) -> None:
    resources = obj.get(Name.Resources)
    if not isinstance(resources, Dictionary):
        obj[Name.Resources] = Dictionary(Font=Dictionary({str(STAMP_FONT): font}))
        return
    fonts = resources.get(Name.Font)
    if isinstance(fonts, Dictionary):
        fonts[STAMP_FONT] = font
    else:
        resources[Name.Font] = Dictionary({str(STAMP_FONT): font})


@lru_cache(maxsize=256)
def _instructions(spot: StampPosition, original: Rectangle) -> tuple[bytes, bytes]:
    """What comes before and after the words of a stamp; the last one is the clip that keeps the page's own content in
    its place.

    A stamp is marked as an artifact: it is about the page, not part of it.
    """
    size = spot.text_size
    band, width = _number(BAND * size), _number(spot.width)
    before = (
        f"/Artifact <</Type/Pagination>> BDC q\n{_numbers(spot.matrix)} cm 0 g 0.5 G {_number(RULE * size)} w\n"
        f"0 {band} m {width} {band} l S\n"
        f"BT {STAMP_FONT} {_number(size)} Tf {_number(spot.text_start)} {_number(BASELINE * size)} Td ("
    )
    left, bottom, right, top = spot.shown
    after = f") Tj ET\nQ EMC\n{_numbers((left, bottom, right - left, top - bottom))} re W n\n"
    if spot.shrink < 1:
        after += f"{_numbers(_shrinking(spot, original))} cm\n"
    return before.encode(), after.encode()


def _shrinking(spot: StampPosition, original: Rectangle) -> tuple[float, float, float, float, float, float]:
    """The matrix that moves the page's former area to where it is shown now."""
    factor = spot.shrink
    return (
        factor, 0, 0, factor, spot.shown[0] - factor * original[0], spot.shown[1] - factor * original[1]
    )  # fmt: skip


def _shrink_annotations(obj: Object, spot: StampPosition, original: Rectangle) -> None:
    """Links and notes have positions of their own and must move with the content."""
    factor, _, _, _, right, up = _shrinking(spot, original)
    annotations = obj.get(Name.Annots)
    if not isinstance(annotations, Array):
        return
    for annotation in annotations:
        for key in (Name.Rect, Name.QuadPoints):
            places = annotation.get(key) if isinstance(annotation, Dictionary) else None
            if isinstance(places, Array):
                annotation[key] = Array(
                    [_rounded(float(at) * factor + (up if index % 2 else right)) for index, at in enumerate(places)]
                )


def _escape(text: str) -> bytes:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("cp1252", "replace")


def _rounded(value: float) -> pikepdf.Object | int:
    return int(value) if value == int(value) else pikepdf.Object.parse(_number(value).encode())


def _array(values: Rectangle) -> Array:
    return Array([_rounded(value) for value in values])


def _number(value: float) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _numbers(values: tuple[float, ...]) -> str:
    return " ".join(_number(value) for value in values)
