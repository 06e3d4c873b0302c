from __future__ import annotations

import io
import struct
import zlib

import pikepdf
import pytest
from pikepdf import Name
from PIL import Image, ImageFile

from evidencepack import pictures
from evidencepack.pdf_checks import Unpageable
from evidencepack.pictures import moves, picture_to_pdf
from tests.evidencepack import files

RED, GREEN, BLUE, WHITE = (200, 0, 0), (0, 200, 0), (0, 0, 200), (255, 255, 255)


def drawn(page):
    """The size of a page, the matrix with which its picture is drawn, and the picture."""
    size = [round(float(number), 2) for number in page.mediabox][2:]
    words = page.obj.Contents.read_bytes().decode().split()
    assert (words[0], words[7:]) == ("q", ["cm", "/Picture", "Do", "Q"])
    return size, [round(float(word), 2) for word in words[1:7]], page.obj.Resources.XObject.Picture


def quarters(matrix, image):
    """The colours at the four corners as the page shows them: top left, top right, bottom left, bottom right."""
    a, b, c, d, e, f = matrix
    shown = {}
    for x, y in ((0, 1), (1, 1), (0, 0), (1, 0)):  # corners of the unit square in which the picture is drawn
        px, py = (3 if x == 0 else image.width - 4), (3 if y == 1 else image.height - 4)
        colour = image.convert("RGB").getpixel((px, py))
        nearest = min(
            (RED, GREEN, BLUE, WHITE), key=lambda known: sum(abs(m - n) for m, n in zip(known, colour, strict=True))
        )
        shown[round(a * x + c * y + e, 2), round(b * x + d * y + f, 2)] = nearest
    across, up = sorted({x for x, _ in shown}), sorted({y for _, y in shown})
    assert (len(across), len(up)) == (2, 2)
    return [shown[x, y] for y in reversed(up) for x in across]


@pytest.mark.parametrize(
    ("width", "height", "page", "placed"),
    [
        (120, 80, [841.89, 595.28], [120, 0, 0, 80, 360.94, 257.64]),  # small: at 72 dots an inch, never blown up
        (80, 120, [595.28, 841.89], [80, 0, 0, 120, 257.64, 360.94]),
        (100, 100, [595.28, 841.89], [100, 0, 0, 100, 247.64, 370.94]),
        (3000, 2000, [841.89, 595.28], [773.89, 0, 0, 515.93, 34, 39.68]),  # as wide as the page allows
        (1000, 4000, [595.28, 841.89], [193.47, 0, 0, 773.89, 200.9, 34]),  # as tall as the page allows
        (1, 1, [595.28, 841.89], [1, 0, 0, 1, 297.14, 420.44]),
    ],
)
def test_picture_is_fitted_to_a_page_that_lies_or_stands_as_it_does(tmp_path, width, height, page, placed):
    assert picture_to_pdf(files.jpeg(tmp_path / "a.jpg", width, height), tmp_path / "a.pdf") == 1
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        size, matrix, _ = drawn(pdf.pages[0])
        assert (size, matrix) == (page, pytest.approx(placed, abs=0.011))


@pytest.mark.parametrize(
    ("turn", "corners"),
    [
        (1, [RED, GREEN, BLUE, WHITE]),
        (2, [GREEN, RED, WHITE, BLUE]),
        (3, [WHITE, BLUE, GREEN, RED]),
        (4, [BLUE, WHITE, RED, GREEN]),
        (5, [RED, BLUE, GREEN, WHITE]),
        (6, [BLUE, RED, WHITE, GREEN]),
        (7, [WHITE, GREEN, BLUE, RED]),
        (8, [GREEN, WHITE, RED, BLUE]),
        (9, [RED, GREEN, BLUE, WHITE]),  # no such turn: as it is
    ],
)
def test_picture_is_turned_as_its_camera_says(tmp_path, turn, corners):
    files.jpeg(tmp_path / "a.jpg", turn=turn)
    picture_to_pdf(tmp_path / "a.jpg", tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        size, matrix, picture = drawn(pdf.pages[0])
        assert quarters(matrix, Image.open(tmp_path / "a.jpg")) == corners
        assert size == ([595.28, 841.89] if turn in (5, 6, 7, 8) else [841.89, 595.28])
        assert picture.read_raw_bytes() == (tmp_path / "a.jpg").read_bytes()


@pytest.mark.parametrize(
    ("mode", "space", "decode"),
    [("RGB", Name.DeviceRGB, None), ("L", Name.DeviceGray, None), ("CMYK", Name.DeviceCMYK, [1, 0] * 4)],
)
def test_jpeg_goes_in_bit_for_bit_in_its_own_colours(tmp_path, mode, space, decode):
    path = files.jpeg(tmp_path / "a.jpg", mode=mode)
    picture_to_pdf(path, tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        _, _, picture = drawn(pdf.pages[0])
        assert picture.ColorSpace == space
        assert picture.Filter == Name.DCTDecode
        assert (list(picture.Decode) if Name.Decode in picture else None) == decode
        assert picture.read_raw_bytes() == path.read_bytes()


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P"])
def test_plain_png_goes_in_as_it_is(tmp_path, mode):
    path = files.png(tmp_path / "a.png", mode=mode)
    picture_to_pdf(path, tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        _, _, picture = drawn(pdf.pages[0])
        assert picture.read_raw_bytes() in path.read_bytes()
        assert picture.DecodeParms.Predictor == 15
        shown = pikepdf.PdfImage(picture).as_pil_image().convert("RGB")
        with Image.open(path) as image:
            assert shown.tobytes() == image.convert("RGB").tobytes()


@pytest.mark.parametrize(
    ("name", "mode"),
    [("a.png", "RGBA"), ("a.png", "LA"), ("a.gif", "P"), ("a.bmp", "RGB"), ("a.webp", "RGB"), ("a.tif", "CMYK")],
)
def test_any_other_picture_is_unpacked_and_looks_the_same(tmp_path, name, mode):
    source = files.picture(mode=mode)
    source.save(tmp_path / name, **({"lossless": True} if name == "a.webp" else {}))
    picture_to_pdf(tmp_path / name, tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        _, matrix, picture = drawn(pdf.pages[0])
        assert Name.DecodeParms not in picture
        expected = [RED, GREEN, BLUE, WHITE]
        if mode == "LA":
            assert pikepdf.PdfImage(picture).as_pil_image().getpixel((3, 3)) == (60, 60, 60)
        else:
            assert quarters(matrix, pikepdf.PdfImage(picture).as_pil_image()) == expected


@pytest.mark.parametrize("name", ["a.png", "a.tif", "interlaced.png"])
def test_greys_of_sixteen_bits_are_not_burnt_out(tmp_path, name):
    greys = Image.new("I;16", (4, 1))
    for x, grey in enumerate((0, 20000, 40000, 65535)):
        greys.putpixel((x, 0), grey)
    greys.save(tmp_path / "a.tif")
    if name == "interlaced.png":  # Pillow writes none: one row of four in the order of its passes, by hand
        header = struct.pack(">IIBBBBB", 4, 1, 16, 0, 0, 0, 1)
        passes = ((0,), (40000,), (20000, 65535))
        data = b"".join(b"\0" + struct.pack(f">{len(row)}H", *row) for row in passes)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(data)), (b"IEND", b""))
        packed = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
        (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(packed))
    else:
        greys.save(tmp_path / name)
    picture_to_pdf(tmp_path / name, tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        picture = drawn(pdf.pages[0])[2]
        if name == "a.png":  # goes in as it is
            assert (picture.BitsPerComponent, picture.ColorSpace) == (16, Name.DeviceGray)
        else:
            assert list(pikepdf.PdfImage(picture).as_pil_image().tobytes()) == [0, 77, 155, 255]


@pytest.mark.parametrize(
    "name, frames, expected",
    [("a.gif", 3, True), ("a.png", 3, True), ("a.webp", 3, True), ("a.gif", 1, False), ("a.tif", 3, False)],
)
def test_animation_is_known_and_shows_its_first_picture(tmp_path, name, frames, expected):
    first, *others = (Image.new("RGB", (8, 8), colour) for colour in (RED, GREEN, BLUE)[:frames])
    more = {"save_all": True, "append_images": others} if others else {}
    first.save(tmp_path / name, **more, **({"lossless": True} if name == "a.webp" else {}))
    assert moves(tmp_path / name) is expected
    picture_to_pdf(tmp_path / name, tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        shown = pikepdf.PdfImage(drawn(pdf.pages[0])[2]).as_pil_image().convert("RGB")
        assert shown.getpixel((4, 4)) == RED


def test_transparent_picture_stands_on_white(tmp_path):
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    clear.save(tmp_path / "a.png")
    picture_to_pdf(tmp_path / "a.png", tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        image = pikepdf.PdfImage(drawn(pdf.pages[0])[2]).as_pil_image()
        assert image.getcolors() == [(400, (255, 255, 255))]


def test_interlaced_png_is_unpacked(tmp_path):
    # Written by hand: Pillow reads interlaced files but writes none. One red point, in the first of seven passes.
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    data = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 1))
        + chunk(b"IDAT", zlib.compress(b"\x00\xc8\x00\x00"))
        + chunk(b"IEND", b"")
    )
    (tmp_path / "a.png").write_bytes(data)
    picture_to_pdf(tmp_path / "a.png", tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert pikepdf.PdfImage(drawn(pdf.pages[0])[2]).as_pil_image().getpixel((0, 0)) == RED


def test_every_page_of_a_tiff_becomes_one(tmp_path):
    files.picture().save(tmp_path / "fax.tif", save_all=True, append_images=[files.picture(80, 120), files.picture()])
    assert picture_to_pdf(tmp_path / "fax.tif", tmp_path / "a.pdf") == 3
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert [drawn(page)[0] for page in pdf.pages] == [[841.89, 595.28], [595.28, 841.89], [841.89, 595.28]]


def test_picture_too_large_to_unpack_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("evidencepack.pictures.MOST_PIXELS", 120 * 80 - 1)
    with pytest.raises(Unpageable, match=r"^It is too large a picture to be put on a page\.$"):
        picture_to_pdf(files.png(tmp_path / "a.png", mode="RGBA"), tmp_path / "a.pdf")


@pytest.mark.parametrize("error", [AttributeError("x"), ZeroDivisionError(), OSError("broken data stream")], ids=repr)
def test_whatever_a_picture_makes_its_reader_raise_is_its_own_fault(tmp_path, monkeypatch, error):
    def broken(*_):
        raise error

    monkeypatch.setattr(pictures, "_drawn", broken)
    path = tmp_path / "a.png"
    Image.new("RGB", (20, 20)).save(path)
    with pytest.raises(Unpageable, match=r"^It is damaged: it cannot be read as a picture\.$"):
        picture_to_pdf(path, tmp_path / "out.pdf")


def test_full_disk_is_not_held_against_a_picture(tmp_path, small_disk):
    path = tmp_path / "a.png"
    Image.new("RGB", (20, 20)).save(path)
    small_disk.fill()
    with pytest.raises(OSError, match="No space left on device"):
        picture_to_pdf(path, small_disk.path / "out.pdf")
    small_disk.clear()
    assert picture_to_pdf(path, small_disk.path / "out.pdf") == 1


def test_picture_that_claims_to_be_enormous_is_refused(tmp_path):
    with io.BytesIO() as small:
        files.picture().save(small, "BMP")
        data = bytearray(small.getvalue())
    data[18:26] = (60_000).to_bytes(4, "little") * 2  # width and height
    (tmp_path / "a.bmp").write_bytes(data)
    with pytest.raises(Unpageable, match=r"^It is too large a picture to be put on a page\.$"):
        picture_to_pdf(tmp_path / "a.bmp", tmp_path / "a.pdf")


@pytest.mark.parametrize(
    ("cut", "reason"),
    [
        (lambda data: data[:-12], "It is cut short: its end is missing."),
        (lambda data: data[:100] + data[160:], "It is damaged: it cannot be read as a picture."),
        (lambda data: data[:-40] + b"\x00" + data[-39:], "It is damaged: it cannot be read as a picture."),
    ],
)
@pytest.mark.parametrize("by_others", [False, True])
def test_damaged_png_is_refused_with_the_reason(tmp_path, cut, reason, by_others, monkeypatch):
    """Whatever others in the process have told Pillow about pictures that break off, as WeasyPrint does."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", by_others)
    path = files.png(tmp_path / "a.png", 400, 300)
    path.write_bytes(cut(path.read_bytes()))
    with pytest.raises(Unpageable) as refused:
        picture_to_pdf(path, tmp_path / "a.pdf")
    assert str(refused.value) == reason


def test_jpeg_with_notes_after_its_end_is_whole(tmp_path):
    path = files.jpeg(tmp_path / "a.jpg")
    path.write_bytes(path.read_bytes() + b"camera notes" * 10)
    assert picture_to_pdf(path, tmp_path / "a.pdf") == 1
