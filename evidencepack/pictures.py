"""Pictures as pages: each is fitted to an A4 page, turned as its camera says, and never enlarged beyond 72 dots an
inch.

JPEG files and ordinary PNG files go in unchanged, bit for bit; anything else that Pillow reads is decoded first.

The library img2pdf is not used: it accepts a cut-off JPEG and a PNG with missing rows without a warning, and refuses a
picture that its camera has mirrored.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, ImageFile, ImageOps, ImageSequence, UnidentifiedImageError

from evidencepack.pdf_checks import CUT_SHORT, INFLATE_STEP, UNREADABLE, Unpageable, check_present
from files.drawing import grey_of_few
from parsing import file_fault_as

A4 = (595.28, 841.89)  # points
EDGE = 34.0  # points left free around a picture: 12 mm
ANIMATED = ("GIF", "PNG", "WEBP")
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP")
MOST_PIXELS = 40_000_000  # pixels decoded in memory; pictures that go in unchanged may have more
DAMAGED = "It is damaged: it cannot be read as a picture."
ORIENTATION = 0x0112  # EXIF

# EXIF orientation -> the matrix that turns a picture, drawn in the unit square, upright within the unit square.
_TURNS = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
_SPACES = {"1": Name.DeviceGray, "L": Name.DeviceGray, "RGB": Name.DeviceRGB, "CMYK": Name.DeviceCMYK}


def picture_to_pdf(path: Path, out: Path) -> int:
    """Writes a picture as a PDF of A4 pages to `out`. Returns the number of pages (a TIFF can have several).

    Raises Unpageable for a file that is damaged, cut short, too large or not a picture.
    """
    check_present(path)
    Image.init()  # Without it Pillow knows only the commonest formats.
    with pikepdf.new() as pdf:
        with _reading(), Image.open(path, formats=FORMATS) as image:
            _check_end(path, image.format)
            for picture, turn in _drawn(pdf, path, image):
                _add_page(pdf, picture, turn)
        # Outside the `with` block, since a failure to write is not the picture's fault.
        pdf.save(out, compress_streams=False, static_id=True)
        return len(pdf.pages)


def moves(path: Path) -> bool:
    """Whether a picture is an animation, of which the page shows only the first frame.

    Raises Unpageable as picture_to_pdf does.
    """
    with _reading(), Image.open(path, formats=FORMATS) as image:
        return image.format in ANIMATED and bool(getattr(image, "is_animated", False))


def _check_end(path: Path, kind: str | None) -> None:
    """Raises Unpageable if the mark that ends a picture of this kind is missing.

    Cameras add notes, and even films, after the end of a picture, so the mark need not come last.
    """
    mark = {"JPEG": b"\xff\xd9", "MPO": b"\xff\xd9", "PNG": b"IEND"}.get(kind or "", b"")
    if mark not in path.read_bytes():
        raise Unpageable(CUT_SHORT)


@contextmanager
def _reading() -> Iterator[None]:
    """Whatever Pillow raises for a picture is raised as Unpageable.

    Pillow only warns about large pictures and oddities in their notes; here the warnings that matter are raised. For
    the whole process, WeasyPrint makes Pillow show a picture that breaks off as far as it goes, grey below. That is
    switched off here, so that the result does not depend on whether this process has drawn a page before.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings(), file_fault_as(Unpageable(DAMAGED)):
            warnings.simplefilter("ignore")
            try:
                yield
            except UnidentifiedImageError:
                raise Unpageable("It is not a picture, although it is named as one.") from None
            except Image.DecompressionBombError:
                raise Unpageable("It is too large a picture to be put on a page.") from None
    except OSError:
        raise Unpageable(UNREADABLE, passing=True) from None


def _drawn(pdf: Pdf, path: Path, image: Image.Image) -> Iterator[tuple[Stream, int]]:
    """The pictures of a file, each with the EXIF orientation that is still to be applied."""
    turn = image.getexif().get(ORIENTATION, 1)
    if image.format in ("JPEG", "MPO") and image.mode in _SPACES:
        yield _jpeg(pdf, path, image), turn
    elif image.format == "PNG" and (plain := _plain_png(pdf, path, image)) is not None:
        yield plain, turn
    else:
        frames = ImageSequence.Iterator(image) if image.format == "TIFF" else [image]
        for frame in frames:
            yield _unpacked(pdf, frame), 1


def _stream(pdf: Pdf, data: bytes, size: tuple[int, int], space: object, bits: int, **more: object) -> Stream:
    return Stream(
        pdf,
        data,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=space,
        BitsPerComponent=bits,
        **more,
    )


def _jpeg(pdf: Pdf, path: Path, image: Image.Image) -> Stream:
    size, mode, adobe = image.size, image.mode, "adobe" in image.info
    if size[0] * size[1] <= MOST_PIXELS or not image.info.get("progressive"):
        image.draft(None, (max(1, size[0] // 8), max(1, size[1] // 8)))  # Read to its end, at an eighth of the size.
        image.load()
    # Nearly all four-colour JPEGs are written by Adobe's programs, which store the colours inverted.
    more = {"Decode": Array([1, 0] * 4)} if mode == "CMYK" and adobe else {}
    return _stream(pdf, path.read_bytes(), size, _SPACES[mode], 8, Filter=Name.DCTDecode, **more)


def _plain_png(pdf: Pdf, path: Path, image: Image.Image) -> Stream | None:
    """A PNG file's own data, or None if it must be decoded (transparent, interlaced). Checks every byte of it."""
    chunks = _png_chunks(path.read_bytes())
    kinds = [kind for kind, _ in chunks]
    width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if colour not in (0, 2, 3) or interlaced or b"tRNS" in kinds or b"acTL" in kinds:
        return None
    data = b"".join(content for kind, content in chunks if kind == b"IDAT")
    colours = 3 if colour == 2 else 1
    if _inflated_size(data) < height * (1 + (width * bits * colours + 7) // 8):
        raise Unpageable(CUT_SHORT)
    space: object = Name.DeviceRGB if colour == 2 else Name.DeviceGray
    if colour == 3:
        palette = next(content for kind, content in chunks if kind == b"PLTE")
        space = Array([Name.Indexed, Name.DeviceRGB, len(palette) // 3 - 1, pikepdf.String(palette)])
    parameters = Dictionary(Predictor=15, Colors=colours, BitsPerComponent=bits, Columns=width)
    return _stream(pdf, data, image.size, space, bits, Filter=Name.FlateDecode, DecodeParms=parameters)


def _png_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a PNG file, IHDR to IEND. Raises Unpageable if one is missing or has a wrong checksum."""
    chunks: list[tuple[bytes, bytes]] = []
    at = 8
    while not chunks or chunks[-1][0] != b"IEND":
        if at + 12 > len(data):
            raise Unpageable(CUT_SHORT)
        length, kind = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        if len(content) < length or at + 12 + length > len(data):
            raise Unpageable(CUT_SHORT)
        if zlib.crc32(content, zlib.crc32(kind)) != struct.unpack_from(">I", data, at + 8 + length)[0]:
            raise Unpageable(DAMAGED)
        chunks.append((kind, content))
        at += 12 + length
    return chunks


def _inflated_size(data: bytes) -> int:
    inflater = zlib.decompressobj()
    size = len(inflater.decompress(data, INFLATE_STEP))
    while inflater.unconsumed_tail and not inflater.eof:
        size += len(inflater.decompress(inflater.unconsumed_tail, INFLATE_STEP))
    return size


def _unpacked(pdf: Pdf, frame: Image.Image) -> Stream:
    """Any other picture: upright, on white where it is transparent, compressed without loss."""
    if frame.width * frame.height > MOST_PIXELS:
        raise Unpageable("It is too large a picture to be put on a page.")
    upright = grey_of_few(ImageOps.exif_transpose(frame))
    if upright.mode not in ("1", "L", "RGB"):
        clear = upright.convert("RGBA")
        upright = Image.new("RGB", clear.size, "white")
        upright.paste(clear, mask=clear.getchannel("A"))
    data = zlib.compress(upright.tobytes())
    bits = 1 if upright.mode == "1" else 8
    return _stream(pdf, data, upright.size, _SPACES[upright.mode], bits, Filter=Name.FlateDecode)


def _add_page(pdf: Pdf, picture: Stream, turn: int) -> None:
    """One A4 page, landscape or portrait as the picture is, with the picture in the middle."""
    matrix = _TURNS.get(turn, _TURNS[1])
    width, height = int(picture.Width), int(picture.Height)
    if matrix[0] == 0:  # turned by 90 degrees
        width, height = height, width
    page = A4 if height >= width else A4[::-1]
    scale = min(1.0, (page[0] - 2 * EDGE) / width, (page[1] - 2 * EDGE) / height)
    across, up = width * scale, height * scale
    left, bottom = (page[0] - across) / 2, (page[1] - up) / 2
    a, b, c, d, e, f = matrix
    placed = (a * across, b * up, c * across, d * up, e * across + left, f * up + bottom)
    pdf.add_blank_page(page_size=page)
    obj = pdf.pages[-1].obj
    obj[Name.Resources] = Dictionary(XObject=Dictionary(Picture=pdf.make_indirect(picture)))
    obj[Name.Contents] = pdf.make_stream(f"q {' '.join(f'{n:.4f}' for n in placed)} cm /Picture Do Q".encode())
