"""Of everything clickable in a file, only links to its own pages and to the web are in the pack."""

from __future__ import annotations

from itertools import pairwise

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from evidencepack import links
from evidencepack.archive import CARE_FOLDER
from evidencepack.gathering import LEFT_OUT
from evidencepack.models import PackState
from files.inside import pdf_actions, pdfs
from tests.evidencepack import files, live
from tests.evidencepack.packs import bind_parts, own_words, part
from tests.evidencepack.scene import COMMENTARY, ask, build, make_scene, supply


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "packs"
    folder.mkdir()
    return folder / "pack.pdf"


def addresses(page: pikepdf.Page) -> list[str]:
    """Where the links of a page lead."""
    found = page.obj.get(Name.Annots, Array())
    return [str(link.A.URI) if Name.A in link else "a page" for link in found]


# At upload


@pytest.mark.parametrize("what", live.ANNOTATIONS)
def test_what_acts_on_a_page_is_said_at_upload(tmp_path, what):
    path = live.with_annotation(tmp_path / "a.pdf", live.ANNOTATIONS[what])
    said = set(pdfs.look(path).remarks)
    expected = (what in live.SCRIPTED, what in live.CARRYING, what in live.ACTING)
    allowed = {pdf_actions.ACTIONS} if "row" in what else set()  # a program and then a script
    assert said - allowed == {
        remark for remark, is_said in zip(pdf_actions.REMARKS[:3], expected, strict=True) if is_said
    }


@pytest.mark.parametrize("what", live.ELSEWHERE)
def test_what_acts_anywhere_else_is_said_at_upload(tmp_path, what):
    change, name = live.ELSEWHERE[what]
    path = live.with_elsewhere(tmp_path / "a.pdf", change)
    assert pdfs.look(path).remarks == (getattr(pdf_actions, name),)


@pytest.mark.parametrize(
    "make",
    [
        lambda pdf: live.annotation(A=Dictionary(S=Name.URI, URI="https://example.org/minutes")),
        lambda pdf: live.annotation(Dest=Array([pdf.pages[1].obj, Name.Fit])),
        lambda pdf: live.annotation("/Highlight", QuadPoints=Array([0] * 8)),
        lambda pdf: live.annotation("/Widget", FT=Name.Tx, T="name"),
    ],
)
def test_plain_links_notes_and_fields_need_no_remark(tmp_path, make):
    assert pdfs.look(live.with_annotation(tmp_path / "a.pdf", make)).remarks == ()


def test_remarks_fit_into_what_a_version_has_room_for():
    assert len(" ".join(pdf_actions.REMARKS)) <= 255


@pytest.mark.parametrize("way", ["annotations", "one array for all pages", "actions", "a circle", "bookmarks"])
def test_a_look_is_bounded_however_much_there_is(tmp_path, monkeypatch, way):
    monkeypatch.setattr(pdf_actions, "MOST_LOOKED_AT", 500)
    with pikepdf.open(files.normal(tmp_path / "a.pdf", 20), allow_overwriting_input=True) as pdf:
        first = pdf.pages[0].obj
        many = [live.annotation(A=Dictionary(S=Name.URI, URI=live.WEB)) for _ in range(600)]
        if way == "annotations":
            first.Annots = Array(many)
        elif way == "one array for all pages":
            shared = pdf.make_indirect(Array(many[:100]))
            for page in pdf.pages:
                page.obj.Annots = shared
        elif way == "bookmarks":
            marks = [pdf.make_indirect(Dictionary(Title="a")) for _ in range(600)]
            for mark, following in pairwise(marks):
                mark.Next = following
            pdf.Root.Outlines = Dictionary(First=marks[0])
        else:
            steps = [pdf.make_indirect(Dictionary(S=Name.GoTo)) for _ in range(600 if way == "actions" else 3)]
            for step, following in zip(steps, steps[1:] + steps[:1], strict=True):
                step.Next = following
            first.Annots = Array([live.annotation(A=steps[0])])
        pdf.save(tmp_path / "a.pdf")
    expected = () if way == "a circle" else (pdf_actions.UNSEEN,)
    assert pdfs.look(tmp_path / "a.pdf").remarks == expected


# In the pack

# What is left of these, without what went with it.
STILL_LINKS = {
    "a script after a web address": live.WEB,
    "a script before the address": live.WEB,
    "a file beside a link": live.WEB,
    "a script in a row after a page": "a page",
}


@pytest.mark.parametrize("what", live.ANNOTATIONS)
def test_pack_has_the_web_link_and_not_what_acts(tmp_path, out, what):
    path = live.with_annotation(tmp_path / "a.pdf", live.ANNOTATIONS[what])
    binding = bind_parts(out, part("1.1", path))
    with pikepdf.open(out) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert live.all_that_acts(pdf) == set()
        kept = [STILL_LINKS[what]] if what in STILL_LINKS else []
        assert addresses(pdf.pages[1]) == [*kept, live.WEB]
        assert Name.AcroForm not in pdf.Root
        assert own_words(pdf.pages[1]) == ["a 1"]
    assert [(one.state, one.reason) for one in binding.contents.placed] == [("included", LEFT_OUT)]


@pytest.mark.parametrize("what", live.ELSEWHERE)
def test_pack_has_nothing_of_what_acts_elsewhere(tmp_path, out, what):
    bind_parts(out, part("1.1", live.with_elsewhere(tmp_path / "a.pdf", live.ELSEWHERE[what][0])))
    with pikepdf.open(out) as pdf:
        assert live.all_that_acts(pdf) == set()


def appearance(pdf: pikepdf.Pdf, text: str) -> Dictionary:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    shown = pdf.make_stream(f"BT /F1 12 Tf 2 4 Td ({text}) Tj ET".encode(), Type=Name.XObject, Subtype=Name.Form)
    shown.BBox, shown.Resources = Array([0, 0, 128, 20]), Dictionary(Font=Dictionary(F1=font))
    return Dictionary(N=shown)


def texts_drawn(page: pikepdf.Page) -> list[bytes]:
    """What is drawn by way of forms on a page."""
    return [drawn.read_bytes() for drawn in page.obj.Resources.get(Name.XObject, Dictionary()).values()]


@pytest.mark.parametrize("kind", ["/FreeText", "/Widget", "/Stamp", "/FileAttachment", "/Screen"])
def test_what_a_note_or_a_field_shows_becomes_part_of_the_page(tmp_path, out, kind):
    def make(pdf):
        return live.annotation(kind, F=4, FT=Name.Tx, T="f", AP=appearance(pdf, "Seen by all"), A=live.launch())

    bind_parts(out, part("1.1", live.with_annotation(tmp_path / "a.pdf", make)))
    with pikepdf.open(out) as pdf:
        assert texts_drawn(pdf.pages[1]) == [b"BT /F1 12 Tf 2 4 Td (Seen by all) Tj ET"]
        assert addresses(pdf.pages[1]) == [live.WEB]


def test_what_a_viewer_hides_is_not_shown_by_the_pack_either(tmp_path, out):
    def make(pdf):
        return live.annotation("/FreeText", F=2, AP=appearance(pdf, "Hidden"))

    binding = bind_parts(out, part("1.1", live.with_annotation(tmp_path / "a.pdf", make)))
    with pikepdf.open(out) as pdf:
        assert texts_drawn(pdf.pages[1]) == []
    assert [one.reason for one in binding.contents.placed] == [""]  # nothing acted


@pytest.mark.parametrize("way", ["name", "old name", "number", "action", "action by name"])
def test_link_within_a_file_leads_to_its_page_in_the_pack_however_it_was_given(tmp_path, out, way):
    def make(pdf):
        place = Array([pdf.pages[1].obj, Name.XYZ, 0, 700, None])
        pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array(["chapter 2", Dictionary(D=place)])))
        pdf.Root.Dests = Dictionary({"/old": place})
        return {
            "name": live.annotation(Dest="chapter 2"),
            "old name": live.annotation(Dest=Name("/old")),
            "number": live.annotation(Dest=Array([1, *list(place)[1:]])),
            "action": live.annotation(A=Dictionary(S=Name.GoTo, D=place)),
            "action by name": live.annotation(A=Dictionary(S=Name.GoTo, D="chapter 2", SD=Array([Dictionary()]))),
        }[way]

    path = live.with_annotation(tmp_path / "a.pdf", make)
    # Twice, and after another file: the links of each copy lead to its own pages.
    bind_parts(out, part("1.1", files.normal(tmp_path / "other.pdf", 3), path), part("1.2", path))
    with pikepdf.open(out) as pdf:
        pages = list(pdf.pages)
        for at in (4, 6):
            link = pages[at].obj.Annots[0]
            place = link.Dest if Name.Dest in link else link.A.D
            assert place[0].objgen == pages[at + 1].obj.objgen
            assert list(place)[1:] == [Name.XYZ, 0, 700, None]


@pytest.mark.parametrize(
    "place", ["no such name", Name("/none"), [99, Name.Fit], [], {"/A": 1}, [{"/A": 1}, Name.Fit], 7], ids=str
)
def test_link_that_leads_nowhere_in_its_file_is_not_in_the_pack(tmp_path, out, place):
    # The front matter has a place of that name, to which it must not lead.
    with pikepdf.open(files.normal(tmp_path / "front.pdf"), allow_overwriting_input=True) as pdf:
        there = Array([pdf.pages[0].obj, Name.Fit])
        pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array(["no such name", there])))
        pdf.save()
    path = live.with_annotation(tmp_path / "a.pdf", lambda pdf: live.annotation(Dest=place))
    bind_parts(out, part("1.1", path), front=tmp_path / "front.pdf")
    with pikepdf.open(out) as pdf:
        assert addresses(pdf.pages[1]) == [live.WEB]


def test_file_with_plain_links_alone_is_bound_as_it_is(tmp_path, out):
    path = live.with_annotation(tmp_path / "a.pdf", lambda pdf: live.annotation(A=Dictionary(S=Name.URI, URI=live.WEB)))
    binding = bind_parts(out, part("1.1", path))
    assert [one.reason for one in binding.contents.placed] == [""]
    with pikepdf.open(out) as pdf:
        assert addresses(pdf.pages[1]) == [live.WEB, live.WEB]


def test_page_with_more_than_can_be_looked_at_is_bound_without_the_rest(tmp_path, out, monkeypatch):
    monkeypatch.setattr(links, "MOST_LOOKED_AT", 50)
    with pikepdf.open(files.normal(tmp_path / "a.pdf"), allow_overwriting_input=True) as pdf:
        link = pdf.make_indirect(live.annotation(A=Dictionary(S=Name.URI, URI=live.WEB)))
        pdf.pages[0].obj.Annots = Array([*[link] * 60, live.annotation(A=live.launch())])
        pdf.save()
    bind_parts(out, part("1.1", tmp_path / "a.pdf"))
    with pikepdf.open(out) as pdf:
        assert addresses(pdf.pages[1]) == [live.WEB] * 50


# In the ZIP


@pytest.mark.django_db
@pytest.mark.parametrize("is_known", [True, False])
def test_original_of_what_acts_is_in_the_zip_under_a_warning(tmp_path, is_known):
    scene = make_scene()
    path = live.with_annotation(tmp_path / "a.pdf", live.SCRIPTED["a script"])
    version = supply(scene, COMMENTARY, "acting.pdf", content=path.read_bytes())
    assert version.remark == pdf_actions.SCRIPTS
    if not is_known:  # it was uploaded before anybody looked for it
        type(version).objects.filter(pk=version.pk).update(remark="")
    child = supply(scene, COMMENTARY, "of a child.pdf", content=path.read_bytes() + b"\n", names_children=True)
    plain = supply(scene, COMMENTARY, "plain.pdf")
    pack = build(ask(scene))
    assert pack.state == PackState.READY
    rows = {row["version_id"]: row for row in pack.manifest if row["version_id"]}
    folder = rows[plain.pk]["file"].rpartition("/")[0]
    assert rows[version.pk]["file"] == f"{CARE_FOLDER}/{folder}/acting.pdf"
    assert rows[child.pk]["file"] == f"Files that name children/{CARE_FOLDER}/{folder}/of a child.pdf"
    assert rows[version.pk]["sha256"] == version.sha256
    assert rows[version.pk]["remark"] == f"{LEFT_OUT} {pdf_actions.SCRIPTS if is_known else ''}".strip()
    assert (rows[plain.pk]["file"], rows[plain.pk]["remark"]) == (f"{folder}/plain.pdf", "")
