"""Which files are taken: a table of good ones, and of bad ones each with its reason."""

from __future__ import annotations

import io
import resource
import struct
import tracemalloc
import zipfile
import zlib

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.refusal import Refused
from documents.types import TYPES, recognise, shown_as
from tests.factories.documents import docx_bytes, encrypted_pdf_bytes, pdf_bytes, zip_bytes

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
ODT = "application/vnd.oasis.opendocument.text"


def ole(stream: str) -> bytes:
    return OLE + stream.encode("utf-16-le") + b"\0" * 600


def odf(mime: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", mime)
        archive.writestr("content.xml", "<x/>")
    return out.getvalue()


@pytest.fixture
def look(tmp_path):
    def looked(content: bytes, name: str):
        path = tmp_path / "received"
        path.write_bytes(content)
        return recognise(path, name)

    return looked


@pytest.mark.parametrize(
    "name, content, mime",
    [
        ("minutes.pdf", pdf_bytes(), "application/pdf"),
        ("MINUTES.PDF", pdf_bytes(), "application/pdf"),
        ("with rubbish before it.pdf", b"\xef\xbb\xbf\n" + pdf_bytes(), "application/pdf"),
        ("a.docx", docx_bytes(), TYPES["docx"].mime),
        ("a.xlsx", zip_bytes("[Content_Types].xml", "xl/workbook.xml"), TYPES["xlsx"].mime),
        ("a.pptx", zip_bytes("[Content_Types].xml", "ppt/presentation.xml"), TYPES["pptx"].mime),
        ("a.odt", odf(ODT), ODT),
        ("a.doc", ole("WordDocument"), "application/msword"),
        ("a.xls", ole("Workbook"), "application/vnd.ms-excel"),
        ("a.ppt", ole("PowerPoint Document"), "application/vnd.ms-powerpoint"),
        ("a.rtf", b"{\\rtf1 Fictional}", "application/rtf"),
        ("a.csv", "Name,Number\r\nÉlan,£3\r\n".encode(), "text/csv"),
        ("a.csv", "Name;Number\nÉlan;£3\n".encode("cp1252"), "text/csv"),
        ("a.csv", "Name\tNumber\n".encode("utf-16"), "text/csv"),
        ("a.txt", b"BM is how a bitmap begins, and so does this sentence.", "text/plain"),
        ("a.png", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.jpeg", JPEG, "image/jpeg"),
    ],
)
def test_types_that_are_taken(look, name, content, mime):
    found = look(content, name)
    assert (found.mime, found.remark) == (mime, "")


@pytest.mark.parametrize(
    "name, content, reason",
    [
        ("run.exe", b"MZ", "“.exe” files are not accepted."),
        ("page.html", b"<html>", "“.html” files are not accepted."),
        ("drawing.svg", b"<svg>", "“.svg” files are not accepted."),
        ("macros.docm", docx_bytes(), "“.docm” files are not accepted."),
        ("minutes.pdf.exe", pdf_bytes(), "“.exe” files are not accepted."),
        ("minutes", pdf_bytes(), "a file without a name ending is not accepted."),
        ("minutes.", pdf_bytes(), "a file without a name ending is not accepted."),
        ("minutes.pdf", b"These are minutes.", "it is not a PDF, although it is named as one."),
        ("minutes.pdf", docx_bytes(), "it is not a PDF, although it is named as one."),
        ("picture.pdf", PNG + pdf_bytes(), "it is not a PDF, although it is named as one."),
        ("minutes.docx", pdf_bytes(), "it is not a Word document, although it is named as one."),
        ("minutes.docx", zip_bytes("[Content_Types].xml", "xl/workbook.xml"), "it is not a Word document"),
        ("minutes.docx", zip_bytes("word/document.xml"), "it is not a Word document"),
        ("minutes.docx", docx_bytes()[:60], "it is damaged: it ends before its contents do."),
        ("minutes.docx", docx_bytes("word/vbaProject.bin"), "it has macros in it"),
        ("minutes.docx", ole("EncryptedPackage"), "it is protected by a password"),
        ("sheet.xlsx", docx_bytes(), "it is not an Excel workbook"),
        ("old.doc", ole("Workbook"), "it is not a Word document"),
        ("old.xls", b"Name,Number", "it is not an Excel workbook"),
        ("text.odt", zip_bytes("content.xml"), "it is not an OpenDocument text"),
        ("text.odt", odf(f"{ODT}-template"), "it is not an OpenDocument text"),
        ("rich.rtf", b"plain", "it is not a rich text file"),
        ("list.csv", b"Name\0Number", "it is not text"),
        ("list.csv", pdf_bytes(), "it is not text"),
        ("list.txt", PNG, "it is not text"),
        ("odd.txt", b"\xff\xfea", "it is not text"),
        ("photo.png", JPEG, "it is not a PNG picture"),
        ("photo.jpg", PNG, "it is not a JPEG picture"),
        ("secret.pdf", encrypted_pdf_bytes(), "it is protected by a password: save it without the password first."),
        ("locked.pdf", encrypted_pdf_bytes(user=""), "it is protected by a password or against printing"),
    ],
    # A ZIP holds the time it was made at, and a test is called the same in every process.
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_types_that_are_refused_with_a_reason(look, name, content, reason):
    with pytest.raises(Refused) as refused:
        look(content, name)
    assert refused.value.message.startswith(f"{name} was not added: {reason}")
    assert refused.value.field == "file"


def test_a_damaged_pdf_is_taken_and_its_readers_are_told(look):
    found = look(b"%PDF-1.7\nthe rest is missing", "minutes.pdf")
    assert (found.mime, found.remark) == ("application/pdf", "It seems to be damaged and may not open.")


def test_a_pdf_without_pages_is_taken_and_its_readers_are_told(look):
    out = io.BytesIO()
    pikepdf.new().save(out)
    assert look(out.getvalue(), "empty.pdf").remark == "It has no pages."


def test_a_zip_that_claims_more_entries_than_any_document_has_is_refused(look, monkeypatch):
    monkeypatch.setattr("documents.types.MOST_ENTRIES", 1)
    with pytest.raises(Refused, match="more parts than one can have"):
        look(docx_bytes(), "minutes.docx")


def test_a_zip_with_a_vast_directory_is_refused_before_it_is_read(look):
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * 300_000
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 30_000, 30_000, len(directory), 30, 0)
    content = b"PK\x03\x04" + bytes(26) + directory + end
    tracemalloc.start()
    with pytest.raises(Refused, match="more parts than one can have"):
        look(content, "minutes.docx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_a_pdf_whose_index_unpacks_to_all_memory_is_taken_as_damaged(look):
    """The index of a PDF is unpacked as it is opened: a fault that says so within a second or two, not gigabytes."""
    packer = zlib.compressobj(9)
    packed = b"".join([*(packer.compress(bytes(2**20)) for _ in range(300)), packer.flush()])
    body = b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    index = b"3 0 obj<</Type/XRef/Size 4/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    content = body + index + packed + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % len(body)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert look(content, "minutes.pdf").remark == "It seems to be damaged and may not open."
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250 * 1024  # KB


@given(content=st.binary(min_size=1, max_size=600), ending=st.sampled_from(sorted(TYPES)))
def test_no_bytes_break_the_look_into_a_file(tmp_path_factory, content, ending):
    path = tmp_path_factory.mktemp("look") / "received"
    path.write_bytes(content)
    faults: list[str | None] = []
    found = None
    try:
        found = recognise(path, f"file.{ending}")
    except Refused as refused:
        faults.append(refused.field)
    assert faults == ["file"] if found is None else found.mime == TYPES[ending].mime


def test_shown_as_knows_pages_pictures_and_the_rest():
    assert {ending: shown_as(kind.mime) for ending, kind in TYPES.items()} == {
        ending: {"pdf": "pdf", "png": "image", "jpg": "image", "jpeg": "image"}.get(ending, "listed")
        for ending in TYPES
    }
