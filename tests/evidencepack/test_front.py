"""The front matter as a person reads it: its words, its page numbers, and that a screen reader can read it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import page as checker
import pikepdf
import pytest
from django.db import transaction

from accounts.models import Council
from documents.models import File
from evidencepack.models import Pack
from focusgroups.actions import add_attendee, record_briefing
from inspections.models import Inspection, InspectionKind
from tests.evidencepack.packs import stamp_of
from tests.evidencepack.scene import (
    ASKED,
    COMMENTARY,
    NOTES,
    SENT,
    Scene,
    ask,
    build,
    built,
    fill,
    frozen,
    make_scene,
    send,
    supply,
)
from tests.factories.people import make_inspection
from timetable.actions import record_step

TITLE = "Visit & <u>more</u>"
SCRIPT = "<script>alert('x')</script>"


def layout(path: Path, first: int = 1, last: int = 0) -> str:
    """What the pages show, line by line; pages end with a form feed."""
    pages = ["-f", str(first), *(["-l", str(last)] if last else [])]
    run = subprocess.run(["pdftotext", "-layout", *pages, path, "-"], capture_output=True, check=True)
    return run.stdout.decode()


def words(path: Path, first: int = 1, last: int = 0) -> str:
    """The same in one line."""
    return " ".join(layout(path, first, last).split())


def page_of(path: Path, heading: str) -> int:
    """The number of the first page after the contents that begins with this heading."""
    found = [n for n, text in enumerate(layout(path).split("\f"), 1) if text.strip().startswith(heading)]
    return found[0]


@dataclass
class Seen:
    """A pack with the words of its front matter."""

    scene: Scene
    pack: Pack

    @property
    def front(self) -> Path:
        return self.pack.folder / "front.pdf"


@pytest.fixture(scope="module")
def seen(django_db_setup, django_db_blocker) -> Iterator[Seen]:
    """The second pack of a rehearsal after the first was sent, with names that try to be more than words."""
    with django_db_blocker.unblock(), transaction.atomic():
        scene = make_scene(title=TITLE)
        Council.objects.filter(pk=scene.council.pk).update(name="Fiction & <b>shire</b>")
        Inspection.objects.filter(pk=scene.inspection.pk).update(kind=InspectionKind.REHEARSAL)
        send(frozen(scene))
        fill(scene)
        file = supply(scene, COMMENTARY, "odd.pdf").file
        File.objects.filter(pk=file.pk).update(label=f"{SCRIPT}\u202efdp.exe")
        record_step(inspection=scene.inspection, step_key="letters-to-families", by=None, now=ASKED)
        for name in ("Sam Attendee", "Alex Attendee"):
            add_attendee(inspection=scene.inspection, group="care-1", name=name, by=None, now=ASKED)
        record_briefing(inspection=scene.inspection, group="care-1", by=None, now=ASKED)
        yield Seen(scene, build(ask(scene, SENT), SENT))
        transaction.set_rollback(True)


def test_cover_says_what_it_is_how_it_stands_and_how_long_it_is(seen) -> None:
    assert words(seen.front, 1, 1) == (
        f"{TITLE} Fiction & <b>shire</b> Rehearsal Evidence pack 2 "
        "1 of 2 documents are complete and current. 1 file could not be shown. "
        f"{seen.pack.pages} pages. Asked for on 13 June 2030 at 4pm. "
        "Short visit to children's services, notified on 12 June 2030"
    )


def test_contents_give_the_pages_on_which_parts_and_sections_begin(seen) -> None:
    contents = words(seen.front, 2, 2)
    with pikepdf.open(seen.pack.folder / "pack.pdf") as pdf:
        stamps = [stamp_of(page) for page in pdf.pages]
    first = {label: stamps.index(f"{label}, page 1 of {n}") + 1 for label, n in (("1.1", 6), ("4.1", 1), ("4.2", 1))}
    assert (
        f"Part Title Page 1 Notes of the partnership {first['1.1']} "
        "1.1 Notes of the last two meetings PARTLY NOT SUPPLIED In a part of its own "
        f"{first['1.1']} notes.pdf, 6 May 2030 New since pack 1 {first['1.1']} "
        f"damaged.pdf, 6 May 2030 New since pack 1 {first['1.1'] + 2} "
        f"figures.docx, 6 May 2030 New since pack 1 {first['1.1'] + 5} "
        f"4 Learning reviews {first['4.1']} "
        f"4.1 Reviews of the last year Nil return {first['4.1']} Nil return stated since pack 1 "
        f"4.2 Commentary, if any {first['4.2']} "
        f"{SCRIPT} fdp.exe New since pack 1 {first['4.2']}"
    ) in contents
    sections = ["What has changed", "Readiness of each document", "Owners", "Timetable", "Focus groups"]
    numbers = {section: int(re.search(rf"{section}[ .]+(\d+)", contents)[1]) for section in sections}
    assert numbers == {section: page_of(seen.pack.folder / "pack.pdf", section) for section in sections}


def test_changes_since_the_pack_that_was_sent_name_no_child(seen) -> None:
    at = page_of(seen.front, "What has changed")
    assert words(seen.front, at, at).startswith(
        "What has changed Pack 1 was sent on 13 June 2030 at 4pm. Since then: "
        "• New: 1.1 notes.pdf • New: 1.1 figures.docx • New: 1.1 damaged.pdf • New: 4.2 odd.pdf "
        "• New: 1.1 a file that names children • Nil return stated: 4.1 Reviews of the last year"
    )
    assert "New: 1.1 Visit to Kim Fictional.pdf" in words(seen.pack.folder / "children.pdf", 2, 2)


def test_readiness_says_state_what_is_missing_and_what_could_not_be_shown(seen) -> None:
    at = page_of(seen.front, "Readiness")
    assert words(seen.front, at, at).startswith(
        "Readiness of each document How each document stood when this pack was made. "
        "Each document with its state and what is missing Document State What is missing "
        "1. Notes of the partnership Partial One of two is still missing: those of one day count as one. "
        "4. Learning reviews Submitted Nothing "
        "Files that could not be shown • 1.1 damaged.pdf, 6 May 2030: "
        "It is damaged: what is stored is not what was uploaded. "
        "Files that are in the ZIP alone • 1.1 figures.docx, 6 May 2030 "
        "Files that name children are in a part of their own, which is sent separately."
    )


def test_owners_are_named_with_their_posts_and_vacancies(seen) -> None:
    at = page_of(seen.front, "Owners")
    assert words(seen.front, at, at).startswith(
        "Owners The posts that own each document, and who holds them Document Owners "
        "1. Notes of the partnership Owner Sample, Board manager (Council) "
        "4. Learning reviews Vacant, Reviews officer (Council)"
    )


def test_timetable_shows_first_and_last_days_and_what_was_recorded(seen) -> None:
    at = page_of(seen.front, "Timetable")
    text = words(seen.front, at, at)
    assert text.startswith(
        "Timetable The steps of the timetable on their dates Day Date Step Who acts Recorded "
        "1 Wednesday 12 June 2030 The inspectorate rings the director Inspectorate "
        "2 Thursday 13 June 2030 Both papers ready Council "
        "2 Thursday 13 June 2030 Papers sent to the visitors Council "
    )
    assert "4 to 8 Monday 17 June 2030 to Friday 21 June 2030 Visitors on site Visitors" in text
    assert "Letters to families sent Council Done" in text
    assert "12 to 14 Thursday 27 June 2030 to Monday 1 July 2030 Corrections to the draft letter Council To do" in text
    assert "No date yet Conference on what was found Visitors" in text


def test_focus_groups_are_counted_and_nobody_who_attends_is_named(seen) -> None:
    at = page_of(seen.front, "Focus groups")
    text = words(seen.front, at)
    assert (
        "Children in care: groups, their owners and their preparation "
        "No. Group Owner Attendees Owner known Attendees named "
        "1 Foster carers no owner named 2 no yes 2 Children's council no owner named 0 no no"
    ) in text
    assert "Attendee " not in text.replace("Attendees", "")


def test_names_are_words_and_nothing_else(seen) -> None:
    """Neither a script, nor a sign that turns the line round."""
    text = words(seen.pack.folder / "pack.pdf")
    assert "\u202e" not in text
    with pikepdf.open(seen.pack.folder / "pack.pdf") as pdf:
        assert pdf.docinfo["/Title"] == f"{TITLE}: evidence pack 2"
        with pdf.open_outline() as outline:
            headings = [file.title for part in outline.root[-1].children for file in part.children]
    assert headings == ["Nil return", f"{SCRIPT} fdp.exe (New since pack 1)"]
    assert "There is nothing to supply. No review was <held>." in text


@pytest.mark.parametrize("name", ["front.pdf", "children.pdf", "pack.pdf"])
def test_pdf_is_as_accessible_as_its_standard_asks(seen, name) -> None:
    """The front matter meets PDF/UA whole; a pack holds files that others made, whose own faults stay theirs."""
    report = checker.validate_pdf_bytes((seen.pack.folder / name).read_bytes(), profile="ua1")
    faults = {failure.rule_id for failure in report.failures}
    if name == "front.pdf":
        assert faults == set()
    else:
        with pikepdf.open(seen.pack.folder / name) as pdf:
            assert (str(pdf.Root.Lang), bool(pdf.Root.MarkInfo.Marked)) == ("en-GB", True)


def test_part_of_its_own_says_what_it_is(seen) -> None:
    text = words(seen.pack.folder / "children.pdf", 1, 2)
    assert "Evidence pack 2: files that name children For those alone who need to know." in text
    assert "3 pages. Asked for on 13 June 2030 at 4pm." in text
    assert "1 Notes of the partnership 3 1.1 Notes of the last two meetings 3" in text


def test_timetable_before_notification_is_a_forecast_and_says_so(db, settings, tmp_path) -> None:
    settings.PACKS_DIR = tmp_path / "packs"
    pack = built(make_scene(notified=None))
    text = words(pack.folder / "front.pdf")
    assert (
        "The inspection has not been notified. These dates would follow if the call had come on "
        "Thursday 13 June 2030, or on the next working day."
    ) in text
    assert "1 Thursday 13 June 2030 The inspectorate rings the director" in text
    assert "What has changed" not in text


def test_nothing_changed_since_it_was_sent_but_an_owner(db, settings, tmp_path) -> None:
    settings.PACKS_DIR = tmp_path / "packs"
    scene = make_scene()
    supply(scene, NOTES, "a.pdf", as_at=date(2030, 5, 6))
    send(frozen(scene))
    Council.objects.filter(pk=scene.council.pk).update(name="Elsewhereshire")
    pack = built(scene, SENT)
    assert (pack.number, pack.changes) == (2, [])
    assert "Since then no file is new, replaced or gone." in words(pack.folder / "front.pdf")


def test_pack_on_the_papers_own_framework_numbers_its_pages_right(db, settings, tmp_path) -> None:
    """Thirteen documents of many parts, whose contents take more than one page."""
    settings.PACKS_DIR = tmp_path / "packs"
    scene = make_scene()
    scene.inspection = make_inspection(scene.council, notified=date(2011, 4, 18))
    pack = built(scene)
    path = pack.folder / "pack.pdf"
    contents = layout(path, 2, page_of(path, "Readiness") - 1)
    with pikepdf.open(path) as pdf:
        stamps = [stamp_of(page) for page in pdf.pages]
    first = {label: number for number, stamp in enumerate(stamps, 1) if stamp for label in [stamp.partition(",")[0]]}
    parts = [
        (f"{document.key}.{number}", part)
        for document in scene.inspection.framework.documents
        for number, part in enumerate(document.parts, 1)
    ]
    assert list(first) == [label for label, _ in parts]
    # A part's label begins a line, and the number of its page ends it.
    found = re.findall(r"^ *(\d+\.\d+) .* (\d+)$", contents, re.MULTILINE)
    assert {label: int(page) for label, page in found} == first
    assert [stamp for stamp in stamps if stamp] == [f"{label}, page 1 of 1" for label, _ in parts]
    assert pack.pages == len(stamps)
    optional = sum(part.optional for _, part in parts)
    assert (len(pack.not_supplied), len(pack.manifest)) == (len(parts) - optional, len(parts))
