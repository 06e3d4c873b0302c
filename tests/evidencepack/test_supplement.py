"""A supplement to a pack that was sent: only what is new or replaced since, sent and counted together with it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta

import page as checker
import pikepdf
import pytest
from django.core.management import call_command
from django.db import transaction

from documents.evidence import actions as documents
from documents.models import File, Version
from documents.reviews import actions as reviewing
from documents.state import states
from evidencepack import actions
from evidencepack.models import Pack, PackState
from inspections.snapshot import snapshot_of
from refusals import Refused
from tests.evidencepack import files
from tests.evidencepack.packs import bookmarks, stamp_of
from tests.evidencepack.scene import (
    ASKED,
    CHILD,
    COMMENTARY,
    NOTES,
    REVIEWS,
    SENT,
    Scene,
    build,
    built,
    fill,
    frozen,
    make_scene,
    send,
    supply,
)
from tests.evidencepack.test_front import words
from tests.evidencepack.test_pages import address, buttons
from tests.factories.documents import received
from tests.reading import by_class, main, sign_in, texts
from timetable.models import StepRecord

LATER = SENT + timedelta(hours=1)
MAY = date(2030, 5, 6)


def replaced(version: Version, text: str) -> Version:
    content = received(files.pdf_bytes(text), name=f"{text}.pdf")
    file = File.objects.get(pk=version.file_id)
    return documents.replace_file(file=file, received=content, as_at=version.as_at, by=None, now=SENT).version


def asked(scene: Scene) -> Pack:
    return actions.request_pack(inspection=scene.inspection, by=None, now=LATER, supplement=True)[0]


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker) -> Iterator[Scene]:
    """Pack 1 was sent; since then one file was replaced, one is new, one is gone, and another still names a child."""
    with django_db_blocker.unblock(), transaction.atomic():
        scene = make_scene()
        made = fill(scene)
        dropped = supply(scene, COMMENTARY, "dropped.pdf")
        send(frozen(scene), with_children_part=True)
        replaced(made["notes"], "better")
        supply(scene, COMMENTARY, "added.pdf", content=files.pdf_bytes("one", "two", "three"))
        documents.remove_file(file=File.objects.get(pk=dropped.file_id), by=None, now=SENT)
        build(asked(scene), LATER)
        yield scene
        transaction.set_rollback(True)


@pytest.fixture
def supplement(whole, db) -> Pack:
    return Pack.objects.get(inspection=whole.inspection, number=2)


@pytest.fixture
def scene(settings, tmp_path, db) -> Scene:
    settings.PACKS_DIR = tmp_path / "packs"
    return make_scene()


def test_supplement_holds_only_what_is_new_or_replaced(supplement) -> None:
    assert (supplement.state, supplement.called) == (PackState.READY, "Pack 2, a supplement to pack 1")
    kept = ("part", "name", "in_pdf", "change")
    assert [tuple(row[key] for key in kept) for row in supplement.manifest] == [
        ("1.1", "better.pdf", "included", "Replaced since pack 1"),
        ("4.2", "added.pdf", "included", "New since pack 1"),
    ]
    with pikepdf.open(supplement.folder / "pack.pdf") as pdf:
        stamps = [stamp_of(page) for page in pdf.pages if stamp_of(page)]
        marks = bookmarks(pdf)
    assert stamps == ["1.1, page 1 of 1", *(f"4.2, page {number} of 3" for number in (1, 2, 3))]
    at = supplement.pages - 3
    assert marks[-6:] == [
        (1, "1 Notes of the partnership", at),
        (2, "1.1 Notes of the last two meetings", at),
        (3, "better.pdf, 6 May 2030 (Replaced since pack 1)", at),
        (1, "4 Learning reviews", at + 1),
        (2, "4.2 Commentary, if any", at + 1),
        (3, "added.pdf (New since pack 1)", at + 1),
    ]


def test_front_matter_of_a_supplement_says_to_which_pack_what_came_and_what_went(supplement) -> None:
    text = words(supplement.folder / "front.pdf")
    said = "A supplement to pack 1: only what is new or replaced since pack 1, which was sent to Lead inspector"
    assert f"{said} on 13 June 2030 at 4pm." in text
    changes = "Replaced: 1.1 better.pdf New: 4.2 added.pdf No longer in it: 4.2 dropped.pdf"
    assert " ".join(text.replace("•", "").split()).count(changes) == 1
    assert "NOT SUPPLIED" not in text.partition("Readiness of each document How")[0]
    assert (text.count("Timetable"), text.count("Focus groups"), text.count("Owners")) == (0, 0, 0)
    report = checker.validate_pdf_bytes((supplement.folder / "front.pdf").read_bytes(), profile="ua1")
    assert {failure.rule_id for failure in report.failures} == set()


def test_zip_of_a_supplement_has_its_files_and_says_which_are_new(supplement) -> None:
    with zipfile.ZipFile(supplement.folder / "pack.zip") as archive:
        names = archive.namelist()
        manifest = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
    folders = ("01 Notes of the partnership/better.pdf", "04 Learning reviews/added.pdf")
    assert names == [*folders, "manifest.csv", "manifest.json"]
    assert [row["Since the last pack sent"] for row in manifest] == ["Replaced since pack 1", "New since pack 1"]


def test_whole_pack_after_one_that_was_sent_marks_each_file_that_is_new_or_replaced(whole, db) -> None:
    with transaction.atomic():
        pack = built(whole, LATER)
        marks = {row["name"]: row["change"] for row in pack.manifest if row["name"]}
        text = words(pack.folder / "front.pdf")
        transaction.set_rollback(True)
    assert marks == {
        "better.pdf": "Replaced since pack 1",
        "added.pdf": "New since pack 1",
        "figures.docx": "",
        "damaged.pdf": "",
        CHILD: "",
    }
    assert "added.pdf New since pack 1" in text
    assert "No longer in it: dropped.pdf since pack 1" in text


def test_pack_and_its_supplement_together_make_a_document_sent(scene) -> None:
    reviews = supply(scene, REVIEWS, "review.pdf", as_at=MAY)
    send(frozen(scene))
    supply(scene, COMMENTARY, "later.pdf")
    assert states(snapshot_of(scene.inspection, now=SENT))["4"].state == "submitted"
    send(build(asked(scene), LATER), LATER)
    found = states(snapshot_of(scene.inspection, now=LATER))["4"]
    assert (found.state, found.sent_at) == ("sent", LATER)
    assert StepRecord.objects.filter(inspection=scene.inspection).count() == 1  # the set was sent once
    replaced(reviews, "second thoughts")
    assert states(snapshot_of(scene.inspection, now=LATER))["4"].state == "submitted"


def test_next_supplement_counts_from_the_last_one_and_adds_to_the_same_pack(scene) -> None:
    kept = supply(scene, NOTES, "kept.pdf", as_at=MAY)
    dropped = supply(scene, COMMENTARY, "dropped.pdf")
    send(frozen(scene))
    added = supply(scene, COMMENTARY, "added.pdf")
    documents.remove_file(file=File.objects.get(pk=dropped.file_id), by=None, now=SENT)
    reviewing.state_nil_return(inspection=scene.inspection, document="4", part="reviews", reason="0", by=None, now=SENT)
    send(build(asked(scene), LATER), LATER)
    replaced(added, "again")
    third = build(asked(scene), LATER)
    assert (third.called, third.since.number) == ("Pack 3, a supplement to pack 1", 2)
    assert [(row["what"], row["name"]) for row in third.changes] == [("Replaced", "again.pdf")]
    send(third, LATER)
    fourth = frozen(scene, LATER)
    assert (fourth.changes, fourth.is_supplement) == ([], False)
    replaced(kept, "better")
    fifth = build(asked(scene), LATER)
    assert [(row["what"], row["name"]) for row in fifth.changes] == [("Replaced", "better.pdf")]


def test_supplement_asked_for_again_is_the_same_one_until_something_changes(scene) -> None:
    send(frozen(scene))
    supply(scene, COMMENTARY, "added.pdf")
    first = asked(scene)
    assert asked(scene) == first
    build(first, LATER)
    assert asked(scene) == first
    supply(scene, COMMENTARY, "another.pdf")
    assert asked(scene).number == 3


def refusal(scene: Scene) -> str:
    with pytest.raises(Refused) as refused:
        asked(scene)
    return refused.value.message


def test_supplement_is_refused_where_there_is_nothing_to_supplement(scene) -> None:
    assert refusal(scene) == "No pack has been recorded as sent, so there is nothing to supplement. Build a pack."
    send(frozen(scene))
    nothing = "so there is nothing to put into a supplement."
    assert refusal(scene) == f"No file is new, replaced or gone since pack 1 was sent, {nothing}"
    supply(scene, COMMENTARY, "added.pdf")
    actions.request_pack(inspection=scene.inspection, by=None, now=LATER)
    assert refusal(scene) == "Pack 2 is being built. Ask again when it is ready."
    assert Pack.objects.filter(inspection=scene.inspection).count() == 2


def test_files_that_name_children_are_in_a_supplements_part_of_their_own(scene) -> None:
    send(frozen(scene))
    supply(scene, NOTES, CHILD, as_at=MAY, names_children=True)
    pack = build(asked(scene), LATER)
    assert (pack.has_children_part, [row["change"] for row in pack.manifest]) == (True, ["", "New since pack 1"])
    assert "Kim" not in words(pack.folder / "pack.pdf")
    assert "New since pack 1" in words(pack.folder / "children.pdf")
    assert "Part of a supplement to pack 1." in words(pack.folder / "children.pdf")


def test_page_offers_a_supplement_and_says_what_would_be_in_it(scene, monkeypatch) -> None:
    told: list[int] = []
    monkeypatch.setattr("evidencepack.tasks.ask", told.append)
    client = sign_in(scene.coordinator)
    assert "Build a supplement" not in buttons(client.get(address(scene)))
    send(frozen(scene))
    assert "Build a supplement" not in buttons(client.get(address(scene)))
    supply(scene, COMMENTARY, "added.pdf")
    response = client.get(address(scene))
    assert buttons(response) == ["Build a new pack", "Build a supplement"]
    assert "1 thing changed since pack 1 was sent to Lead inspector on 13 June 2030 at 4pm." in main(response)
    response = client.post(address(scene, "build-supplement"))
    pack = Pack.objects.get(inspection=scene.inspection, number=2)
    assert (response.headers["Location"], told) == (address(scene, "pack", 2), [pack.pk])
    build(pack, LATER)
    response = client.get(address(scene, "pack", 2))
    assert texts(response, by_class("house-lede")) == [
        f"{pack.pages} pages. Only what is new or replaced since pack 1 was sent."
    ]
    assert "A supplement to pack 1." in main(response)
    assert texts(response, "//main//td//strong[contains(@class, 'govuk-tag')]") == ["New since pack 1", "In the PDF"]


def test_page_says_why_there_can_be_no_supplement(scene) -> None:
    response = sign_in(scene.coordinator).post(address(scene, "build-supplement"), follow=True)
    assert response.redirect_chain == [(address(scene), 302)]
    assert "No pack has been recorded as sent, so there is nothing to supplement. Build a pack." in main(response)


def test_command_makes_a_supplement_or_says_why_not(scene, tmp_path, capsys) -> None:
    order = ("evidence_pack", scene.inspection.slug, str(tmp_path / "out"), "--supplement", "--format", "json")
    with pytest.raises(SystemExit) as ended:
        call_command(*order)
    assert (ended.value.code, capsys.readouterr().err.count("nothing to supplement")) == (1, 1)
    send(frozen(scene, ASKED))
    supply(scene, COMMENTARY, "added.pdf")
    call_command(*order)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["number"], answer["supplements"]) == (2, 1)
    assert [(row["part"], row["change"], row["supplied"]) for row in answer["items"]] == [
        (COMMENTARY[1], "New since pack 1", True)
    ]
