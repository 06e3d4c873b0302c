"""The corpus's office files, and the files made to do harm by their size."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

from files.inside.looking import DAMAGED, MACROS
from tests.documents import making as m
from tests.documents.cases import LOCKED, WORDS, ZIP_DAMAGED, Case, Not, Taken, mislabelled, two_in_one


def offices() -> Iterator[Case]:
    for ending in ("docx", "xlsx", "pptx"):
        words, macro = WORDS[ending], ending[:-1] + "m"
        folder = m.OFFICE[ending].partition("/")[0]
        vba = {f"{folder}/vbaProject.bin": b"\xd0\xcf\x11\xe0"}
        yield Case(f"{ending}", f"a.{ending}", lambda e=ending: m.office(e), Taken(ending))
        yield Case(f"{ending} not packed", f"a.{ending}", lambda e=ending: m.office(e, packing=zipfile.ZIP_STORED),
                   Taken(ending))  # fmt: skip
        yield Case(f"{macro} with macros", f"a.{macro}", lambda e=ending, v=vba: m.office(e, v), Taken(macro, MACROS))
        yield Case(f"{macro} without macros", f"a.{macro}", lambda e=ending: m.office(e), Taken(macro))
        refused = Not("it has macros in it, which a file of this name cannot have: save it without macros first.")
        yield Case(f"{ending} with macros", f"a.{ending}", lambda e=ending, v=vba: m.office(e, v), refused)
        hidden = {f"{folder}/other.bin": b"\xd0\xcf\x11\xe0"}
        named = b'<Override PartName="/other.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        yield Case(f"{ending} with macros under another name", f"a.{ending}",
                   lambda e=ending, h=hidden, t=named: m.office(e, h, types=t), refused)  # fmt: skip
        yield Case(f"{macro} with macros under another name", f"a.{macro}",
                   lambda e=ending, h=hidden, t=named: m.office(e, h, types=t), Taken(macro, MACROS))  # fmt: skip
        enabled = b'<Override ContentType="application/vnd.ms-x.macroEnabled.main+xml"/>'
        yield Case(f"{macro} called {ending}", f"a.{ending}", lambda e=ending, t=enabled: m.office(e, types=t), refused)
        yield Case(f"{ending} without its types", f"a.{ending}", lambda e=ending: m.zipped({m.OFFICE[e]: b""}),
                   mislabelled(ending))  # fmt: skip
        yield Case(f"{ending} with a password", f"a.{ending}", lambda: m.ole({"EncryptedPackage": bytes(5000)}), LOCKED)
        yield Case(f"{ending} and a PDF", f"a.{ending}", lambda e=ending: m.zipped(
            {"a": m.pdf(), m.TYPES_XML: b"", m.OFFICE[e]: b""}, packing=zipfile.ZIP_STORED),
            two_in_one(words, "a PDF"))  # fmt: skip
    sheet = {"xl/macrosheets/sheet1.xml": b"<x/>"}
    yield Case("macros of Excel 4", "a.xlsm", lambda: m.office("xlsx", sheet), Taken("xlsm", MACROS))
    yield Case("macros of Excel 4 in an ordinary workbook", "a.xlsx", lambda: m.office("xlsx", sheet), Not(
        "it has macros in it"))  # fmt: skip
    yield Case("sizes after the entries", "a.docx", m.streamed_office, Taken("docx"))
    yield Case("with a comment", "a.docx", lambda: m.office(comment=b"made by a fictional program"), Taken("docx"))
    inside = {"word/embeddings/Microsoft_Excel_Sheet1.xlsx": m.office("xlsx")}
    yield Case("workbook in a document", "a.docx", lambda: m.office(more=inside), Taken("docx"))
    many = {f"ppt/slides/slide{number}.xml": b"<x/>" for number in range(1_500)}
    yield Case("a thousand slides", "a.pptx", lambda: m.office("pptx", many), Taken("pptx"))
    long = {"word/media/scan.xml": b"".join(b"<row n='%d'/>" % number for number in range(700_000))}
    yield Case("long and honest", "a.docx", lambda: m.office(more=long), Taken("docx"))
    for part in (60, 200):
        yield Case(f"cut off after {part} bytes", "a.docx", lambda p=part: m.office()[:p], ZIP_DAMAGED)
    yield Case("an entry overwritten", "a.docx", lambda: m.patched(m.office(packing=0), b"<fictional/>", 0, b"x" * 9),
               ZIP_DAMAGED)  # fmt: skip
    yield Case("an entry where none is", "a.docx", lambda: m.patched(m.office(), b"PK\x01\x02", 42, b"\x05"),
               Not("it is not a Word document: its parts lie over one another."))  # fmt: skip
    yield Case("an entry of its own password", "a.docx", lambda: m.patched(
        m.office(), b"PK\x01\x02", 8, b"\x01"), LOCKED)  # fmt: skip
    yield Case("packed as nobody does", "a.docx", lambda: m.office(packing=zipfile.ZIP_LZMA), Not(
        "it is not a Word document: it is packed in a way that no office program uses."))  # fmt: skip
    for outside in ("../../etc/cron.d/x", "/etc/passwd", "word\\..\\..\\x", "word/../../../x"):
        yield Case(f"part called {outside}", "a.docx", lambda o=outside: m.office(more={o: b""}), Not(
            "it is not a Word document: it has parts that would lie outside it."))  # fmt: skip
    yield Case("two parts of one name", "a.docx", lambda: m.office(more={"WORD/document.xml": b"other"}), Not(
        "it is not a Word document: it has two parts of one name."))  # fmt: skip
    for ending in ("zip", "7z", "jar"):
        yield Case(f"a {ending} inside", "a.docx", lambda e=ending: m.office(more={f"word/a.{e}": b""}), Not(
            "it has an archive inside it"))  # fmt: skip
    for ending in ("exe", "js", "lnk", "hta"):
        yield Case(f"a program inside, {ending}", "a.docx", lambda e=ending: m.office(more={f"word/a.{e}": b""}), Not(
            "it has a program inside it"))  # fmt: skip
    yield Case("two documents one after the other", "a.docx", lambda: m.office() + m.office(), two_in_one(
        "a Word document", "something before it"))  # fmt: skip


def bombs() -> Iterator[Case]:
    """Small files that ask for all memory, disk or time there is."""
    far_more = Not("it would fill 1")
    yield Case("bomb: 1,500 MB of nothing", "a.docx", lambda: m.vast_office("docx", 1500), far_more)
    yield Case("bomb: a hundred MB from a hundred kB", "a.xlsx",
               lambda: m.vast_office("xlsx", 100), Not("it would fill 100 MB"))  # fmt: skip
    nested = {"word/embeddings/a.docx": m.office(more={"word/a": bytes(2**20)})}
    for _ in range(8):
        nested = {"word/embeddings/a.docx": m.office(more=nested)}
    yield Case("bomb: documents in documents", "a.docx", lambda: m.office(more=nested), Taken("docx"))
    zips = {"word/embeddings/a.zip": m.zipped({f"{n}.zip": m.zipped({"a": bytes(2**20)}) for n in range(16)})}
    yield Case("bomb: archives in archives", "a.docx", lambda: m.office(more=zips), Not("it has an archive inside it"))
    smaller = Not("it says of itself that it is smaller than it is")
    yield Case("bomb: says 10 bytes", "a.docx", lambda: m.vast_office("docx", 80, 10), smaller)
    yield Case("bomb: says 1 MB", "a.docx", lambda: m.vast_office("docx", 80, 2**20), smaller)
    yield Case("bomb: says 4 GB", "a.docx", lambda: m.vast_office("docx", 1, 0xFFFFFFFE), Not("it would fill 4,096 MB"))
    yield Case("bomb: says more than there is", "a.docx", lambda: m.vast_office("docx", 1, 2**21), ZIP_DAMAGED)
    yield Case("bomb: entries over one another", "a.docx", lambda: m.overlapping_office(200, 1), Not(
        "it would fill 200 MB"))  # fmt: skip
    yield Case("bomb: few entries over one another", "a.docx", lambda: m.overlapping_office(20, 1), Not(
        "it is not a Word document: its parts lie over one another."))  # fmt: skip
    yield Case("bomb: a vast directory", "a.docx", m.vast_directory, Not(
        "it is not a Word document: it has more parts than one can have."))  # fmt: skip
    many = {f"word/{number}": b"" for number in range(20_100)}
    yield Case("bomb: too many entries", "a.docx", lambda: m.office(more=many), Not(
        "it is not a Word document: it has more parts than one can have."))  # fmt: skip
    yield Case("bomb: an index of 150 MB", "a.pdf", m.pdf_with_vast_index, Taken("pdf", DAMAGED))
    for width, height in ((60_000, 60_000), (2**31 - 1, 2**31 - 1), (1, 400_000_000)):
        yield Case(f"bomb: a PNG of {width} by {height}", "a.png", lambda w=width, h=height: m.png(w, h), Not(
            f"it is a picture of {width:,} by {height:,} dots, more than any scanner or camera makes"))  # fmt: skip
    yield Case("bomb: a JPEG of 65,500 by 65,500", "a.jpg", lambda: m.jpeg_saying(65_500, 65_500), Not(
        "it is a picture of 65,500 by 65,500 dots"))  # fmt: skip
    frames = m.chunk(b"acTL", (90_000).to_bytes(4, "big") + bytes(4))
    yield Case("bomb: ninety thousand pictures in one", "a.png", lambda: m.png(1000, 1000, frames), Not(
        "it is a picture of 1,000 by 1,000 dots, 90,000 times over"))  # fmt: skip
    words = m.chunk(b"zTXt", b"Comment\0\0" + m.packed_zeros(100))
    yield Case("bomb: words of 100 MB in a picture", "a.png", lambda: m.png(10, 10, words), Not("it has notes in it"))
    colours = m.chunk(b"iCCP", b"Colours\0\0" + m.packed_zeros(100))
    yield Case("bomb: colours of 100 MB in a picture", "a.png", lambda: m.png(10, 10, colours), Not(
        "it has notes in it"))  # fmt: skip
    pieces = m.chunk(b"tEXt", b"a\0b") * 250_000
    yield Case("bomb: a picture of a quarter of a million pieces", "a.png", lambda: m.png(10, 10, pieces), Not(
        "it is not a PNG picture: it has more pieces than one can have"))  # fmt: skip
    yield Case("bomb: old document that runs in a circle", "a.doc", m.circular_ole, ZIP_DAMAGED)


def old_offices() -> Iterator[Case]:
    vba = ("_VBA_PROJECT_CUR",)
    yield Case("doc", "a.doc", m.word, Taken("doc"))
    yield Case("doc with macros", "a.doc", lambda: m.word(folders=("Macros", "VBA")), Taken("doc", MACROS))
    yield Case("doc with a password", "a.doc", lambda: m.word(encrypted=True), LOCKED)
    yield Case("doc that speaks of macros", "a.doc", lambda: m.ole(
        {"WordDocument": bytes(4096) + "Macros VBA".encode("utf-16-le") + bytes(900)}), Taken("doc"))  # fmt: skip
    yield Case("xls", "a.xls", m.excel, Taken("xls"))
    yield Case("xls, a short one", "a.xls", lambda: m.excel(long=False), Taken("xls"))
    yield Case("xls of Excel 5", "a.xls", lambda: m.excel(stream="Book"), Taken("xls"))
    yield Case("xls with macros", "a.xls", lambda: m.excel(folders=vba), Taken("xls", MACROS))
    yield Case("xls with macros of Excel 4", "a.xls", lambda: m.excel(sheet=1), Taken("xls", MACROS))
    yield Case("xls, short, macros of Excel 4", "a.xls", lambda: m.excel(sheet=1, long=False), Taken("xls", MACROS))
    yield Case("xls with a password", "a.xls", lambda: m.excel(encrypted=True), LOCKED)
    yield Case("ppt", "a.ppt", m.powerpoint, Taken("ppt"))
    yield Case("ppt with macros", "a.ppt", lambda: m.powerpoint(macros=1), Taken("ppt", MACROS))
    yield Case("ppt that had macros once", "a.ppt", lambda: m.powerpoint(macros=0), Taken("ppt"))
    yield Case("ppt with a password", "a.ppt", lambda: m.powerpoint(encrypted=True), LOCKED)
    for root in ("", "R", "ROOT ENTRY"):  # as other programs than Microsoft's, and those for the Macintosh, write it
        yield Case(f"doc whose root is called {root!r}", "a.doc", lambda r=root: m.word(root=r), Taken("doc"))
        yield Case(f"xls, short, whose root is called {root!r}", "a.xls",
                   lambda r=root: m.excel(sheet=1, long=False, root=r), Taken("xls", MACROS))  # fmt: skip
    yield Case("doc with names in capitals", "a.doc", lambda: m.ole({"WORDDOCUMENT": bytes(4096)}, folders=("MACROS",)),
               Taken("doc", MACROS))  # fmt: skip
    yield Case("xls with names in capitals", "a.xls", lambda: m.excel(stream="WORKBOOK"), Taken("xls"))
    yield Case("xls of Excel 5 with names in capitals", "a.xls", lambda: m.excel(stream="BOOK"), Taken("xls"))
    yield Case("a new one with a password called an old one", "a.doc", lambda: m.ole(
        {"ENCRYPTEDPACKAGE": bytes(5000)}, root=""), LOCKED)  # fmt: skip
    yield Case("a new one with a password and names in capitals", "a.docx", lambda: m.ole(
        {"ENCRYPTEDPACKAGE": bytes(5000)}, root="R"), LOCKED)  # fmt: skip
    for ending, make in (("doc", m.word), ("xls", m.excel), ("ppt", m.powerpoint)):
        yield Case(f"{ending} cut off in its header", f"a.{ending}", lambda k=make: k()[:300], ZIP_DAMAGED)
        yield Case(f"{ending} cut off", f"a.{ending}", lambda k=make: k()[:1500], ZIP_DAMAGED)
        yield Case(f"{ending} of nonsense", f"a.{ending}", lambda k=make: k()[:8] + b"\xff" * 4000, ZIP_DAMAGED)
        yield Case(f"{ending} without its stream", f"a.{ending}", lambda: m.ole({"Other": bytes(5000)}),
                   mislabelled(ending))  # fmt: skip


def open_documents() -> Iterator[Case]:
    for ending, kind in (("odt", "text"), ("ods", "spreadsheet"), ("odp", "presentation")):
        basic = {"Basic/Standard/Module1.xml": b"Sub Main"}
        locked = {"META-INF/manifest.xml": b"<manifest:encryption-data/>"}
        yield Case(ending, f"a.{ending}", lambda k=kind: m.odf(k), Taken(ending))
        yield Case(f"{ending} with macros", f"a.{ending}", lambda k=kind, b=basic: m.odf(k, b), Taken(ending, MACROS))
        yield Case(f"{ending} with a password", f"a.{ending}", lambda k=kind, o=locked: m.odf(k, o), LOCKED)
        yield Case(f"{ending} template", f"a.{ending}", lambda k=kind: m.odf(f"{k}-template"), mislabelled(ending))
        yield Case(f"{ending} that does not say so", f"a.{ending}", lambda: m.zipped({"content.xml": b""}),
                   mislabelled(ending))  # fmt: skip
