"""PDFs and pictures for tests, made on the spot: ordinary ones, odd ones, and broken ones."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf
from PIL import Image

A4 = (0, 0, 595, 842)


def add_page(pdf: Pdf, text: str, box: Sequence[float] = A4, **attributes: object) -> Page:
    """A page with a line of text near the visible box's lower left corner and a frame along its edges."""
    pdf.add_blank_page(page_size=(100, 100))
    page = pdf.pages[-1]
    left, bottom, right, top = box
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.obj[Name.MediaBox] = Array(list(box))
    page.obj[Name.Resources] = Dictionary(Font=Dictionary(F1=font))
    size = max(1.0, min(right - left, top - bottom) / 40)
    page.obj[Name.Contents] = pdf.make_stream(
        f"1 0 0 RG {left} {bottom} {right - left} {top - bottom} re S "
        f"BT /F1 {size} Tf {left + size} {bottom + size} Td ({text}) Tj ET".encode()
    )
    for key, value in attributes.items():
        page.obj[Name(f"/{key}")] = value
    return page


def pdf_bytes(*texts: str, box: Sequence[float] = A4, **attributes: object) -> bytes:
    """A PDF with a page for each text, all of one size."""
    with pikepdf.new() as pdf, io.BytesIO() as out:
        for text in texts:
            add_page(pdf, text, box, **attributes)
        pdf.save(out, static_id=True)
        return out.getvalue()


def normal(path: Path, pages: int = 1, text: str = "") -> Path:
    """An ordinary PDF; its pages say "<name> 1", "<name> 2" and so on."""
    path.write_bytes(pdf_bytes(*(f"{text or path.stem} {number}" for number in range(1, pages + 1))))
    return path


def shaped(path: Path, box: Sequence[float], **attributes: object) -> Path:
    """A PDF of one page of a given size, with attributes such as Rotate, CropBox, UserUnit."""
    path.write_bytes(pdf_bytes(path.stem, box=box, **attributes))
    return path


def inheriting(path: Path) -> Path:
    """A PDF whose page has its size, its turn and its fonts from the page tree above it."""
    with pikepdf.new() as pdf:
        page = add_page(pdf, path.stem, (0, 0, 300, 500))
        above = pdf.Root.Pages
        above.MediaBox, above.Rotate, above.Resources = page.obj.MediaBox, 90, page.obj.Resources
        del page.obj[Name.MediaBox], page.obj[Name.Resources]
        pdf.save(path, static_id=True)
    return path


def tagged(path: Path, pages: int = 1) -> Path:
    """A PDF with structure tags and page labels of its own, as word processors make them."""
    with pikepdf.new() as pdf:
        for number in range(pages):
            page = add_page(pdf, f"{path.stem} {number + 1}")
            page.obj.StructParents = number
            old = page.obj.Contents.read_bytes()
            page.obj.Contents = pdf.make_stream(b"/P <</MCID 0>> BDC\n" + old + b"\nEMC")
        root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        marks = [
            pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P, P=root, Pg=page.obj, K=0))
            for page in pdf.pages
        ]
        root.K = Array(marks)
        numbers: list[object] = []
        for number, mark in enumerate(marks):
            numbers += [number, Array([mark])]
        root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(numbers)))
        root.ParentTreeNextKey = pages
        pdf.Root.StructTreeRoot = root
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.Lang = "en-GB"
        pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r)]))
        pdf.save(path, static_id=True)
    return path


def encrypted(path: Path, user: str = "secret", owner: str = "owner") -> Path:
    """A PDF that asks for a password; with `user=""`, one that opens but restricts its use."""
    with pikepdf.open(io.BytesIO(pdf_bytes(path.stem))) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner=owner, user=user))
    return path


def truncated(path: Path, keep: float = 0.6) -> Path:
    """The first part of a file that is whole: an upload or a copy that broke off."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    return path


def empty(path: Path) -> Path:
    """A file with no bytes in it."""
    path.write_bytes(b"")
    return path


def fake(path: Path) -> Path:
    """Text under a name that promises something else."""
    path.write_text("This is neither a PDF nor a picture.\n")
    return path


def pageless(path: Path) -> Path:
    """A PDF that is sound and has no pages."""
    with pikepdf.new() as pdf:
        pdf.save(path, static_id=True)
    return path


def rotten(path: Path) -> Path:
    """A PDF with a sound index, whose second page's packed instructions are no longer what they were."""
    with pikepdf.new() as pdf:
        for number in (1, 2, 3):
            page = add_page(pdf, f"{path.stem} {number}")
            page.obj.Contents = pdf.make_stream(random.Random(number).randbytes(400).hex().encode())
        pdf.save(path, compress_streams=True, static_id=True)
    with pikepdf.open(path) as pdf:
        packed = pdf.pages[1].obj.Contents.read_raw_bytes()
    data = path.read_bytes()
    at = data.index(packed)
    path.write_bytes(data[: at + 40] + b"\xff" * 40 + data[at + 80 :])
    return path


def misindexed(path: Path, pages: int = 2) -> Path:
    """A PDF that is whole but for its index, which points elsewhere; readers open it all the same."""
    normal(path, pages)
    data = path.read_bytes()
    at = data.rindex(b"startxref\n") + len(b"startxref\n")
    path.write_bytes(data[:at] + b"7\n%%EOF\n")
    return path


def picture(width: int = 120, height: int = 80, mode: str = "RGB") -> Image.Image:
    """A picture whose four quarters differ, so that every turn of it shows: red, green / blue, white."""
    image = Image.new("RGB", (width, height), (255, 255, 255))
    image.paste((200, 0, 0), (0, 0, width // 2, height // 2))
    image.paste((0, 200, 0), (width // 2, 0, width, height // 2))
    image.paste((0, 0, 200), (0, height // 2, width // 2, height))
    return image.convert(mode)


def jpeg(path: Path, width: int = 120, height: int = 80, *, mode: str = "RGB", turn: int = 1) -> Path:
    """A JPEG picture, with an EXIF orientation."""
    exif = Image.Exif()
    exif[0x0112] = turn
    picture(width, height, mode).save(path, "JPEG", quality=95, exif=exif)
    return path


def png(path: Path, width: int = 120, height: int = 80, *, mode: str = "RGB") -> Path:
    """A PNG picture."""
    picture(width, height, mode).save(path, "PNG")
    return path


def words(heading: str, lines: Sequence[str]) -> bytes:
    """A page maker for tests: one page with the heading and the lines, for all of which plain letters will do."""
    with pikepdf.new() as pdf, io.BytesIO() as out:
        page = add_page(pdf, "")
        text = (
            "BT /F1 12 Tf 60 780 Td 16 TL " + " ".join(f"({_plain(line)}) Tj T*" for line in (heading, *lines)) + " ET"
        )
        page.obj.Contents = pdf.make_stream(text.encode())
        pdf.save(out, static_id=True)
        return out.getvalue()


def _plain(text: str) -> str:
    return text.encode("ascii", "replace").decode().replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def picture_pdf_bytes(data: bytes) -> bytes:
    """A PDF of one page with a picture of these bytes on it: as large as is wanted."""
    with pikepdf.new() as pdf, io.BytesIO() as out:
        page = add_page(pdf, "large")
        page.obj.Resources.XObject = Dictionary(
            P=pdf.make_stream(
                data,
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=1024,
                Height=len(data) // 1024,
                ColorSpace=Name.DeviceGray,
                BitsPerComponent=8,
            )
        )
        pdf.save(out, static_id=True)
        return out.getvalue()
