"""Draws the first pages of a PDF, or an image, as small pictures.

Runs as a separate process, since files can be hostile. `python -m files.drawing KIND SOURCE FOLDER` writes the pictures
into FOLDER, one for each page. After each page it also writes how many pages there are and how many have been drawn, so
a file whose third page never ends still shows two. The process limits its own memory, time and output size before it
opens anything. Nothing here uses Django. It ends with UNFIT if the file itself is the reason that no more can be drawn,
and with another status than 0 if the reason is not known: the disk may be full, say.
"""

from __future__ import annotations

import errno
import json
import resource
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, cast

from parsing import file_fault_as

if TYPE_CHECKING:
    from PIL import Image

MOST_PAGES = 20
#: Pixels of the longer side of a page and of a thumbnail.
PAGE, THUMBNAIL = 1200, 220
#: A page the size of a stamp is not enlarged further.
LARGEST_SCALE = 4.0
MOST_PIXELS = 120_000_000
MEGABYTE = 1024 * 1024
MEMORY, SECONDS, WRITTEN = 1536 * MEGABYTE, 60, 32 * MEGABYTE
FIRST, ABOUT = "thumbnail.webp", "about.json"
UNFIT = 3


class Unfit(Exception):
    """The file cannot be drawn, or not within the limits that apply to every file."""


def picture_of(page: int) -> str:
    """The name of the picture of a page; pages count from 1."""
    return f"{page}.webp"


def main(kind: str, source: Path, folder: Path) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    draw = {"pdf": _draw_pdf, "image": _draw_image}[kind]
    try:
        with file_fault_as(Unfit()):
            draw(source, folder)
    except (Unfit, MemoryError):
        return UNFIT
    except OSError as error:
        if error.errno != errno.EFBIG:  # which is our own limit
            raise
        return UNFIT
    return 0


def _draw_pdf(source: Path, folder: Path) -> None:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(source)
    pages = len(pdf)
    for number in range(min(pages, MOST_PAGES)):
        page = pdf[number]
        width, height = page.get_size()
        scale = min(PAGE / max(width, height, 1.0), LARGEST_SCALE)
        _save(page.render(scale=scale).to_pil(), folder, number + 1, pages)
        page.close()


def _draw_image(source: Path, folder: Path) -> None:
    from PIL import Image, ImageOps

    # Pillow refuses larger ones, and what it only warns about is refused too.
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(source) as image:
        image.draft("RGB", (PAGE * 2, PAGE * 2))
        image.thumbnail((PAGE, PAGE))
        _save(grey_of_few(ImageOps.exif_transpose(image)), folder, 1, 1)


def grey_of_few(picture: Image.Image) -> Image.Image:
    """A picture with 256 greys, made from one with more (as scanners produce), which Pillow would turn white.

    Pictures of 16 bits keep their black and white. Pictures of 32 bits have no fixed ones, so their darkest and
    lightest are used.
    """
    if not picture.mode.startswith("I") and picture.mode != "F":
        return picture
    greys = picture.convert("F")
    low, high = 0.0, 65535.0
    if not picture.mode.startswith("I;16"):
        darkest, lightest = cast("tuple[float, float]", greys.getextrema())
        if darkest < 0 or lightest > high or lightest <= 1:
            low, high = darkest, max(lightest, darkest + 1)
    scale = 255 / (high - low)
    return greys.point(lambda value: value * scale - low * scale).convert("L")


def _save(picture: object, folder: Path, page: int, pages: int) -> None:
    from PIL import Image

    assert isinstance(picture, Image.Image)
    # Transparent parts are shown on white, like paper.
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    picture = picture.convert("RGB")
    picture.save(folder / picture_of(page), "WEBP", quality=80, method=2)
    if page == 1:
        picture.thumbnail((THUMBNAIL, THUMBNAIL))
        picture.save(folder / FIRST, "WEBP", quality=80, method=2)
    (folder / ABOUT).write_text(json.dumps({"pages": pages, "drawn": page}))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
