from __future__ import annotations

import errno

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from evidencepack import assembly, gathering, pictures
from evidencepack.binding import PlacedEntry
from evidencepack.pdf_checks import CheckedPdf
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
    assert binding.faults == (PlacedEntry("3.2", name, tmp_path / name, "damaged", 3, 1, reason, passing=is_passing),)
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
    monkeypatch.setattr(gathering, "check_pdf", lambda path: CheckedPdf(3, None) if path == bad else real(path))
    binding = bind_parts(out, part("1.1", files.normal(tmp_path / "good.pdf"), bad))
    assert [(one.heading, one.reason) for one in binding.faults] == [
        ("bad.pdf", "It is damaged: its pages cannot be copied.")
    ]
    with pikepdf.open(out) as pdf:
        assert [stamp_of(page) for page in pdf.pages] == [None, "1.1, page 1 of 2", "1.1, page 2 of 2"]


def test_page_that_the_index_of_tags_does_not_know_is_bound_as_an_untagged_one(tmp_path, out):
    with pikepdf.open(files.tagged(tmp_path / "a.pdf", 2), allow_overwriting_input=True) as pdf:
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        del numbers[3], numbers[2]
        second = pdf.pages[1].obj
        second.Contents = pdf.make_stream(b"BT /F1 9 Tf (a 2) Tj ET")
        pdf.save()
    binding = bind_parts(out, part("1.1", tmp_path / "a.pdf"), front=files.tagged(tmp_path / "front.pdf"))
    assert [(one.state, one.pages) for one in binding.contents.placed] == [("included", 2)]
    with pikepdf.open(out) as pdf:
        tags = list(list(pdf.Root.StructTreeRoot.K)[1].K)
        assert [tag.Pg.objgen for tag in tags] == [page.obj.objgen for page in list(pdf.pages)[1:]]
        # The first keeps its own mark; the second is marked as a whole.
        marks = [b"".join(s.read_bytes() for s in page.Contents).count(b"<</MCID 0>>") for page in list(pdf.pages)[1:]]
        assert marks == [1, 1]


@pytest.mark.parametrize("tree", [b"7", b"[]", b"<</Nums 7>>", b"<</Nums[0]>>", b"<</Nums[(a)(b)]>>", b"<</Kids[1]>>"])
def test_file_whose_tags_cannot_be_read_is_bound_without_them(tmp_path, out, tree):
    with pikepdf.open(files.tagged(tmp_path / "a.pdf"), allow_overwriting_input=True) as pdf:
        pdf.Root.StructTreeRoot.ParentTree = pikepdf.Object.parse(tree)
        pdf.save()
    binding = bind_parts(out, part("1.1", tmp_path / "a.pdf"), front=files.tagged(tmp_path / "front.pdf"))
    assert [(one.state, one.pages) for one in binding.contents.placed] == [("included", 1)]


class Odd(Exception):
    """What nobody thought that a parser raises."""


@pytest.mark.parametrize("moment", ["looking", "cleaning", "stamping"])
def test_whatever_a_parser_raises_is_the_fault_of_that_one_file(tmp_path, out, monkeypatch, moment):
    bad = files.shaped(tmp_path / "bad.pdf", (0, 0, 111, 111))
    if moment == "cleaning":
        with pikepdf.open(bad, allow_overwriting_input=True) as pdf:
            pdf.pages[0].obj.Annots = Array([Dictionary(Subtype=Name.Text)])
            pdf.save()
    if moment == "looking":
        real_open = pikepdf.open
        monkeypatch.setattr(pikepdf, "open", lambda path, **o: _raise(Odd) if path == bad else real_open(path, **o))
    elif moment == "cleaning":
        monkeypatch.setattr(gathering, "clean_copy", lambda *given: _raise(Odd))
    else:
        real_stamp = assembly.stamp
        monkeypatch.setattr(
            assembly, "stamp", lambda page, *o: _raise(Odd) if page.obj.MediaBox[2] == 111 else real_stamp(page, *o)
        )
    binding = bind_parts(out, part("1.1", files.normal(tmp_path / "good.pdf"), bad))
    assert [(one.heading, one.passing) for one in binding.faults] == [("bad.pdf", False)]
    with pikepdf.open(out) as pdf:
        assert [stamp_of(page) for page in pdf.pages] == [None, "1.1, page 1 of 2", "1.1, page 2 of 2"]


def _raise(kind, *given):
    raise kind(*given)


@pytest.mark.parametrize("moment", ["looking", "cleaning", "drawing", "stamping"])
@pytest.mark.parametrize(
    "error", [MemoryError(), KeyboardInterrupt(), SystemExit()], ids=lambda error: type(error).__name__
)
def test_what_is_not_the_files_fault_is_not_taken_for_it(tmp_path, out, monkeypatch, moment, error):
    with pikepdf.open(files.normal(tmp_path / "a.pdf"), allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.Annots = Array([Dictionary(Subtype=Name.Text)])
        pdf.save()
    module, name = {
        "looking": (gathering, "check_pdf"),
        "cleaning": (gathering, "clean_copy"),
        "drawing": (pictures, "_drawn"),
        "stamping": (assembly, "stamp"),
    }[moment]
    monkeypatch.setattr(module, name, lambda *given, **options: _raise(lambda: error))
    with pytest.raises(type(error)):
        bind_parts(out, part("1.1", tmp_path / "a.pdf", files.jpeg(tmp_path / "b.jpg")))
    assert list(out.parent.iterdir()) == []


@pytest.mark.parametrize("moment", ["cleaning", "drawing"])
def test_disk_that_is_full_is_not_the_files_fault(tmp_path, out, monkeypatch, moment):
    with pikepdf.open(files.normal(tmp_path / "a.pdf"), allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.Annots = Array([Dictionary(Subtype=Name.Text)])
        pdf.save()
    real = pikepdf.Pdf.save
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(
        pikepdf.Pdf, "save", lambda pdf, to, **o: _raise(lambda: full) if "pack" in str(to) else real(pdf, to, **o)
    )
    given = tmp_path / "a.pdf" if moment == "cleaning" else files.jpeg(tmp_path / "b.jpg")
    with pytest.raises(OSError, match="No space left on device"):
        bind_parts(out, part("1.1", given))
    assert list(out.parent.iterdir()) == []
