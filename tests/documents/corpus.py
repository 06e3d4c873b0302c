"""The corpus: files that people, programs and attackers send, each with the answer that is expected.

A case is what it is, the name it comes under, what makes its bytes, and the answer: `Taken(kind, remark)` or
`Not(reason)`, the reason being the end of the sentence that begins "<name> was not added: ".
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator

from pikepdf import Array, Dictionary

from files.inside.looking import DAMAGED
from files.inside.pdf_actions import ATTACHMENTS, SCRIPTS
from files.inside.pdfs import NO_PAGES
from files.inside.pictures import MOVES
from files.inside.texts import OBJECTS
from tests.documents import making as m
from tests.documents.cases import LOCKED, NOT_TEXT, WORDS, Case, Not, Taken, mislabelled, two_in_one
from tests.documents.corpus_office import bombs, offices, old_offices, open_documents
from tests.factories.documents import encrypted_pdf_bytes

A4 = (0, 0, 595, 842)


def corpus() -> Iterator[Case]:
    for family in (pages, pdfs, offices, bombs, old_offices, open_documents, texts, pictures, under_other_names,
                   not_listed, names):  # fmt: skip
        yield from family()


def pages() -> Iterator[Case]:
    """Every shape of page: each is taken, whatever a pack then makes of it."""
    shapes: dict[str, tuple[tuple[tuple[float, ...], ...], dict]] = {
        "snapshot": ((A4,), {}),
        "lying": (((0, 0, 842, 595),), {}),
        "turned by a quarter": ((A4,), {"Rotate": 90}),
        "upside down": ((A4,), {"Rotate": 180}),
        "turned by three quarters": ((A4,), {"Rotate": 270}),
        "turned backwards": ((A4,), {"Rotate": -90}),
        "turned more than once round": ((A4,), {"Rotate": 450}),
        "turned by what is no quarter": ((A4,), {"Rotate": 45}),
        "A0": (((0, 0, 2384, 3370),), {}),
        "as large as readers allow": (((0, 0, 14400, 14400),), {}),
        "larger than readers allow": (((0, 0, 200000, 200000),), {}),
        "tiny": (((0, 0, 3, 3),), {}),
        "without any extent": (((0, 0, 0, 0),), {}),
        "a strip": (((0, 0, 20, 5000),), {}),
        "away from the origin": (((1000, 2000, 1595, 2842),), {}),
        "below the origin": (((-595, -842, 0, 0),), {}),
        "corners the other way round": (((595, 842, 0, 0),), {}),
        "broken measurements": (((0, 0, 594.96, 841.92),), {}),
        "many sizes": ((A4, (0, 0, 842, 595), (0, 0, 2384, 3370), (0, 0, 10, 10)), {}),
        "cropped": ((A4,), {"CropBox": Array([100, 100, 400, 600])}),
        "cropped beyond itself": ((A4,), {"CropBox": Array([-100, -100, 900, 900])}),
        "in large units": ((A4,), {"UserUnit": 10}),
        "with too few measurements": (((0, 0, 595),), {}),
    }
    for what, (boxes, page) in shapes.items():
        yield Case(f"page {what}", "page.pdf", lambda b=boxes, p=page: m.pdf(*b, page=p), Taken("pdf"))
    yield Case("two hundred pages", "long.pdf", lambda: m.pdf(*[A4] * 200), Taken("pdf"))
    inherited = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]>>")
    yield Case(
        "page whose size stands above it", "page.pdf",
        lambda: m.raw_pdf(*inherited, b"<</Type/Page/Parent 2 0 R>>"), Taken("pdf"),
    )  # fmt: skip


def pdfs() -> Iterator[Case]:
    good = m.pdf
    for version in ("1.3", "1.4", "1.6", "2.0"):
        yield Case(f"PDF {version}", "a.pdf", lambda v=version: good(force_version=v), Taken("pdf"))
    yield Case("for the web", "a.pdf", lambda: good(linearize=True, deterministic_id=False), Taken("pdf"))
    yield Case("tagged", "a.pdf", lambda: good(root={"MarkInfo": Dictionary(Marked=True)}), Taken("pdf"))
    yield Case("blank before it", "a.pdf", lambda: b"\xef\xbb\xbf\r\n" + good(), Taken("pdf"))
    yield Case("printer's commands before it", "a.pdf", lambda: b"\x1b%-12345X@PJL\n" + good(), Taken("pdf"))
    yield Case("rubbish after it", "a.pdf", lambda: good() + b"\0" * 3000, Taken("pdf"))
    yield Case("no table of contents", "a.pdf", lambda: good().replace(b"startxref", b"startxxxx"), Taken("pdf"))
    scripts = Dictionary(JavaScript=Dictionary(Names=Array(["a", m.script()])))
    yield Case("with a script", "a.pdf", lambda: good(root={"Names": scripts}), Taken("pdf", SCRIPTS))
    yield Case("script on opening", "a.pdf", lambda: good(root={"OpenAction": m.script()}), Taken("pdf", SCRIPTS))
    yield Case("with an attachment", "a.pdf", m.pdf_with_attachment, Taken("pdf", ATTACHMENTS))
    yield Case("odd names", "a.pdf", lambda: good(root={"Names": 7, "OpenAction": Array([])}), Taken("pdf"))
    no_page = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>")
    yield Case("without pages", "a.pdf", lambda: m.raw_pdf(*no_page), Taken("pdf", NO_PAGES))
    yield Case("cut in half", "a.pdf", lambda: good()[: len(good()) // 2], Taken("pdf", DAMAGED))
    yield Case("its beginning only", "a.pdf", lambda: b"%PDF-1.7\nthe rest is missing", Taken("pdf", DAMAGED))
    yield Case("pages of pages of pages", "a.pdf", lambda: m.raw_pdf(
        no_page[0], b"<</Type/Pages/Kids[2 0 R]/Count 1>>"), Taken("pdf", DAMAGED))  # fmt: skip
    yield Case("no catalogue", "a.pdf", lambda: m.raw_pdf(b"<<>>", trailer=b"<</Size 2>>"), Taken("pdf", DAMAGED))
    deep = b"[" * 5_000 + b"]" * 5_000
    yield Case("nested without end", "a.pdf", lambda: m.raw_pdf(*no_page, deep), Taken("pdf", NO_PAGES))
    yield Case("with a password", "a.pdf", encrypted_pdf_bytes, LOCKED)
    yield Case("not to be printed", "a.pdf", lambda: encrypted_pdf_bytes(user=""), Not(
        "it is protected by a password or against printing and copying"))  # fmt: skip
    yield Case("and a ZIP behind", "a.pdf", lambda: good() + m.office(), two_in_one("a PDF", "a ZIP"))
    yield Case("and a ZIP around its end", "a.pdf", lambda: good() + m.zipped({"a": b""}, comment=b"%%EOF" * 9),
               two_in_one("a PDF", "a ZIP"))  # fmt: skip
    yield Case("and a web page before", "a.pdf", lambda: b"<html><script>1</script>" + good(), two_in_one(
        "a PDF", "something before it"))  # fmt: skip
    yield Case("and a program before", "a.pdf", lambda: b"#!/bin/sh\nrm -r /\n" + good(), two_in_one(
        "a PDF", "something before it"))  # fmt: skip
    yield Case("a Windows program before", "a.pdf", lambda: b"MZ" + bytes(90) + good(), mislabelled("pdf"))
    yield Case("and a picture before", "a.pdf", lambda: m.picture() + good(), mislabelled("pdf"))
    yield Case("too late in the file", "a.pdf", lambda: b" " * 1100 + good(), mislabelled("pdf"))


def texts() -> Iterator[Case]:
    listed = "Name,Number\r\nÉlan,£3\r\n"
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"):
        taken = Taken("csv") if encoding != "utf-16-le" else NOT_TEXT  # without its mark it is zeros and signs
        yield Case(f"CSV in {encoding}", "a.csv", lambda e=encoding: listed.encode(e), taken)
    yield Case("semicolons", "a.csv", lambda: b"Name;Number\nSam;3\n", Taken("csv"))
    yield Case("formulas", "a.csv", lambda: b'=HYPERLINK("http://example.org")\n', Taken("csv"))
    yield Case("a web page as text", "a.txt", lambda: b"<html><script>alert(1)</script></html>", Taken("txt"))
    yield Case("a sentence", "a.txt", lambda: b"BM is how a bitmap begins, and so does this.", Taken("txt"))
    yield Case("one sign", "a.txt", lambda: b"x", Taken("txt"))
    yield Case("ends as text did on DOS", "a.txt", lambda: b"text\x1a", Taken("txt"))
    yield Case("long", "a.txt", lambda: b"fictional\n" * 300_000, Taken("txt"))
    yield Case("zeros in the middle", "a.txt", lambda: b"x" * 300_000 + b"\0" + b"x", NOT_TEXT)
    yield Case("commands to a terminal", "a.txt", lambda: b"\x1b]0;title\x07", NOT_TEXT)
    yield Case("half a sign", "a.txt", lambda: b"\xff\xfea", NOT_TEXT)
    yield Case("control signs in wide text", "a.csv", lambda: "a\x00b".encode("utf-16"), NOT_TEXT)
    yield Case("noise", "a.txt", lambda: random.Random(1).randbytes(5000), NOT_TEXT)
    yield Case("rich text", "a.rtf", lambda: b"{\\rtf1 Fictional}", Taken("rtf"))
    yield Case("rich text with objects", "a.rtf", lambda: b"{\\rtf1{\\object\\objdata 01}}", Taken("rtf", OBJECTS))
    yield Case("empty", "a.txt", lambda: b"", Not("it is empty."))
    yield Case("empty PDF", "a.pdf", lambda: b"", Not("it is empty."))


def pictures() -> Iterator[Case]:
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        yield Case(f"PNG of kind {mode}", "a.png", lambda k=mode: m.picture(mode=k), Taken("png"))
    for mode in ("L", "RGB", "CMYK"):
        yield Case(f"JPEG of kind {mode}", "a.jpg", lambda k=mode: m.picture("JPEG", k), Taken("jpg"))
    yield Case("progressive", "a.jpeg", lambda: m.picture("JPEG", progressive=True), Taken("jpeg"))
    yield Case("a large honest scan", "a.png", lambda: m.picture(size=(4960, 7016), mode="L"), Taken("png"))
    yield Case("a film after the picture", "a.jpg", lambda: m.picture("JPEG") + bytes(200_000), Taken("jpg"))
    yield Case("with words", "a.png", lambda: m.png(10, 10, m.chunk(b"tEXt", b"Comment\0Fictional")), Taken("png"))
    packed = m.chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"Fictional"))
    yield Case("with packed words", "a.png", lambda: m.png(10, 10, packed), Taken("png"))
    yield Case("it moves", "a.png", m.moving, Taken("png", MOVES))
    yield Case("PNG cut off", "a.png", lambda: m.picture()[:-20], Taken("png", DAMAGED))
    yield Case("PNG without its end", "a.png", lambda: m.png(10, 10, end=False), Taken("png", DAMAGED))
    yield Case("PNG, its beginning only", "a.png", lambda: m.picture()[:8] + bytes(40), Taken("png", DAMAGED))
    yield Case("PNG without extent", "a.png", lambda: m.png(0, 10), Taken("png", DAMAGED))
    yield Case("JPEG cut off", "a.jpg", lambda: m.picture("JPEG")[:-20], Taken("jpg", DAMAGED))
    yield Case("JPEG, its beginning only", "a.jpg", lambda: m.picture("JPEG")[:30], Taken("jpg", DAMAGED))
    yield Case("JPEG of zeros", "a.jpg", lambda: b"\xff\xd8\xff\xe0" + bytes(40), Taken("jpg", DAMAGED))
    yield Case("JPEG without extent", "a.jpg", lambda: m.jpeg_saying(0, 10), Taken("jpg", DAMAGED))
    page = b"<html><script>alert(1)</script></html>"
    web_page = "a web page"
    yield Case("JPEG with a web page in it", "a.jpg", lambda: m.jpeg_with(page), two_in_one("a JPEG picture", web_page))
    yield Case("JPEG with PHP in it", "a.jpg", lambda: m.jpeg_with(b"<?php x"), two_in_one("a JPEG picture", web_page))
    yield Case("PNG and a web page", "a.png", lambda: m.picture() + page, two_in_one("a PNG picture", web_page))
    yield Case("JPEG and a ZIP", "a.jpg", lambda: m.picture("JPEG") + m.office(), two_in_one(
        "a JPEG picture", "a ZIP"))  # fmt: skip
    yield Case("PNG and a ZIP", "a.png", lambda: m.picture() + m.office(), two_in_one("a PNG picture", "a ZIP"))
    for kind in ("GIF", "BMP", "TIFF", "WEBP"):
        yield Case(f"{kind} called PNG", "a.png", lambda k=kind: m.picture(k), mislabelled("png"))
        yield Case(f"{kind} called JPEG", "a.jpg", lambda k=kind: m.picture(k), mislabelled("jpg"))


def under_other_names() -> Iterator[Case]:
    """Each kind under every name that is not its own."""
    kinds = {
        "pdf": m.pdf, "docx": m.office, "xlsx": lambda: m.office("xlsx"), "doc": m.word, "xls": m.excel,
        "odt": m.odf, "png": m.picture, "jpg": lambda: m.picture("JPEG"), "rtf": lambda: b"{\\rtf1 Fictional}",
        "txt": lambda: b"Fictional words",
    }  # fmt: skip
    own = {"docx": {"docm"}, "xlsx": {"xlsm"}, "jpg": {"jpeg"}, "txt": {"csv"}}
    for kind, make in kinds.items():
        for ending in [*WORDS, "txt", "csv"]:
            if ending != kind and ending not in own.get(kind, ()):
                yield Case(f"{kind} called {ending}", f"a.{ending}", make, mislabelled(ending))


def not_listed() -> Iterator[Case]:
    for ending in ("exe", "html", "svg", "js", "zip", "7z", "rar", "eml", "msg", "gif", "heic", "tiff", "xlsb", "dotm",
                   "xltm", "xlam", "ppsm", "iso", "lnk", "xml", "json", "mp4", "url", "pdf_"):  # fmt: skip
        yield Case(f"{ending}", f"a.{ending}", m.pdf, Not(f"“.{ending}” files are not accepted. Use PDF, Word"))
    nameless = Not("a file without a name ending is not accepted.")
    yield Case("no ending", "minutes", m.pdf, nameless)
    yield Case("a full-width dot", "minutes．pdf", m.pdf, nameless)
    yield Case("two endings", "minutes.pdf.exe", m.pdf, Not("“.exe” files are not accepted."))


def names() -> Iterator[Case]:
    """Names that mislead, break or run on; what is kept is what a person can read, and the ending decides."""
    kept = {
        "MINUTES.PDF": "MINUTES.PDF",
        "minutes.of.the.board.pdf": "minutes.of.the.board.pdf",
        "../../etc/minutes.pdf": "minutes.pdf",
        "..\\..\\minutes.pdf": "minutes.pdf",
        "C:\\Users\\sam\\minutes.pdf": "minutes.pdf",
        "/etc/cron.d/minutes.pdf": "minutes.pdf",
        "minutes.pdf.": "minutes.pdf",
        "minutes.pdf . . ": "minutes.pdf",
        "min\x00u\r\ntes.pdf": "min u tes.pdf",
        "a\u202efdp.pdf": "a fdp.pdf",
        "a\u200b\u2066b\u2069.pdf": "a b .pdf",
        "  spaced   out .pdf": "spaced out .pdf",
        "CON.pdf": "CON.pdf",
        "nul.pdf": "nul.pdf",
        "a<b>|c?*\".pdf": "a<b>|c?*\".pdf",
        "👧🏽 minutes 📝.pdf": "👧🏽 minutes 📝.pdf",
        "протокол 会议 محضر.pdf": "протокол 会议 محضر.pdf",
        "cafe\u0301.pdf": "café.pdf",
        ".pdf": ".pdf",
        "=cmd|' -C calc'!A0.pdf": "=cmd|' -C calc'!A0.pdf",
        "x" * 300 + ".pdf": "x" * 250 + "….pdf",
        "é" * 300 + ".pdf": "é" * 250 + "….pdf",
        "%2e%2e%2fminutes.pdf": "%2e%2e%2fminutes.pdf",
        "${jndi:ldap:}.pdf": "${jndi:ldap:}.pdf",
        "minutes\ud800.pdf": "minutes .pdf",
    }  # fmt: skip
    for number, (given, name) in enumerate(kept.items(), start=1):
        yield Case(f"name {number}", given, m.pdf, Taken("pdf", kept_as=name))
    yield Case("an ending turned round", "annexe\u202efdp.exe", m.pdf, Not("“.exe” files", "annexe fdp.exe"))
    yield Case("an ending behind an end", "minutes.pdf\x00.exe", m.pdf, Not("“.exe” files", "minutes.pdf .exe"))
    yield Case("nothing but dots", "...", m.pdf, Not("a file without a name ending", "file"))
    yield Case("nothing at all", "", m.pdf, Not("a file without a name ending", "file"))
    yield Case("nothing but a folder", "minutes.pdf/", m.pdf, Not("a file without a name ending", "file"))
    yield Case("an ending that never ends", "a." + "b" * 300, m.pdf, Not("“.", None))
