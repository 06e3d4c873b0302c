from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import timedelta

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from evidencepack import assembly
from evidencepack.binding import Contents, Note, PackEntry, PackSection, PlacedEntry, SectionPart, bind
from tests.evidencepack import files
from tests.evidencepack.packs import MADE_AT, bind_parts, bookmarks, entry, own_words, part, stamp_of


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "packs"
    folder.mkdir()
    return folder / "pack.pdf"


def test_pack_holds_every_page_in_order_and_stamps_it(tmp_path, out):
    a, b, c = (files.normal(tmp_path / f"{name}.pdf", pages) for name, pages in (("a", 2), ("b", 1), ("c", 3)))
    binding = bind_parts(out, part("1.1", a, b), part("1.2", c), front=files.pdf_bytes("Cover", "Contents"))
    with pikepdf.open(out) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert [stamp_of(page) for page in pdf.pages] == [
            None,
            None,
            "1.1, page 1 of 3",
            "1.1, page 2 of 3",
            "1.1, page 3 of 3",
            "1.2, page 1 of 3",
            "1.2, page 2 of 3",
            "1.2, page 3 of 3",
        ]
        assert [own_words(page) for page in list(pdf.pages)[2:]] == [
            ["a 1"],
            ["a 2"],
            ["b 1"],
            ["c 1"],
            ["c 2"],
            ["c 3"],
        ]
    assert binding.contents == Contents(
        first_pages={"1.1": 3, "1.2": 6},
        page_counts={"1.1": 3, "1.2": 3},
        pages=8,
        placed=(
            PlacedEntry("1.1", "a.pdf", a, "included", 3, 2),
            PlacedEntry("1.1", "b.pdf", b, "included", 5, 1),
            PlacedEntry("1.2", "c.pdf", c, "included", 6, 3),
        ),
    )
    assert (binding.pages, binding.front_pages, binding.damaged) == (8, 2, 0)


@pytest.mark.parametrize("large", [False, True])
def test_binding_knows_size_and_hash_of_what_was_written(tmp_path, out, monkeypatch, large):
    if large:
        monkeypatch.setattr(assembly, "LARGE", 0)
    binding = bind_parts(out, part("1.1", files.normal(tmp_path / "a.pdf", 30)))
    data = out.read_bytes()
    assert binding.size == len(data)
    assert binding.sha256 == hashlib.sha256(data).hexdigest()
    assert [path.name for path in out.parent.iterdir()] == ["pack.pdf"]


def test_pack_has_bookmarks_of_documents_parts_and_files(tmp_path, out):
    a, b = files.normal(tmp_path / "a.pdf", 2), files.normal(tmp_path / "b.pdf")
    sections = [
        PackSection("1 Minutes of the Board", (part("1.1", a, b), part("1.2"))),
        PackSection("2 Children's plan", (part("2.1", b),)),
        PackSection("3 No parts", ()),
    ]
    bind(files.pdf_bytes("Cover"), sections, out, page=files.words, made_at=MADE_AT, title="Pack")
    with pikepdf.open(out) as pdf:
        assert bookmarks(pdf) == [
            (1, "1 Minutes of the Board", 2),
            (2, "1.1 Part 1.1", 2),
            (3, "a.pdf", 2),
            (3, "b.pdf", 4),
            (2, "1.2 Part 1.2", 5),
            (3, "NOT SUPPLIED", 5),
            (1, "2 Children's plan", 6),
            (2, "2.1 Part 2.1", 6),
            (3, "b.pdf", 6),
        ]
        assert pdf.Root.Outlines.Count == 2
        assert pdf.Root.Outlines.First.Count == -2
        assert pdf.Root.PageMode == Name.UseOutlines


def test_bookmarks_of_the_front_matter_stay_first(tmp_path, out):
    with pikepdf.open(files.normal(tmp_path / "front.pdf"), allow_overwriting_input=True) as pdf:
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Contents", 0))
        pdf.save()
    bind_parts(out, part("1.1", files.normal(tmp_path / "a.pdf")), front=tmp_path / "front.pdf")
    with pikepdf.open(out) as pdf:
        assert [mark[1] for mark in bookmarks(pdf)] == ["Contents", "1 Minutes", "1.1 Part 1.1", "a.pdf"]
        assert pdf.Root.Outlines.Count == 2


def test_part_without_anything_says_not_supplied_with_its_owner(tmp_path, out):
    asked = SectionPart("2.1", "Six minutes", "Strategic Lead (Safeguarding)", (), ("Six meetings are asked for.",))
    nobody = SectionPart("2.2", "Membership", "")
    binding = bind_parts(out, asked, nobody)
    with pikepdf.open(out) as pdf:
        assert [own_words(page) for page in list(pdf.pages)[1:]] == [
            [
                "2.1 Six minutes",
                "NOT SUPPLIED",
                r"Owner: Strategic Lead \(Safeguarding\)",
                "Six meetings are asked for.",
            ],
            ["2.2 Membership", "NOT SUPPLIED", "Owner: nobody has been named."],
        ]
        assert stamp_of(pdf.pages[1]) == "2.1, page 1 of 1"
    assert [(one.label, one.state, one.first_page) for one in binding.contents.placed] == [
        ("2.1", "not supplied", 2),
        ("2.2", "not supplied", 3),
    ]
    assert binding.damaged == 0


def test_notes_and_listed_files_have_their_page_in_place(tmp_path, out):
    sheet = tmp_path / "figures.xlsx"
    sheet.write_bytes(b"PK")
    other = tmp_path / "more.xlsx"
    other.write_bytes(b"PK")
    nil = Note("Nil return", ("No review was held. Stated by the Head of Service on 4 April 2011.",))
    binding = bind_parts(out, part("9.1", nil, sheet, files.normal(tmp_path / "a.pdf"), other))
    with pikepdf.open(out) as pdf:
        assert [own_words(page) for page in list(pdf.pages)[1:]] == [
            ["9.1 Part 9.1", "Nil return", *nil.lines],
            ["a 1"],
            [
                "9.1 Part 9.1",
                "Files that are listed only",
                "These files cannot be shown as pages. They are in the ZIP that goes with the pack:",
                "figures.xlsx",
                "more.xlsx",
            ],
        ]
    assert binding.contents.placed == (
        PlacedEntry("9.1", "Nil return", None, "note", 2, 1),
        PlacedEntry("9.1", "a.pdf", tmp_path / "a.pdf", "included", 3, 1),
        PlacedEntry("9.1", "figures.xlsx", sheet, "listed", 4, 1),
        PlacedEntry("9.1", "more.xlsx", other, "listed", 4, 1),
    )


def test_same_input_gives_the_same_bytes(tmp_path, out):
    parts = (part("1.1", files.normal(tmp_path / "a.pdf", 2), files.jpeg(tmp_path / "b.jpg")), part("1.2"))
    first, again = bind_parts(out, *parts), bind_parts(out.with_name("again.pdf"), *parts)
    later = bind_parts(out.with_name("later.pdf"), *parts, made_at=MADE_AT + timedelta(seconds=1))
    assert first.sha256 == again.sha256 != later.sha256
    with pikepdf.open(out) as pdf, pikepdf.open(out.with_name("later.pdf")) as other:
        assert str(pdf.docinfo.CreationDate) == str(pdf.docinfo.ModDate) == "D:20110418163000+00'00'"
        assert pdf.docinfo.Title == "Evidence pack"
        assert pdf.trailer.ID[0] != other.trailer.ID[0]


@pytest.mark.parametrize(
    ("lengths", "likely"),
    [
        ([3], [10]),  # whatever it is within reach of what is likely: drawn once
        ([40], [10]),
        ([41, 41], [10, 41]),
        ([60, 20, 20], [10, 60, 20]),
    ],
)
def test_front_matter_is_drawn_again_only_if_it_is_of_quite_another_length(tmp_path, out, lengths, likely):
    seen, left = [], list(lengths)

    def front(contents, pages):
        seen.append((pages, contents.first_pages["1.1"], contents.pages))
        return files.pdf_bytes(*["Front"] * left.pop(0))

    binding = bind_parts(out, part("1.1", files.normal(tmp_path / "a.pdf")), front=front)
    assert seen == [(pages, 1, 1) for pages in likely]
    assert binding.front_pages == lengths[-1]
    assert binding.contents.first_pages == {"1.1": lengths[-1] + 1}
    with pikepdf.open(out) as pdf:
        assert stamp_of(pdf.pages[lengths[-1]]) == "1.1, page 1 of 1"
        assert len(pdf.pages) == lengths[-1] + 1


def test_two_parts_of_one_label_are_refused(out):
    with pytest.raises(ValueError, match=r"^Two parts of the pack are labelled '1\.1'\.$"):
        bind_parts(out, part("1.1"), part("1.1"))
    assert not out.exists()


def test_front_matter_that_is_no_pdf_is_refused_and_leaves_nothing(tmp_path, out):
    with pytest.raises(pikepdf.PdfError):
        bind_parts(out, part("1.1"), front=b"not a PDF")
    assert list(out.parent.iterdir()) == []


def test_progress_rises_to_its_end(tmp_path, out):
    told = []
    bind_parts(
        out,
        part("1.1", files.normal(tmp_path / "a.pdf", 3), files.jpeg(tmp_path / "b.jpg")),
        progress=lambda done, total: told.append((done, total)),
    )
    assert told[:2] == [(1, 102), (2, 102)]
    assert told[-1] == (102, 102)
    assert told == sorted(set(told))


@pytest.mark.parametrize("at", [1, 50])
def test_progress_that_raises_stops_the_work_and_leaves_nothing(tmp_path, out, at):
    class Cancelled(Exception):
        pass

    def progress(done, total):
        if done >= at:
            raise Cancelled

    with pytest.raises(Cancelled):
        bind_parts(out, part("1.1", files.normal(tmp_path / "a.pdf", 30)), progress=progress)
    assert list(out.parent.iterdir()) == []


def test_same_file_in_two_parts_is_stamped_for_each(tmp_path, out):
    same = files.normal(tmp_path / "a.pdf", 2)
    bind_parts(out, part("1.1", same), part("1.2", same))
    with pikepdf.open(out) as pdf:
        assert [stamp_of(page) for page in list(pdf.pages)[1:]] == [
            "1.1, page 1 of 2",
            "1.1, page 2 of 2",
            "1.2, page 1 of 2",
            "1.2, page 2 of 2",
        ]


def test_page_labels_and_actions_of_the_files_stay_behind(tmp_path, out):
    with pikepdf.open(files.tagged(tmp_path / "a.pdf"), allow_overwriting_input=True) as pdf:
        script = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
        pdf.Root.OpenAction = script
        pdf.pages[0].obj.AA = Dictionary(O=script)
        pdf.save()
    bind_parts(out, part("1.1", tmp_path / "a.pdf"))
    with pikepdf.open(out) as pdf:
        assert {Name.PageLabels, Name.OpenAction, Name.StructTreeRoot} & set(pdf.Root.keys()) == set()
        assert {Name.AA, Name.StructParents} & set(pdf.pages[1].obj.keys()) == set()


def test_tags_of_the_front_matter_stay_and_every_page_is_tagged(tmp_path, out):
    front = files.tagged(tmp_path / "front.pdf", 2)
    tagged, plain = files.tagged(tmp_path / "tagged.pdf", 2), files.normal(tmp_path / "plain.pdf")
    with pikepdf.open(tagged, allow_overwriting_input=True) as pdf:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), StructParent=0)
        link.A = Dictionary(S=Name.URI, URI="https://example.org/")
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
        pdf.save()
    photo = files.jpeg(tmp_path / "photo.jpg")
    bind_parts(out, part("1.1", tagged, plain, photo), front=front)
    with pikepdf.open(out) as pdf:
        pages = [page.obj for page in pdf.pages]
        root = pdf.Root.StructTreeRoot
        assert pdf.Root.MarkInfo.Marked is True
        assert pdf.Root.Lang == "en-GB"
        assert [tag.Pg.objgen for tag in list(root.K)[:2]] == [page.objgen for page in pages[:2]]
        sections = list(root.K)[2:]
        assert [str(section.T) for section in sections] == ["1.1 tagged.pdf", "1.1 plain.pdf", "1.1 photo.jpg"]
        tags = [tag for section in sections for tag in section.K]
        assert [tag.Pg.objgen for tag in tags] == [page.objgen for page in pages[2:]]
        assert [str(tag.S) for tag in tags] == ["/P", "/P", "/P", "/Figure"]
        assert tags[3].Alt == "photo.jpg"
        assert [page.StructParents for page in pages] == [0, 1, 2, 3, 4, 5]
        assert root.ParentTreeNextKey == 6
        assert Name.StructParent not in pages[2].Annots[0]
        index = pikepdf.NumberTree(root.ParentTree)
        assert [index[key][0].objgen for key in range(2, 6)] == [tag.objgen for tag in tags]
        # A page that had no tags is marked as a whole; one that had keeps its own marks.
        marks = [b"".join(part.read_bytes() for part in page.Contents).count(b"<</MCID 0>>") for page in pages[2:]]
        assert marks == [1, 1, 1, 1]


def test_memory_does_not_grow_with_the_size_of_the_files(tmp_path, out):
    # The peak is read from /proc: what getrusage tells of a child includes its parent's peak before the start.
    program = """
import re, sys
from pathlib import Path
from tests.evidencepack.packs import bind_parts, part
peak = lambda: int(re.search("VmHWM:\\s*([0-9]+)", Path("/proc/self/status").read_text())[1])
bind_parts(Path(sys.argv[1]), part("1.1", Path(sys.argv[2])))
idle = peak()
bind_parts(Path(sys.argv[1]), *[part(f"1.{n}", Path(path)) for n, path in enumerate(sys.argv[3:])])
print((peak() - idle) // 1024)
"""
    scans = []
    for number in range(8):
        with pikepdf.new() as pdf:
            page = files.add_page(pdf, "scan")
            image = pdf.make_stream(bytes([number]) * 10_000_000, Type=Name.XObject, Subtype=Name.Image)
            image.Width, image.Height, image.BitsPerComponent, image.ColorSpace = 2500, 4000, 8, Name.DeviceGray
            page.obj.Resources.XObject = Dictionary(Scan=image)
            pdf.save(tmp_path / f"{number}.pdf", compress_streams=False)
        scans.append(str(tmp_path / f"{number}.pdf"))
    small = files.normal(tmp_path / "small.pdf")
    done = subprocess.run(
        [sys.executable, "-c", program, out, small, *scans], capture_output=True, text=True, check=True
    )
    assert out.stat().st_size > 80_000_000
    assert int(done.stdout) < 25  # MiB


def test_entry_names_are_used_as_they_are_given(tmp_path, out):
    named = PackEntry(files.normal(tmp_path / "3f2a.pdf"), "pdf", "Minutes – März 2011.pdf")
    bind_parts(out, part("1.1", named, entry(files.normal(tmp_path / "b.pdf"))))
    with pikepdf.open(out) as pdf:
        assert [title for level, title, _ in bookmarks(pdf) if level == 3] == ["Minutes – März 2011.pdf", "b.pdf"]


def test_links_between_the_pages_of_a_file_still_lead_there(tmp_path, out):
    with pikepdf.open(files.normal(tmp_path / "a.pdf", 2), allow_overwriting_input=True) as pdf:
        link = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Link,
            Rect=Array([0, 0, 50, 50]),
            Dest=Array([pdf.pages[1].obj, Name.Fit]),
        )
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
        pdf.save()
    bind_parts(out, part("1.1", tmp_path / "a.pdf"))
    with pikepdf.open(out) as pdf:
        assert pdf.pages[1].obj.Annots[0].Dest[0].objgen == pdf.pages[2].obj.objgen
