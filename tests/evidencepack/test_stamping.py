from __future__ import annotations

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Stream

from evidencepack.stamping import PAGE_LIMIT, STAMP_FONT, place, text_width
from tests.evidencepack import files
from tests.evidencepack.packs import bind_parts, first_instructions, own_words, part, stamp_of

WIDE = text_width("1.1, page 1 of 1")  # 6.95 times the text size


def bound_page(tmp_path, make):
    """A page after binding: what `make` wrote to a file, as part 1.1."""
    make(tmp_path / "a.pdf")
    bind_parts(tmp_path / "pack.pdf", part("1.1", tmp_path / "a.pdf"))
    return pikepdf.open(tmp_path / "pack.pdf")


def numbers(array):
    return [round(float(number), 2) for number in array]


# On a page up to A4 the text is 8 points and the band 18 points high; the stamp needs (6.95 + 4) x 8 = 87.6 points.
GEOMETRIES = {
    "portrait": ((0, 0, 595, 842), {}, [0, -18, 595, 842], "1 0 0 1 0 -18 cm"),
    "landscape": ((0, 0, 842, 595), {}, [0, -18, 842, 595], "1 0 0 1 0 -18 cm"),
    "turned by 90": ((0, 0, 595, 842), {"Rotate": 90}, [0, 0, 613, 842], "0 1 -1 0 613 0 cm"),
    "turned by 180": ((0, 0, 595, 842), {"Rotate": 180}, [0, 0, 595, 860], "-1 0 0 -1 595 860 cm"),
    "turned by 270": ((0, 0, 595, 842), {"Rotate": 270}, [-18, 0, 595, 842], "0 -1 1 0 -18 842 cm"),
    "turned back by 90": ((0, 0, 595, 842), {"Rotate": -90}, [-18, 0, 595, 842], "0 -1 1 0 -18 842 cm"),
    "turned once more": ((0, 0, 595, 842), {"Rotate": 450}, [0, 0, 613, 842], "0 1 -1 0 613 0 cm"),
    "turned by nonsense": ((0, 0, 595, 842), {"Rotate": 45}, [0, -18, 595, 842], "1 0 0 1 0 -18 cm"),
    "not at zero": ((-100, 300, 495, 800), {}, [-100, 282, 495, 800], "1 0 0 1 -100 282 cm"),
    "not at zero, turned": ((-100, 300, 495, 800), {"Rotate": 90}, [-100, 300, 513, 800], "0 1 -1 0 513 300 cm"),
    "corners swapped": ((595, 842, 0, 0), {}, [0, -18, 595, 842], "1 0 0 1 0 -18 cm"),
    "cropped": (
        (0, 0, 595, 842),
        {"CropBox": Array([100, 200, 400, 500])},
        [100, 182, 400, 500],
        "1 0 0 1 100 182 cm",
    ),
    "crop beyond the sheet": (
        (0, 0, 595, 842),
        {"CropBox": Array([-50, -50, 300, 2000])},
        [0, -18, 300, 842],
        "1 0 0 1 0 -18 cm",
    ),
    "crop beside the sheet": (
        (0, 0, 595, 842),
        {"CropBox": Array([900, 900, 950, 950])},
        [0, -18, 595, 842],
        "1 0 0 1 0 -18 cm",
    ),
    "crop of nonsense": ((0, 0, 595, 842), {"CropBox": Array([1, 2])}, [0, -18, 595, 842], "1 0 0 1 0 -18 cm"),
    "no area": ((0, 0, 0, 0), {}, [0, -18, 612, 792], "1 0 0 1 0 -18 cm"),
    "tiny": ((0, 0, 30, 20), {}, [0, -18, 87.6, 20], "1 0 0 1 0 -18 cm"),
    "tiny, turned by 90": ((0, 0, 30, 20), {"Rotate": 90}, [0, 0, 48, 87.6], "0 1 -1 0 48 0 cm"),
    "tiny, turned by 180": ((0, 0, 30, 20), {"Rotate": 180}, [-57.6, 0, 30, 38], "-1 0 0 -1 30 38 cm"),
    "tiny, turned by 270": ((0, 0, 30, 20), {"Rotate": 270}, [-18, -67.6, 30, 20], "0 -1 1 0 -18 20 cm"),
    "twice A4's length": ((0, 0, 1190, 1684), {}, [0, -36, 1190, 1684], "1 0 0 1 0 -36 cm"),
    "units of two points": ((0, 0, 297.5, 421), {"UserUnit": 2}, [0, -9, 297.5, 421], "1 0 0 1 0 -9 cm"),
    "units of nonsense": ((0, 0, 595, 842), {"UserUnit": -1}, [0, -18, 595, 842], "1 0 0 1 0 -18 cm"),
}


@pytest.mark.parametrize("name", GEOMETRIES)
def test_page_grows_by_a_band_at_its_bottom_as_displayed(tmp_path, name):
    box, attributes, expected, matrix = GEOMETRIES[name]
    with bound_page(tmp_path, lambda path: files.shaped(path, box, **attributes)) as pdf:
        page = pdf.pages[1]
        assert numbers(page.obj.MediaBox) == expected
        assert Name.CropBox not in page.obj
        assert page.obj.get(Name.Rotate) == attributes.get("Rotate")
        drawing = first_instructions(page).decode()
        assert drawing.startswith("/Artifact <</Type/Pagination>> BDC q\n" + matrix + " 0 g")
        assert stamp_of(page) == "1.1, page 1 of 1"
        assert own_words(page) == ["a"]


def test_attributes_from_the_page_tree_are_respected(tmp_path):
    with bound_page(tmp_path, files.inheriting) as pdf:
        page = pdf.pages[1]
        assert numbers(page.obj.MediaBox) == [0, 0, 318, 500]
        assert page.obj.Rotate == 90
        assert set(page.obj.Resources.Font.keys()) == {"/F1", str(STAMP_FONT)}


def test_largest_page_is_made_smaller_rather_than_too_large(tmp_path):
    def make(path):
        files.shaped(path, (0, 0, 14400, 14400))
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 14400, 14400, 14400]))
            link.A = Dictionary(S=Name.URI, URI="https://example.org/")
            pdf.pages[0].obj.Annots = Array([link])
            pdf.save()

    with bound_page(tmp_path, make) as pdf:
        page = pdf.pages[1]
        left, bottom, right, top = numbers(page.obj.MediaBox)
        assert (left, right) == (0, 14092.16)  # the whole page is smaller by the band's share
        assert round(top - bottom, 1) == PAGE_LIMIT
        assert bottom == -307.84  # 18 points x 14,400 / 842
        shrink = (14400 - 307.84) / 14400
        assert first_instructions(page).decode().splitlines()[-1] == f"{shrink:.6f} 0 0 {shrink:.6f} 0 0 cm"
        assert numbers(page.obj.Annots[0].Rect) == pytest.approx(
            [0, 14400 * shrink, 14400 * shrink, 14400 * shrink], 1e-4
        )


def test_what_was_cropped_away_cannot_reach_the_band(tmp_path):
    with bound_page(
        tmp_path, lambda path: files.shaped(path, (0, 0, 595, 842), CropBox=Array([100, 200, 400, 500]))
    ) as pdf:
        assert first_instructions(pdf.pages[1]).decode().splitlines()[-1] == "100 200 300 300 re W n"


def test_stamp_stands_outside_the_reach_of_careless_instructions(tmp_path):
    careless = b"q q 0.01 0 0 0.01 0 0 cm Q Q Q Q 0 0 10 10 re W n"

    def make(path):
        files.normal(path)
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            pdf.pages[0].obj.Contents = pdf.make_stream(careless)
            pdf.save()

    with bound_page(tmp_path, make) as pdf:
        stamp, own = pdf.pages[1].obj.Contents
        assert own.read_bytes() == careless
        assert stamp.read_bytes().splitlines()[-1] == b"0 0 595 842 re W n"  # not within q and Q: nothing undoes it


def test_streams_of_the_page_are_copied_bit_for_bit(tmp_path):
    packed = {}

    def make(path):
        files.normal(path)
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            pdf.pages[0].obj.Contents = Array(
                [pdf.make_stream(b"0 0 1 rg " * 50), pdf.make_stream(b"10 10 30 30 re f " * 50)]
            )
            pdf.save(compress_streams=True)
        with pikepdf.open(path) as pdf:
            packed["raw"] = [stream.read_raw_bytes() for stream in pdf.pages[0].obj.Contents]

    with bound_page(tmp_path, make) as pdf:
        assert [stream.read_raw_bytes() for stream in list(pdf.pages[1].obj.Contents)[1:]] == packed["raw"]
        assert pdf.pages[1].obj.Contents[1].Filter == Name.FlateDecode


@pytest.mark.parametrize("contents", ["none", "empty list", "null in a list"])
def test_page_without_instructions_is_stamped(tmp_path, contents):
    def make(path):
        files.normal(path)
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            page = pdf.pages[0].obj
            if contents == "none":
                del page[Name.Contents], page[Name.Resources]
            elif contents == "empty list":
                page.Contents = Array([])
            else:
                page.Contents = Array([Stream(pdf, b"0 g"), None])
            pdf.save()

    with bound_page(tmp_path, make) as pdf:
        assert stamp_of(pdf.pages[1]) == "1.1, page 1 of 1"
        assert pdf.check_pdf_syntax() == []


def test_label_with_brackets_and_strange_letters_is_stamped(tmp_path):
    bind_parts(tmp_path / "pack.pdf", part("3.2 (children\\Žž→)", files.normal(tmp_path / "a.pdf")))
    with pikepdf.open(tmp_path / "pack.pdf") as pdf:
        assert "Td (3.2 \\(children\\\\Žž?\\), page 1 of 1) Tj" in first_instructions(pdf.pages[1]).decode("cp1252")


coordinates = st.floats(-20_000, 20_000).map(lambda value: round(value, 2))
sides = st.floats(0.5, 14_000).map(lambda value: round(value, 2))


@given(
    x=coordinates,
    y=coordinates,
    width=sides,
    height=sides,
    rotation=st.sampled_from([0, 90, 180, 270]),
    unit=st.sampled_from([0.5, 1.0, 2.0]),
)
def test_band_never_covers_the_page_whatever_its_shape(x, y, width, height, rotation, unit):
    spot = place((x, y, x + width, y + height), rotation, unit, WIDE)
    band = 2.25 * spot.text_size
    # The page as shown lies within the new one, and outside the band, which is all that was added at its bottom.
    added = {0: y - spot.box[1], 90: spot.box[2] - (x + width), 180: spot.box[3] - (y + height), 270: x - spot.box[0]}
    if spot.shrink == 1:
        assert spot.shown == pytest.approx((x, y, x + width, y + height))
        assert added[rotation] == pytest.approx(band)
    tall = spot.box[3] - spot.box[1] if rotation in (0, 180) else spot.box[2] - spot.box[0]
    assert tall <= PAGE_LIMIT + 0.01
    # The stamp fits in, at no less than eight points.
    assert spot.text_start >= 2 * spot.text_size - 0.01
    assert spot.text_start + WIDE * spot.text_size <= spot.width
    assert spot.text_size * unit >= 8
