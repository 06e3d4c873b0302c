"""Rules for all types of file; the corpus says which file gets which answer."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.inside import ole
from files.types import IN_WORDS, TYPES, has_macros, recognise, shown_as
from refusals import Refused
from tests.documents import making

WHOLE = {
    "pdf": making.pdf(),
    "docx": making.office(),
    "docm": making.office(more={"word/vbaProject.bin": b"macros"}, packing=zipfile.ZIP_STORED),
    "odt": making.odf(),
    "doc": making.word(folders=("Macros",)),
    "xls": making.excel(long=False),
    "ppt": making.powerpoint(macros=1),
    "png": making.png(10, 10, making.chunk(b"zTXt", b"Comment\0\0" + making.packed_zeros(1))),
    "jpg": making.picture("JPEG"),
    "rtf": b"{\\rtf1 Fictional}",
    "csv": "Name;Élan\n".encode("utf-16"),
}


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("look") / "received"


def answer(path: Path, content: bytes, ending: str) -> str:
    """What is said of the bytes; a refusal is about the file, and anything else that is raised fails the test."""
    path.write_bytes(content)
    try:
        return recognise(path, f"file.{ending}").mime
    except Refused as refused:
        return refused.field or ""


@given(content=st.binary(min_size=1, max_size=600), ending=st.sampled_from(sorted(TYPES)))
def test_no_bytes_break_the_look_into_a_file(path, content, ending):
    assert answer(path, content, ending) in {TYPES[ending].mime, "file"}


@given(
    ending=st.sampled_from(sorted(WHOLE)),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
    kept=st.floats(0.1, 1),
)
def test_no_fault_in_a_whole_file_breaks_the_look_into_it(path, ending, changes, kept):
    content = bytearray(WHOLE[ending])
    for place, value in changes:
        content[int(place * len(content))] = value
    assert answer(path, bytes(content[: max(int(kept * len(content)), 1)]), ending) in {TYPES[ending].mime, "file"}


@given(places=st.lists(st.tuples(st.integers(24, 511), st.integers(0, 255)), min_size=1, max_size=12))
def test_no_header_sends_the_reader_of_old_files_astray(path, places):
    """What is in the header and the tables is where to look next: wrong numbers end somewhere, and soon."""
    content = bytearray(WHOLE["ppt"])
    for place, value in places:
        content[place] = value
    assert answer(path, bytes(content), "ppt") in {TYPES["ppt"].mime, "file"}


def test_streams_of_an_old_file_are_read_whole_whether_long_or_short(path):
    streams = {"Long": bytes(range(256)) * 40, "Short": b"fictional" * 30, "Shorter": b"x"}
    path.write_bytes(making.ole(streams))
    with path.open("rb") as file:
        read = ole.Streams(file)
        assert {name: b"".join(read.pieces(name)) for name in streams} == streams


def test_macros_are_known_from_the_remark(path):
    path.write_bytes(WHOLE["docm"])
    assert has_macros(recognise(path, "a.docm").remark) is True
    path.write_bytes(WHOLE["docx"])
    assert has_macros(recognise(path, "a.docx").remark) is False


def test_whoever_asks_is_told_what_is_taken(path):
    path.write_bytes(b"MZ")
    with pytest.raises(Refused) as refused:
        recognise(path, "run.exe")
    assert refused.value.message == f"run.exe was not added: “.exe” files are not accepted. Use {IN_WORDS}."


def test_shown_as_knows_pages_pictures_and_the_rest():
    assert {ending: shown_as(kind.mime) for ending, kind in TYPES.items()} == {
        ending: {"pdf": "pdf", "png": "image", "jpg": "image", "jpeg": "image"}.get(ending, "listed")
        for ending in TYPES
    }
