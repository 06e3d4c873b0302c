"""Office documents in a pack: converted to pages if possible, and always unchanged in the ZIP."""

from __future__ import annotations

import zipfile

import pikepdf
import pytest

from evidencepack.gathering import CONVERTED
from evidencepack.models import Pack
from printing import office
from tests.evidencepack.packs import bookmarks, stamp_of
from tests.evidencepack.scene import COMMENTARY, Scene, ask, build, built, make_scene, supply
from tests.evidencepack.test_front import words
from tests.factories.documents import docx_bytes, zip_bytes
from tests.factories.office import docx, odp


@pytest.fixture
def scene(settings, tmp_path, db) -> Scene:
    settings.PACKS_DIR, settings.CONVERTED_DIR = tmp_path / "packs", tmp_path / "converted"
    settings.OFFICE_CONVERSION = True
    return make_scene()


def fates(pack: Pack) -> list[tuple[str, str, str, bool]]:
    return [(row["name"], row["in_pdf"], row["remark"], row["supplied"]) for row in pack.manifest if row["name"]]


def test_documents_become_pages_and_what_cannot_is_listed_with_its_reason(scene) -> None:
    """Made by the real LibreOffice; the workbook stays listed, since nobody laid it out for paper."""
    supply(scene, COMMENTARY, "talk.odp", content=odp("Our partnership"))
    supply(scene, COMMENTARY, "words.docx", content=docx("Words of the minutes"))
    supply(scene, COMMENTARY, "broken.docx", content=docx_bytes("word/media/a.png"))
    supply(scene, COMMENTARY, "figures.xlsx", content=zip_bytes("[Content_Types].xml", "xl/workbook.xml"))
    pack = built(scene)
    reason = "It could not be made into pages. LibreOffice could not open it."
    assert fates(pack) == [
        ("talk.odp", "included", CONVERTED, True),
        ("words.docx", "included", CONVERTED, True),
        ("broken.docx", "listed", reason, True),
        ("figures.xlsx", "listed", "", True),
    ]
    with pikepdf.open(pack.folder / "pack.pdf") as pdf:
        assert [stamp_of(page) for page in pdf.pages][-3:] == [f"4.2, page {number} of 3" for number in (1, 2, 3)]
        assert [title for _, title, _ in bookmarks(pdf)][-3:] == [
            "talk.odp",
            "words.docx",
            "Files that are listed only",
        ]
    text = words(pack.folder / "pack.pdf")
    assert (text.count("Words of the minutes"), text.count("Our partnership")) == (1, 1)
    assert f"broken.docx: {reason}" in words(pack.folder / "front.pdf")
    with zipfile.ZipFile(pack.folder / "pack.zip") as archive:
        assert archive.read("04 Learning reviews/words.docx") == docx("Words of the minutes")
    before = (pack.pdf_sha256, pack.zip_sha256, pack.is_unsettled)
    Pack.objects.update(state="queued")
    again = build(pack)
    assert (again.pdf_sha256, again.zip_sha256, again.is_unsettled) == before
    assert ask(scene) == again


def test_document_that_took_too_long_is_tried_again_by_the_next_pack(scene, monkeypatch) -> None:
    supply(scene, COMMENTARY, "slow.docx", content=docx("Slow"))
    monkeypatch.setattr(office, "MOST_SECONDS", 0)
    pack = built(scene)
    assert fates(pack) == [
        ("slow.docx", "listed", "It could not be made into pages. LibreOffice took too long over it.", True)
    ]
    assert (pack.is_unsettled, ask(scene).number) == (True, 2)


def test_documents_are_listed_without_a_word_where_their_conversion_is_switched_off(scene, settings) -> None:
    settings.OFFICE_CONVERSION = False
    supply(scene, COMMENTARY, "words.docx", content=docx("Words"))
    pack = built(scene)
    assert (fates(pack), pack.is_unsettled) == ([("words.docx", "listed", "", True)], False)
    assert ask(scene) == pack


def test_documents_that_nothing_here_can_convert_are_tried_again_by_the_next_pack(scene, monkeypatch) -> None:
    supply(scene, COMMENTARY, "words.docx", content=docx("Words"))
    with monkeypatch.context() as patch:
        patch.setattr(office, "is_installed", lambda: False)
        pack = built(scene)
    assert (fates(pack), pack.is_unsettled) == ([("words.docx", "listed", "", True)], True)
    again = ask(scene)
    assert (again.number, fates(build(again))) == (2, [("words.docx", "included", CONVERTED, True)])
