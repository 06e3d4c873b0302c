from __future__ import annotations

import pikepdf
import pytest

from evidencepack import gathering
from evidencepack.binding import Placed
from evidencepack.intake import Checked
from tests.evidencepack import files
from tests.evidencepack.packs import bind_parts, own_words, part, stamp_of


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "packs"
    folder.mkdir()
    return folder / "pack.pdf"


CUT = "It is cut short: its end is missing."
LOCKED = "It is protected by a password."
FAULTY = {
    "truncated.pdf": (lambda path: files.truncated(files.normal(path, 5)), CUT),
    "head-only.pdf": (lambda path: files.truncated(files.normal(path), 0.05), CUT),
    "password.pdf": (files.encrypted, LOCKED),
    "restricted.pdf": (lambda path: files.encrypted(path, user=""), LOCKED),
    "empty.pdf": (files.empty, "It is empty: it has no bytes in it."),
    "fake.pdf": (files.fake, "It is not a PDF, although it is named as one."),
    "photo.pdf": (lambda path: files.jpeg(path), "It is not a PDF, although it is named as one."),
    "pageless.pdf": (files.pageless, "It has no pages."),
    "rotten.pdf": (files.rotten, "It is damaged: page 2 cannot be read."),
    "shell.pdf": (
        lambda path: path.write_bytes(b"%PDF-1.7\nnothing to see\n%%EOF\n"),
        "It is damaged: it cannot be read as a PDF.",
    ),
    "gone.pdf": (lambda path: None, "It is no longer where it was stored."),
    "folder.pdf": (lambda path: path.mkdir(), "It could not be read from where it is stored."),
    "truncated.jpg": (lambda path: files.truncated(files.jpeg(path, 600, 400)), CUT),
    "truncated.png": (lambda path: files.truncated(files.png(path, 600, 400)), CUT),
    "empty.jpg": (files.empty, "It is empty: it has no bytes in it."),
    "fake.png": (files.fake, "It is not a picture, although it is named as one."),
    "document.jpg": (lambda path: files.normal(path), "It is not a picture, although it is named as one."),
}


@pytest.mark.parametrize("name", FAULTY)
def test_faulty_file_names_itself_and_does_not_sink_the_pack(tmp_path, out, name):
    make, reason = FAULTY[name]
    make(tmp_path / name)
    before, after = files.normal(tmp_path / "before.pdf"), files.normal(tmp_path / "after.pdf")
    binding = bind_parts(out, part("3.2", before, tmp_path / name, after))
    # What is not there now may be there the next time.
    is_passing = "where it" in reason
    assert binding.faults == (Placed("3.2", name, tmp_path / name, "damaged", 3, 1, reason, passing=is_passing),)
    assert binding.damaged == 1
    where = ["The file itself is in the ZIP that goes with the pack."] if (tmp_path / name).is_file() else []
    with pikepdf.open(out) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert [own_words(page) for page in list(pdf.pages)[1:]] == [
            ["before 1"],
            ["3.2 Part 3.2", name, "This file could not be included in the pack.", reason, *where],
            ["after 1"],
        ]
        assert stamp_of(pdf.pages[2]) == "3.2, page 2 of 3"


def test_listed_file_that_is_gone_counts_as_damaged(tmp_path, out):
    binding = bind_parts(out, part("1.1", tmp_path / "gone.xlsx"))
    assert [(one.heading, one.reason) for one in binding.faults] == [
        ("gone.xlsx", "It is no longer where it was stored.")
    ]


def test_pdf_with_a_broken_index_but_all_its_pages_is_included(tmp_path, out):
    binding = bind_parts(out, part("1.1", files.misindexed(tmp_path / "old.pdf", 2)))
    with pikepdf.open(out) as pdf:
        assert [own_words(page) for page in list(pdf.pages)[1:]] == [["old 1"], ["old 2"]]
    assert binding.damaged == 0


def test_file_that_fails_only_when_merged_is_replaced_by_its_page(tmp_path, out, monkeypatch):
    bad = files.truncated(files.normal(tmp_path / "bad.pdf", 3), 0.3)
    real = gathering.check_pdf
    monkeypatch.setattr(gathering, "check_pdf", lambda path: Checked(3, None) if path == bad else real(path))
    binding = bind_parts(out, part("1.1", files.normal(tmp_path / "good.pdf"), bad))
    assert [(one.heading, one.reason) for one in binding.faults] == [
        ("bad.pdf", "It is damaged: its pages cannot be copied.")
    ]
    with pikepdf.open(out) as pdf:
        assert [stamp_of(page) for page in pdf.pages] == [None, "1.1, page 1 of 2", "1.1, page 2 of 2"]
